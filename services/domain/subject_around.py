"""What the store has about a subject beyond its register: alerts, cases of every stream, meters, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.domain.alert import Alert
from services.domain.community import Elder
from services.domain.elder_contact import ElderContact
from services.domain.let_room import LetRoom
from services.domain.snapshot import Subject
from services.domain.subject_card import Line, Part, listed, unknown
from services.domain.subject_streams import KINDS, CaseKind

Days = tuple[tuple[datetime, float | None], ...]  # the beginning of each Shanghai day, what was used


@dataclass(frozen=True, slots=True)
class Around:
    """``cases`` has a key for each stream this console has; ``meters`` one for each kind that has readings here.

    ``since`` is when the card's history begins; ``told`` are events of the subject itself, newest first.
    """

    at: datetime
    alerts: tuple[Alert, ...] = ()
    cases: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    meters: Mapping[str, Days] = field(default_factory=dict)
    elders: tuple[Elder, ...] = ()
    contacts: tuple[ElderContact, ...] = ()
    let: LetRoom | None = None
    told: tuple[Any, ...] = ()

    def part(self, stream: str, *, title: str = "", empty: str = "无") -> Part:
        """The cases of one stream about the subject; a stream that is not there is not known."""
        kind = KINDS[stream]
        heading = title or kind.word
        if stream not in self.cases:
            return unknown(heading)
        return listed(heading, lines_of(self.cases[stream], kind), empty=empty)


def lines_of(cases: Sequence[Any], kind: CaseKind) -> list[Line]:
    """Open ones first, then the newest."""
    ranked = sorted(cases, key=lambda c: (not c.is_open, -_moment(c, kind).timestamp(), c.id))
    return [_line(case, kind) for case in ranked]


def _line(case: Any, kind: CaseKind) -> Line:
    return Line(
        kind.title(case),
        case.id,
        kind.state(case),
        _moment(case, kind),
        Subject("case", case.id),
        is_open=case.is_open,
    )


def _moment(case: Any, kind: CaseKind) -> datetime:
    return kind.at(case)
