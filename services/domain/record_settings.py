"""How the record is kept: the algorithm of its seals, and the second place that remembers its head."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SEALS = ("sm3", "sha256")


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """``hash`` is one of ``SEALS``, empty for the first this machine has; ``mirror`` a file or a database's
    address, empty for none."""

    hash: str = ""
    mirror: str = ""


def record_from(table: Mapping[str, Any]) -> RecordSettings:
    """``[record]`` of the site file. Raises ValueError with a sentence that names the key."""
    for key, value in table.items():
        if key not in ("hash", "mirror"):
            raise ValueError(f"record 不认识的键 {key!r}，可用：hash、mirror")
        if not isinstance(value, str):
            raise ValueError(f"record.{key} 须为文字")
    settings = RecordSettings(**table)
    if settings.hash and settings.hash not in SEALS:
        raise ValueError(f"record.hash {settings.hash!r} 不认识，可用：{'、'.join(SEALS)}")
    if settings.hash and settings.hash not in hashlib.algorithms_available:
        raise ValueError(f"record.hash：本机的 OpenSSL 没有 {settings.hash}，可用：sha256")
    return settings
