"""Self-attention over texts packed into one matrix, without padding or masks."""

from collections.abc import Sequence
from math import isfinite, log

import torch
from torch import Tensor


def attend(qkv: Tensor, lengths: Sequence[int], heads: int, dtype: torch.dtype) -> Tensor:
    """Return the attention output, (rows, hidden) in `dtype`.

    `qkv` is (rows, 3 * hidden): the query, key and value of every token, for texts of the given `lengths`
    one after another. Rows beyond the last text are padding and come back as zeros. The softmax is computed
    with exp2, so queries must be pre-scaled by log2(e) / sqrt(head size).
    """
    output = torch.zeros(qkv.shape[0], qkv.shape[1] // 3, dtype=dtype)
    end = 0
    for length in lengths:
        start, end = end, end + length
        context = _attend_text(qkv[start:end], heads)
        output[start:end].view(length, heads, -1).copy_(context.transpose(0, 1))
    return output


def _attend_text(qkv: Tensor, heads: int) -> Tensor:
    """Return the attention output of one text, (heads, tokens, head size).

    The softmax skips the usual subtraction of each row's maximum: the scores of trained models stay far below
    the exponent range of a float. If a sum overflows or underflows, the text is computed again with the
    subtraction. PyTorch's own attention took twice as long on a text of 200 tokens (bench/LOG.md).
    """
    query, key, value = qkv.view(len(qkv), 3, heads, -1).permute(1, 2, 0, 3).contiguous()
    weights = torch.bmm(query, key.transpose(1, 2)).exp2_()
    sums = weights.sum(-1, keepdim=True)
    if not isfinite(sums.log().sum().item()):
        weights = torch.softmax(torch.bmm(query, key.transpose(1, 2)) * log(2), -1)
        sums = weights.sum(-1, keepdim=True)
    return torch.bmm(weights, value).div_(sums)
