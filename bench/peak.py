"""Measure the share of peak matrix-product throughput that the embedding pass reaches.

    python -m bench.peak [--data DIR] [--set squad2] [--rounds 5]

The peak is that of PyTorch's linear layer in the processor's fastest floating-point format, on every thread
at once, each with its own matrices: the model's four shapes with 256 rows, and a square of 2,048. Only matrix
products (four linear layers and attention) count as work of the pass; GELU, softmax, norms, pooling and
tokenizing are its losses. It is measured in that format and, where documents are read in 8-bit integers, in
those as well, which may exceed the peak. Times are CPU seconds, so other users of the machine matter only
through its caches.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import torch

from bench.sets import DATA, commit, lay_out
from citeback.index.embedding.models.cpu import number_format
from citeback.index.embedding.protocols import ChunkInput
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.settings import Settings

HIDDEN, WIDE, LAYERS = 384, 1536, 6
SHAPES = ((256, HIDDEN, 3 * HIDDEN), (256, HIDDEN, HIDDEN), (256, HIDDEN, WIDE), (256, WIDE, HIDDEN))
SQUARE = (2048, 2048, 2048)


def products(shape: tuple[int, int, int], dtype: torch.dtype, threads: int, seconds: float = 0.3) -> float:
    """Return operations per CPU second of a linear layer (rows, in, out), on all threads at once."""
    rows, inner, outer = shape

    def run(_: int) -> int:
        torch.set_num_threads(1)
        x, weight = torch.randn(rows, inner, dtype=dtype), torch.randn(outer, inner, dtype=dtype)
        end, count = perf_counter() + seconds, 0
        while perf_counter() < end:
            torch.nn.functional.linear(x, weight)
            count += 1
        return count

    with ThreadPoolExecutor(threads) as executor:
        list(executor.map(run, range(threads)))
        start = process_time()
        done = sum(executor.map(run, range(threads)))
        return 2 * rows * inner * outer * done / (process_time() - start)


def operations(tokens: Sequence[int]) -> int:
    """Return the operations of the default model's matrix products over texts with these token counts."""
    linear = 2 * (4 * HIDDEN * HIDDEN + 2 * HIDDEN * WIDE)
    return LAYERS * sum(n * linear + 4 * n * n * HIDDEN for n in tokens)


def pass_over(encoder: SentenceEncoder, items: list[ChunkInput], work: int) -> float:
    """Return operations per CPU second of encoding all items, including tokenizing and pooling."""
    start = process_time()
    for _ in encoder.encode(items):
        pass
    return work / (process_time() - start)


def main() -> None:
    """Print the peak of every shape, the pass, and its share, as medians of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="squad2")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    dtype, threads = number_format(), torch.get_num_threads()
    named = str(dtype).removeprefix("torch.")
    encoders = {
        encoder.dtype: encoder for encoder in (load_encoder(Settings(), named), load_encoder(Settings()))
    }
    encoder = encoders[named]
    with lay_out(args.set, args.data).store.current() as generation:
        sources = [generation.source(document.name) for document in generation.documents]
    items = [encoder.chunk_input(source, chunk) for source in sources for chunk in encoder.split(source)]
    work = operations(encoder.tokenizer.token_counts([item.text for item in items]))
    peaks: dict[tuple[int, int, int], list[float]] = {shape: [] for shape in (*SHAPES, SQUARE)}
    passes: dict[str, list[float]] = {name: [] for name in encoders}
    for _ in range(args.rounds):
        for name, made in encoders.items():
            passes[name].append(pass_over(made, items, work))
        for shape, results in peaks.items():
            results.append(products(shape, dtype, threads))
    print(
        f"`python -m bench.peak --set {args.set}` at {commit()}: {threads} threads, {len(items)} chunks, ",
        end="",
    )
    print(f"median of {args.rounds} rounds\n")
    print(f"| | 10^9 operations a processor second | {' | '.join(f'share of {name}' for name in passes)} |")
    print("|" + "---|" * (2 + len(passes)))
    for name, mine in passes.items():
        print(f"| the embedding pass in {name} | {median(mine) / 1e9:.0f} |" + " |" * len(passes))
    for shape, results in peaks.items():
        shares = [median(a / b for a, b in zip(mine, results, strict=True)) for mine in passes.values()]
        cells = " | ".join(f"{share:.2f}" for share in shares)
        name = f"linear layer in {named}, {' x '.join(map(str, shape))}"
        print(f"| {name} | {median(results) / 1e9:.0f} | {cells} |")


if __name__ == "__main__":
    main()
