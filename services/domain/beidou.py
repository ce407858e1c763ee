"""The newest Beidou fixes as one record of columns: 4,400 rows a minute are no 4,400 JSON records."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.fleet import Fleet


@dataclass(frozen=True, slots=True)
class FixBlock:
    """``blob`` is ``Fleet.to_bytes``: every boat once, newest fix."""

    id: str
    blob: bytes

    @property
    def fleet(self) -> Fleet:
        return Fleet.from_bytes(self.blob)
