"""What a pane asks the console to save: a manifest's receipt, or a text as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.custody_state import CustodyChain
from services.domain.manifest import Manifest


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """A receipt to be printed: the manifest as shown, and its chain as it was just verified."""

    manifest: Manifest
    chain: CustodyChain
    now: datetime


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to be saved byte by byte; ``name`` has no folder."""

    name: str
    text: str
