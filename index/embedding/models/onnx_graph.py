"""An ONNX model as bytes, written without the `onnx` package, which weighs 30 MB.

ONNX is a protocol buffer; what is written here is the part of it that one graph of operators needs. The
numbers are those of the fields in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

OPSET, IR = 20, 9
FLOAT = 1
_TYPES = {"float32": FLOAT, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}
_VARINT, _BYTES, _FIXED = 0, 2, 5
_OF_FLOAT, _OF_INT, _OF_INTS = 1, 2, 7


class Graph:
    """A graph being written: every method that adds an operator returns the name of its output."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._named = 0

    def constant(self, value: NDArray[np.generic]) -> str:
        """Add a tensor; return its name."""
        name = self._name()
        dims = b"".join(_number(1, size) for size in value.shape)
        raw = np.ascontiguousarray(value).tobytes()
        tensor = dims + _number(2, _TYPES[value.dtype.name]) + _text(8, name) + _bytes(9, raw)
        self._parts.append(_bytes(5, tensor))
        return name

    def add(self, operator: str, *inputs: str, **attributes: int | float | Sequence[int]) -> str:
        """Add an operator of one output; return that output's name."""
        return self.several(operator, 1, *inputs, **attributes)[0]

    def several(
        self, operator: str, outputs: int, *inputs: str, **attributes: int | float | Sequence[int]
    ) -> list[str]:
        """Add an operator of several outputs; return their names."""
        names = [self._name() for _ in range(outputs)]
        node = b"".join(_text(1, each) for each in inputs) + b"".join(_text(2, each) for each in names)
        node += _text(4, operator) + b"".join(_bytes(5, _attribute(*each)) for each in attributes.items())
        self._parts.append(_bytes(1, node))
        return names

    def model(self, given: str, wanted: str, width: int) -> bytes:
        """Return the model that makes `wanted` of `given`, both float32 and (rows, width)."""
        graph = b"".join(self._parts) + _text(2, "graph")
        graph += _bytes(11, _matrix(given, width)) + _bytes(12, _matrix(wanted, width))
        return _number(1, IR) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, OPSET))

    def _name(self) -> str:
        self._named += 1
        return f"t{self._named}"


def _matrix(name: str, width: int) -> bytes:
    shape = _bytes(1, _text(2, "rows")) + _bytes(1, _number(1, width))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, shape)))


def _attribute(name: str, value: int | float | Sequence[int]) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + varint(2 << 3 | _FIXED) + np.float32(value).tobytes() + _number(20, _OF_FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _OF_INT)
    return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, _OF_INTS)


def _number(field: int, value: int) -> bytes:
    return varint(field << 3 | _VARINT) + varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return varint(field << 3 | _BYTES) + varint(len(value)) + value


def varint(value: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first; negative ones in 64-bit two's complement."""
    value &= (1 << 64) - 1
    return bytes(_groups(value))


def _groups(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value
