"""What a site says of its custody log: its name, who witnesses it, how often it is read again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.signed_note import COSIGNATURE, VerifierKey, key_of


@dataclass(frozen=True, slots=True)
class CustodySettings:
    """``origin`` names the log for ever; ``witness`` is the address of another party's witness and
    ``witness_key`` its public key, got from that party. Without them the log is signed by us alone."""

    origin: str = "district-console/custody"
    witness: str = ""
    witness_key: str = ""
    unwitnessed_h: float = 6.0
    check_min: float = 10.0
    full_check_h: float = 24.0

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        return (key_of(self.witness_key),) if self.witness_key else ()


_TEXTS = ("origin", "witness", "witness_key")
_SPANS = {"unwitnessed_h": (0.1, 720), "check_min": (0.1, 1440), "full_check_h": (0.1, 744)}


def custody_from(table: Mapping[str, Any]) -> CustodySettings:
    """The table ``[boats.custody]``. Raises ValueError that names the key and what it may be."""
    for key, value in table.items():
        if key in _SPANS:
            low, high = _SPANS[key]
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ValueError(f"boats.custody.{key} 须为 {low:g} 至 {high:g} 的数，现为 {value!r}")
        elif key not in _TEXTS:
            raise ValueError(f"不认识的键 boats.custody.{key}，可用：{'、'.join((*_TEXTS, *_SPANS))}")
        elif not isinstance(value, str):
            raise ValueError(f"boats.custody.{key} 须为文字，现为 {value!r}")
    settings = CustodySettings(**table)
    if not re.fullmatch(r"[^\s+]+", settings.origin):
        raise ValueError("boats.custody.origin 不能为空，也不能有空格或加号")
    if settings.witness and not settings.witness.startswith(("http://", "https://")):
        raise ValueError(f"boats.custody.witness 须为 http(s) 地址，现为 {settings.witness!r}")
    if bool(settings.witness) != bool(settings.witness_key):
        raise ValueError("boats.custody.witness 与 witness_key 须一同给出：公钥由见证方另行交付")
    if any(key.kind != COSIGNATURE for key in settings.witness_keys):
        raise ValueError("boats.custody.witness_key 不是见证方的公钥（须为联署密钥）")
    return settings
