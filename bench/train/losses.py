"""Loss functions of the reader."""

import torch
import torch.nn.functional as F  # noqa: N812  as PyTorch itself calls it
from torch import Tensor

from bench.train.network import Batch, Network

_FAR = -1e4


def scores(network: Network, batch: Batch, claim: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Return logits of sentences (B, S), tokens (B, L), and texts (B, out)."""
    hidden = network.encode(batch.ids, batch.types, batch.inside)
    head = network.claim if claim else network.answer
    results: tuple[Tensor, Tensor, Tensor] = head(hidden, batch.members, batch.targets["text"])
    return results


def of_questions(network: Network, batch: Batch) -> Tensor:
    """Return the loss of a batch of questions: which sentence, which words, and whether any answers."""
    sentences, tokens, whole = scores(network, batch, claim=False)
    right, answered = batch.targets["right"], batch.targets["answered"]
    real = batch.members.sum(-1) > 0
    listed = _one_of(sentences, right, real)
    spoken = _one_of(tokens, batch.targets["answer"], batch.targets["text"])
    each = F.binary_cross_entropy_with_logits(sentences, right.float(), reduction="none") * real
    each = (each.sum(-1) / real.sum(-1)) * ~batch.targets["weak"]
    something = F.binary_cross_entropy_with_logits(whole.squeeze(-1), answered.float())
    across = _across(sentences.masked_fill(~real, _FAR), right, batch.targets["unit"])
    return listed.mean() + 0.5 * each.mean() + 0.4 * spoken.mean() + something + across


def of_claims(network: Network, batch: Batch) -> Tensor:
    """Return the loss of a batch of claims: the verdict, and which sentences are evidence for it."""
    sentences, _, whole = scores(network, batch, claim=True)
    real = batch.members.sum(-1) > 0
    borne = _one_of(sentences, batch.targets["right"], real)
    return F.cross_entropy(whole, batch.targets["answered"]) + 0.3 * borne.mean()


def _across(logits: Tensor, right: Tensor, unit: Tensor) -> Tensor:
    """Return the mean negative log-likelihood of drawing a right sentence among all of its unit's passages.

    This is what the product does with the logits: it ranks the sentences of several passages together.
    Units of one passage, and those that nothing answers, are left to the other losses.
    """
    of = unit == torch.arange(int(unit[-1]) + 1).unsqueeze(-1)
    every = logits.logsumexp(-1).expand_as(of).masked_fill(~of, _FAR).logsumexp(-1)
    drawn = logits.masked_fill(~right, _FAR).logsumexp(-1).expand_as(of).masked_fill(~of, _FAR).logsumexp(-1)
    counted = (of.sum(-1) > 1) & (of & right.any(-1)).any(-1)
    return ((every - drawn) * counted).sum() / counted.sum().clamp(min=1)


def _one_of(logits: Tensor, right: Tensor, real: Tensor) -> Tensor:
    """Return the negative log-likelihood of drawing a right one, or none if there is none."""
    logits = logits.masked_fill(~real, _FAR)
    none = torch.zeros(len(logits), 1)
    every = torch.cat([none, logits], -1).logsumexp(-1)
    drawn = torch.where(right.any(-1), logits.masked_fill(~right, _FAR).logsumexp(-1), none.squeeze(-1))
    return every - drawn
