"""The number formats and thread counts that are fastest on this CPU."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

THREADS = torch.get_num_threads()
"""Texts computed in parallel, one thread each: threads that split every product wait for each other."""


INT8 = "int8"


def number_format(name: str | None = None) -> torch.dtype:
    """Return the number format of this name, or the fastest that this CPU supports.

    That is bfloat16 if supported natively; emulated, it is 60 times slower than float32.
    """
    if name is not None and name != INT8:
        return {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def uses_int8(name: str | None = None) -> bool:
    """Return whether documents are encoded in 8-bit integers: if named, or if that is faster on this CPU.

    It is faster with AVX-512 VNNI. CPUs that also have AMX use bfloat16: which of the two is faster there has
    not been measured.
    """
    if name is not None:
        return name == INT8
    return torch.cpu._is_vnni_supported() and not torch.cpu._is_amx_tile_supported()


@contextmanager
def single_threaded() -> Iterator[None]:
    """Limit PyTorch to the calling thread.

    At a load of 9 on two cores, encoding a question took 1,000 ms on two threads and 190 ms on one.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
