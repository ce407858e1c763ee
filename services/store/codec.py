"""Records to JSON and back, typed: what the store keeps of states, happenings and alerts.

JSON has no NaN: a record that may lack a figure says so with ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

import msgspec

from services.domain.masked import Masked
from services.store.errors import Unreadable, Unstorable


def _write_odd(value: Any) -> Any:
    if isinstance(value, Masked):
        return [value.unmasked(), str(value)]
    if hasattr(value, "item"):  # a numpy scalar
        return value.item()
    raise TypeError(f"the store cannot keep a {type(value).__name__}")


def _read_odd(kind: type, value: Any) -> Any:
    if kind is Masked:
        return Masked(*value)
    raise TypeError(f"the store cannot read a {kind}")


_encoder = msgspec.json.Encoder(enc_hook=_write_odd)
_ordered = msgspec.json.Encoder(enc_hook=_write_odd, order="deterministic")


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_read_odd)


def encode(record: Any) -> str:
    """Raises Unstorable for text that is no Unicode, numbers beyond 64 bits, and types unknown here."""
    try:
        return _encoder.encode(record).decode()
    except (TypeError, ValueError, OverflowError) as why:
        raise Unstorable(f"记录无法入库：{why}") from why


def canonical(value: Any) -> bytes:
    """The one spelling a hash is taken of: keys sorted, no spaces, UTF-8."""
    return _ordered.encode(value)


def decode(kind: Any, body: str) -> Any:
    """Raises Unreadable for a body written by a program with other records."""
    try:
        return _decoder(kind).decode(body)
    except msgspec.DecodeError as why:
        raise Unreadable(f"库中的记录由另一版本的程序写入，读不出：{why}") from why


def decode_all(kind: type, bodies: Iterable[str]) -> tuple[Any, ...]:
    """Many bodies at once: one call into the decoder."""
    return cast("tuple[Any, ...]", decode(tuple[kind, ...], "[" + ",".join(bodies) + "]"))  # type: ignore[valid-type]
