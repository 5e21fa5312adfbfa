"""Damage bytes as disks, networks and attackers do; the same seed gives the same bytes."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

__all__ = ["mutated"]

_TEXTS = (
    b"", b"null", b"true", b"-1", b"0", b"1e400", b"NaN", b"-Infinity", b"9" * 400, b"{}", b"[]", b'""', b"'''", b'"""',
    b"\n", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"../", b"..\\", b"C:", b"%41", b"[" * 60,
    b"{" * 60, b"a.a.a.a", b"=", b"# ", b"1979-05-27T07:32:00Z", b"inf", b"\xe2\x80\xae", b"\x1b[2J",
)  # fmt: skip
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(chance: random.Random, good: bytes, others: Sequence[bytes]) -> bytes:
    """A good input with one to six faults."""
    data = bytearray(good)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        _FAULTS[chance.randrange(len(_FAULTS))](chance, data, others)
    return bytes(data)


def _somewhere(chance: random.Random, data: bytearray) -> int:
    return chance.randrange(len(data) + 1)


def _flip(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _byte(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def _number(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    """A length or an offset that is huge, in either byte order."""
    where = _somewhere(chance, data)
    form = chance.choice(("B", "<H", ">H", "<I", ">I"))
    value = chance.choice(_NUMBERS) & (2 ** (8 * struct.calcsize(form)) - 1)
    data[where : where + struct.calcsize(form)] = struct.pack(form, value)


def _text(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    where = _somewhere(chance, data)
    data[where : where + chance.choice((0, 0, 1, 4, 12))] = chance.choice(_TEXTS)


def _cut(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    del data[_somewhere(chance, data) :]


def _drop(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    where = _somewhere(chance, data)
    del data[where : where + chance.randint(1, 64)]


def _double(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    where = _somewhere(chance, data)
    data[where:where] = data[where : where + chance.randint(1, 64)]


def _zeros(chance: random.Random, data: bytearray, _others: Sequence[bytes]) -> None:
    """A lost block of the disk."""
    where = _somewhere(chance, data)
    length = min(chance.choice((16, 512, 4096)), len(data) - where)
    data[where : where + length] = bytes(length)


def _splice(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    """The end of another input."""
    other = chance.choice(others)
    data[_somewhere(chance, data) :] = other[chance.randrange(len(other) + 1) :]


_FAULTS = (_flip, _byte, _number, _text, _text, _cut, _drop, _double, _zeros, _splice)
