"""What this processor computes fast, and on how many threads. Must never know models."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

THREADS = torch.get_num_threads()
"""Threads that compute at a time, each on its own: two that share every product wait for each other."""


INTEGERS = "int8"


def number_format(name: str | None = None) -> torch.dtype:
    """Return the format of a name, or the fastest that this processor computes in.

    That is bfloat16 where the processor has it: where it is emulated it is 60 times slower.
    """
    if name is not None and name != INTEGERS:
        return {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def integers(name: str | None = None) -> bool:
    """Return whether documents are read with 8-bit integers: a name says so, or they are faster here.

    That is where AVX-512 has instructions for them (VNNI). Processors with matrix units (AMX) have them as
    well, and compute in bfloat16 as long as nobody has measured which of the two is faster there.
    """
    if name is not None:
        return name == INTEGERS
    return torch.cpu._is_vnni_supported() and not torch.cpu._is_amx_tile_supported()


@contextmanager
def single() -> Iterator[None]:
    """Compute on the calling thread alone.

    At a load of 9 on two cores a question took 1,000 ms with two threads that share it, 190 with one.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
