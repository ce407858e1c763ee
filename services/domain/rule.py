"""A rule: what to look for in which events, and what to say about it when it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import AlertLevel, Detection, Evidence, Parameter, Stance
from services.domain.budget import Budget
from services.domain.condition import Sort
from services.domain.counter import Counter
from services.domain.event import Event
from services.domain.incident import links_of, within_of
from services.domain.kinds import Absence, Detect, Fence, Follow
from services.domain.logic import Truth
from services.domain.sieve import Sieve
from services.domain.template import Template


@dataclass(frozen=True, slots=True)
class Found:
    """A hit before it is put into words: the event it ends at, the figures, the events it rests on."""

    event: Event
    figures: Mapping[str, Any]
    event_ids: tuple[str, ...]
    level: AlertLevel | None = None  # a watch list's entry has its own


@dataclass(frozen=True, slots=True)
class Clearing:
    """The condition of an open alert is back to normal."""

    key: str
    auto_close: bool = False


@dataclass(frozen=True, slots=True)
class Rise:
    """A higher level for what is worse, and who leads and helps from then on."""

    level: AlertLevel
    holds: Truth = field(compare=False, repr=False)
    title: Template | None = None
    where: str = ""
    department: Template | None = None
    support: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterText:
    label: str
    value: Template
    limit: str


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """A line of 依据, 存疑 or unknown; said only when ``holds`` (always, when there is none)."""

    text: Template
    value: Template
    stance: Stance
    holds: Truth | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Excuse:
    """What takes a lasting hit back: a record of ``topic`` whose column ``match`` equals the event's
    ``of``, for which ``holds``."""

    topic: str
    match: str
    of: str
    holds: Truth = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A test inside the rule file: events, and what the rule makes of them."""

    name: str
    events: tuple[Mapping[str, Any], ...]
    detections: int
    level: AlertLevel | None = None  # of the last detection
    listed: tuple[Mapping[str, Any], ...] = ()
    looked_at: datetime | None = None  # when the clock is asked, for an absence


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule file, checked and compiled. ``columns`` are those of the event's record."""

    file: str
    id: str
    version: int
    title: Template
    text: str
    event: str
    scene: str
    columns: Mapping[str, Sort] = field(repr=False)
    where: str
    unless: str  # "" when there is none
    matches: Truth = field(compare=False, repr=False)  # where, and not unless
    sifts: Sieve = field(compare=False, repr=False)  # the same over many records
    detect: Detect
    level: AlertLevel | None  # None: the level of the watch list's entry
    rises: tuple[Rise, ...]
    key: Template
    subject: Template
    wall_subject: Template
    subject_kind: str
    subject_id: Template
    place: Template
    clears: Truth | None = field(default=None, compare=False, repr=False)
    clear_sifts: Sieve | None = field(default=None, compare=False, repr=False)
    auto_close: bool = False
    excuse: Excuse | None = None
    fresh: timedelta | None = None  # what is older when it arrives raises nothing
    quiet: timedelta = timedelta(0)  # no new alert of the same key for so long after one was closed
    budget: Budget | None = None  # None: the default one
    department: Template | None = None
    support: tuple[str, ...] = ()
    parameters: tuple[ParameterText, ...] = ()
    evidence: tuple[EvidenceText, ...] = ()
    counters: tuple[Counter, ...] = ()
    guidance: tuple[str, ...] = ()
    privacy: str = ""
    tests: tuple[RuleTest, ...] = ()

    def detection(self, found: Found) -> Detection:
        """Put a hit into words."""
        figures = {**self.record_figures(found.event.record), **found.figures}
        level, rise = self._level(found, figures)
        title = rise.title if rise and rise.title else self.title
        department = rise.department if rise and rise.department else self.department
        return Detection(
            key=self.key_of(figures),
            rule_id=self.id,
            rule_version=self.version,
            rule_text=self.text,
            scene=self.scene,
            level=level,
            title=title.filled(figures),
            subject=self.subject.filled(figures),
            wall_subject=self.wall_subject.filled(figures),
            subject_kind=self.subject_kind,
            subject_id=self.subject_id.filled(figures),
            place=self.place.filled(figures),
            occurred_at=found.event.occurred_at,
            lon=figures.get("lon"),
            lat=figures.get("lat"),
            department=department.filled(figures) if department else "",
            support=(rise.support if rise else ()) or self.support,
            parameters=tuple(Parameter(p.label, p.value.filled(figures), p.limit) for p in self.parameters),
            evidence=self._evidence(found, figures),
            guidance=self.guidance,
            event_ids=found.event_ids,
            standing=self.is_standing,
            grid_code=figures.get("grid_code") or "",
            links=links_of(figures),
            within=(*within_of(figures), f"source:{found.event.source}"),
        )

    @property
    def is_standing(self) -> bool:
        """Whether it tells of a condition that lasts until it is said to be over."""
        detect = self.detect
        if isinstance(detect, Fence):
            return detect.crossing != "leave"
        return self.clears is not None or isinstance(detect, Absence) or (isinstance(detect, Follow) and detect.expires)

    def clearing(self, record: Any) -> Clearing:
        return Clearing(self.key_of(self.record_figures(record)), self.auto_close)

    def key_of(self, figures: Mapping[str, Any]) -> str:
        return f"{self.id}|{self.key.filled(figures)}"

    def record_figures(self, record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in self.columns}

    def _level(self, found: Found, figures: Mapping[str, Any]) -> tuple[AlertLevel, Rise | None]:
        """The highest level that holds, and the rise it comes from."""
        level, highest = self.level or found.level or AlertLevel.BLUE, None
        for rise in self.rises:
            if rise.level > level and rise.holds(figures) is True:
                level, highest = rise.level, rise
        return level, highest

    def _evidence(self, found: Found, figures: Mapping[str, Any]) -> tuple[Evidence, ...]:
        at, event_id = found.event.occurred_at, found.event.event_id
        return tuple(
            Evidence(line.text.filled(figures), line.value.filled(figures), line.stance, at, event_id)
            for line in self.evidence
            if line.holds is None or line.holds(figures) is True
        )
