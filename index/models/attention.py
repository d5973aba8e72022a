"""Attention, text by text, where tokens of texts lie one behind another. Must never know layers."""

from collections.abc import Sequence
from math import isfinite, log

import torch
from torch import Tensor


def attend(looked: Tensor, lengths: Sequence[int], heads: int, dtype: torch.dtype) -> Tensor:
    """Return (rows, hidden) in `dtype`: for each token the mean of the values that it looks at.

    `looked` is (rows, 3 * hidden): queries, keys and values of every token, first the rows of texts of the
    given `lengths`; rows after them are zero in what is returned. Queries are scaled so that the share of a
    value is 2 to the power of what is found.
    """
    mean = torch.zeros(looked.shape[0], looked.shape[1] // 3, dtype=dtype)
    end = 0
    for length in lengths:
        start, end = end, end + length
        found = _of_one_text(looked[start:end], heads)
        mean[start:end].view(length, heads, -1).copy_(found.transpose(0, 1))
    return mean


def _of_one_text(looked: Tensor, heads: int) -> Tensor:
    """Return (heads, tokens, size).

    A softmax without its first pass, which finds each row's highest score to keep the powers small:
    those of a trained model mostly stay far below the 2 ** 127 that a float holds. PyTorch's own attention
    took twice as long on a text of 200 tokens (bench/LOG.md). Where a sum is infinite or zero, so that its
    logarithm is no finite number, the text is taken with that pass.
    """
    query, key, value = looked.view(len(looked), 3, heads, -1).permute(1, 2, 0, 3).contiguous()
    powers = torch.bmm(query, key.transpose(1, 2)).exp2_()
    sums = powers.sum(-1, keepdim=True)
    if not isfinite(sums.log().sum().item()):
        powers = torch.softmax(torch.bmm(query, key.transpose(1, 2)) * log(2), -1)
        sums = powers.sum(-1, keepdim=True)
    return torch.bmm(powers, value).div_(sums)
