"""What a hand-over is made of: what crews ask for, what is written, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish
from services.domain.duty_sheet import Line, Sheet


class State(StrEnum):
    READING = "reading"
    TAKEN = "taken"  # signed by the next crew
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareHandover(Wish):
    """The outgoing crew puts the sheet before the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptLine(Wish):
    """One line was read as ``mark`` says."""

    line_id: str
    mark: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHandover(Wish):
    """``confirmed``: the officer has just proved at log-in who they are."""

    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawHandover(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class HandoverPrepared:
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class LineAccepted:
    """The line as it was read."""

    line: Line
    remark: str

    @property
    def text(self) -> str:
        return self.line.text


@dataclass(frozen=True, slots=True)
class HandoverSigned:
    """``side``: in for the crew that takes over, out for the one that leaves."""

    side: str


@dataclass(frozen=True, slots=True)
class HandoverDone:
    """The sheet as both signed it, and the end of the log before it."""

    sheet: Sheet
    chain_seq: int = 0
    chain_hash: str = ""


@dataclass(frozen=True, slots=True)
class HandoverWithdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    line_id: str
    mark: str
    by_id: str
    by: str  # masked name
    at: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    side: str
    by_id: str
    by: str  # masked name
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over as it stands. ``sheet`` is the prepared one, after the end the signed one."""

    id: str  # JJ-261122-001
    version: int
    state: State
    sheet: Sheet
    prepared_by: str
    prepared_name: str  # masked
    prepared_at: datetime
    accepted: tuple[Acceptance, ...] = ()
    signatures: tuple[Signature, ...] = ()
    done_at: datetime | None = None
    reason: str = ""
    chain_seq: int = 0
    chain_hash: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in (State.READING, State.TAKEN)

    def acceptance(self, line_id: str) -> Acceptance | None:
        return next((one for one in self.accepted if one.line_id == line_id), None)
