"""The end of the case log as screens and prints show it: who holds it can prove what the log was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """The record of topic ``chain_head``. ``hash`` names its seal: ``sm3:9f3c…``."""

    id: str
    seq: int
    hash: str
    at: datetime | None

    @property
    def spoken(self) -> str:
        """What the QR holds: enough to find the row and compare its seal."""
        return f"DC1|{self.seq}|{self.hash}|{self.at.isoformat() if self.at else ''}"
