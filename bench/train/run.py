"""A training run on two processes of one thread each, resumed where it was broken off.

    python -m bench.train.run /tmp/examples.jsonl /tmp/run --minutes 70

Two processes that meet once a step waste less than two threads that meet at every product, above all on a
machine that does other work beside. The rate of learning follows the processor time of the first process: a
run that is stopped for a while, or that other work slows down, still learns as much before it ends.
"""

import argparse
import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch import Tensor

from bench.train.batches import SHARES, Group, batch, batches, encode_units, load
from bench.train.encoders import ENCODERS, Encoder, opened
from bench.train.example import Unit
from bench.train.export import restored
from bench.train.losses import of_claims, of_questions
from bench.train.network import Network, begin
from bench.train.validate import figures
from citeback.index.embedding.models.model_files import parse_safetensors

TOKENS, WARM, RATE, HEAD_RATE, DECAY, CLIP = 2_560, 0.06, 1.5e-4, 8e-4, 0.01, 1.0
LOW = torch.bfloat16
PATIENCE = timedelta(hours=12)
"""How long one process waits for the other: as long as a run may be stopped."""


def main() -> None:
    """Start or resume a run."""
    args = _arguments()
    if args.rank is None:
        _both(args)
        return
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    dist.init_process_group(
        "gloo", init_method=f"file://{args.meet}", rank=args.rank, world_size=2, timeout=PATIENCE
    )
    _train(args)
    dist.destroy_process_group()


def _train(args: argparse.Namespace) -> None:
    encoder = opened(args.encoder)
    network = begin(encoder.state, encoder.words, encoder.layers, encoder.frozen, encoder.marked)
    if args.begin:
        network.take(_begun(args.begin))
    bodies, heads = network.encoder_parameters(), network.head_parameters()
    steps = torch.optim.AdamW(
        [{"params": bodies, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=DECAY, fused=True
    )
    done, spent = _resume(args.out, network, steps)
    low = copy.deepcopy(network).to(LOW)
    masters, shadows = ([value for _, value in one.trained()] for one in (network, low))
    learnt, kept = load(args.examples)
    tokenizer, chance = encoder.tokenizer, Random(args.seed)  # noqa: S311  no secret
    kept_in = encode_units(kept[: args.kept], tokenizer, chance, encoder.marks)
    start, seen = time.process_time(), 0
    saved = line = start
    total = torch.zeros(2)
    for n, group in enumerate(_stream(learnt, encoder, args, done)):
        elapsed = spent + time.process_time() - start
        share = _agreed(elapsed / (60 * args.minutes) if args.minutes else (done + n) / args.steps)
        if share >= 1:
            break
        for given, rate in zip(steps.param_groups, (RATE, HEAD_RATE), strict=True):
            given["lr"] = args.rate * rate * min(share / WARM, (1 - share) / (1 - WARM) + 0.01)
        made = batch(group, LOW)
        claim = group[0][0].example.kind == "claim"
        loss = of_claims(low, made) if claim else of_questions(low, made)
        loss.backward()  # type: ignore[no-untyped-call]
        _step(masters, shadows, steps)
        total[int(claim)] = 0.98 * total[int(claim)] + 0.02 * loss.detach()
        seen += made.ids.numel()
        now = time.process_time()
        if args.rank == 0 and now - line > 20:
            _log(args.out, step=done + n, share=share, rate=int(2 * seen / (now - start)), ema=total.tolist())
            line = now
        if _agreed(float(now - saved > 60 * args.every)) > 0.5:
            _save(args, network, steps, done + n + 1, spent + now - start, low, kept_in)
            saved = time.process_time()
            line = saved
    _save(args, network, steps, done + n, spent + time.process_time() - start, low, kept_in)


def _begun(path: Path) -> dict[str, Tensor]:
    """Return the weights of a run, or of the file that ships."""
    given = load_file(path)
    if any(name.startswith("layers.") for name in given):
        return given
    return {
        name: torch.from_numpy(value)
        for name, value in restored(parse_safetensors(path.read_bytes())).items()
    }


def _stream(learnt: Sequence[Unit], encoder: Encoder, args: argparse.Namespace, done: int) -> Iterator[Group]:
    """Yield this process's batches, every second one, skipping those before `done`; it never ends."""
    chance, at = Random(args.seed), 0  # noqa: S311  no secret
    while True:
        some = [u for u in learnt if chance.random() < _share(u, args)]
        chance.shuffle(some)
        for start in range(0, len(some), 6_000):
            encoded = encode_units(some[start : start + 6_000], encoder.tokenizer, chance, encoder.marks)
            for group in batches(encoded, TOKENS, chance):
                if at % 2 == args.rank and at // 2 >= done:
                    yield group
                at += 1


def _share(unit: Unit, args: argparse.Namespace) -> float:
    """Return the probability that a unit is learnt in this pass over the data."""
    source = unit[0].source
    kind: float = args.claims if unit[0].kind == "claim" else args.questions
    return 0.0 if source in args.without else SHARES.get(source, 1.0) * kind


def _step(masters: Sequence[Tensor], shadows: Sequence[Tensor], steps: torch.optim.Optimizer) -> None:
    """Apply the mean of both processes' gradients."""
    grads = [torch.zeros_like(low) if low.grad is None else low.grad for low in shadows]
    flat = torch.cat([grad.reshape(-1).float() for grad in grads]) / 2
    dist.all_reduce(flat)
    flat *= min(1.0, CLIP / (float(flat.norm()) + 1e-6))
    at = 0
    for own, low in zip(masters, shadows, strict=True):
        own.grad = flat[at : at + own.numel()].view_as(own)
        at += own.numel()
        low.grad = None
    steps.step()
    with torch.no_grad():
        torch._foreach_copy_(list(shadows), list(masters))


def _agreed(value: float) -> float:
    """Return the first process's number, so that both act alike."""
    shared = torch.tensor([value], dtype=torch.float64)
    dist.broadcast(shared, 0)
    return float(shared)


def _save(args, network, steps, done, spent, low, kept) -> None:  # type: ignore[no-untyped-def]
    """Validate (questions in one process, claims in the other) and save a checkpoint in the first."""
    kind = ("question", "claim")[args.rank]
    own = [unit for unit in kept if unit[0].example.kind == kind]
    if args.questions if kind == "question" else args.claims:
        low.eval()
        with torch.no_grad():
            _log(args.out, step=done, minutes=round(spent / 60, 1), **figures(low, own))
        low.train()
    if args.rank:
        return
    named = {name: value.detach().contiguous() for name, value in network.trained()}
    save_file(named, args.out / "weights.new")
    (args.out / "weights.new").replace(args.out / "weights.safetensors")
    order = list(network.trained())
    moments = {
        f"{name}.{what}": steps.state[value][what].contiguous()
        for name, value in order
        if value in steps.state
        for what in ("exp_avg", "exp_avg_sq")
    }
    save_file(moments, args.out / "moments.new", {"done": str(done), "spent": str(spent)})
    (args.out / "moments.new").replace(args.out / "moments.safetensors")
    (args.out / "progress.json").write_text(json.dumps({"done": done, "spent": spent}), encoding="utf-8")


def _resume(out: Path, network: Network, steps: torch.optim.Optimizer) -> tuple[int, float]:
    if not (out / "progress.json").is_file():
        return 0, 0.0
    progress = json.loads((out / "progress.json").read_text(encoding="utf-8"))
    network.take(load_file(out / "weights.safetensors"))
    moments = load_file(out / "moments.safetensors")
    for name, value in network.trained():
        if f"{name}.exp_avg" not in moments:
            continue
        steps.state[value] = {
            "step": torch.tensor(float(progress["done"])),
            "exp_avg": moments[f"{name}.exp_avg"],
            "exp_avg_sq": moments[f"{name}.exp_avg_sq"],
        }
    return progress["done"], progress["spent"]


def _log(out: Path, **figures: object) -> None:
    line = json.dumps({"at": time.strftime("%H:%M:%S"), **figures})
    print(line, flush=True)
    with (out / "run.log").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _both(args: argparse.Namespace) -> None:
    meet = args.out.resolve() / f"meet-{os.getpid()}"
    args.out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.train.run", *sys.argv[1:], "--meet", str(meet), "--rank"]
    ranks = [subprocess.Popen([*command, str(n)], start_new_session=True) for n in range(2)]
    sys.exit(max(rank.wait() for rank in ranks))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--encoder", choices=ENCODERS, default="minilm", help="what it begins with")
    parser.add_argument("--minutes", type=float, help="processor time of the first process")
    parser.add_argument("--begin", type=Path, help="weights that this run begins with, of a run or shipped")
    parser.add_argument("--rate", type=float, default=1.0, help="times the rate of learning")
    parser.add_argument("--claims", type=float, default=1.0, help="times the share of claims")
    parser.add_argument("--questions", type=float, default=1.0, help="times the share of questions")
    parser.add_argument("--without", nargs="*", default=(), help="data sets that are held out")
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--every", type=float, default=6, help="minutes between two checkpoints")
    parser.add_argument("--kept", type=int, default=1_000, help="examples to validate with")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rank", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--meet", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
