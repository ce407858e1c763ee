"""The course of one alert as figures see it: when it called, who answered, what became of it.

A fold of the same log that makes alerts, kept apart from ``Alert`` because it must remember what an
alert forgets: every call for a signature, every return to normal, every clock that was replaced.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.domain.alert import AlertLevel, Clock, Step, Verdict, Visibility
from services.domain.happening import HappeningKind
from services.domain.officer import ENGINE

KEPT = 500  # newest raises and returns to normal of one alert: a source that chatters for days needs no more


@dataclass(frozen=True, slots=True)
class Found:
    """The part of a detection that figures are grouped by."""

    key: str
    rule_id: str
    scene: str
    level: AlertLevel
    title: str
    subject: str
    subject_kind: str
    subject_id: str
    place: str

    @property
    def rule_title(self) -> str:
        return without_figures(self.title)


@lru_cache(maxsize=4096)
def without_figures(title: str) -> str:
    """What an alert's title says of its rule alone: ``尾气超标 38.2 %`` → ``尾气超标``."""
    return _FIGURES.sub("", title) or title


_FIGURES = re.compile(r"(?:\s+(?:\S*\d\S*|\S{1,2}))+$")


@dataclass(frozen=True, slots=True)
class Entry:
    """The part of a log entry that figures are made of; the log's bodies are decoded into it."""

    kind: HappeningKind
    alert_id: str
    version: int
    at: datetime
    role: str
    verdict: Verdict | None = None
    level: AlertLevel | None = None
    clocks: tuple[Clock, ...] | None = None
    detection: Found | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One call for a signature: the alert was raised, or its level rose. ``signed_at`` answered it."""

    at: datetime
    level: AlertLevel
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """``raises`` and ``clears`` are the newest ``KEPT``; ``clocks`` holds every clock that ever ran, by
    step and start; ``touched_at`` is the last time a person did anything."""

    id: str
    version: int
    found: Found
    level: AlertLevel
    raised_at: datetime
    last_at: datetime
    marks: tuple[Mark, ...]
    raises: tuple[datetime, ...]
    clears: tuple[datetime, ...] = ()
    first_clear: datetime | None = None
    chattered_at: datetime | None = None  # when the engine last said so, and stopped telling each time
    active_since: datetime | None = None
    touched_at: datetime | None = None
    ended_at: datetime | None = None
    closed_at: datetime | None = None  # by a person
    merged: bool = False  # its clocks are the parent's and count there
    visibility: Visibility = Visibility.VISIBLE
    shelvings: tuple[datetime, ...] = ()
    suppressions: tuple[datetime, ...] = ()
    dispatches: tuple[datetime, ...] = ()
    returns: tuple[datetime, ...] = ()
    clocks: tuple[Clock, ...] = ()
    verdict: Verdict | None = None
    judged_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


def follow(course: Course | None, entry: Entry) -> Course | None:
    """The course after one more entry of its log; None while its beginning is not known."""
    if entry.kind is HappeningKind.RAISED and entry.detection is not None:
        return _begun(entry, entry.detection)
    if course is None:
        return None
    changes = _CHANGES.get(entry.kind, _nothing)(course, entry)
    if entry.role != ENGINE.role.value:
        changes["touched_at"] = entry.at
    if entry.clocks is not None and (not course.merged or entry.kind is HappeningKind.UNMERGED):
        own = () if entry.kind is HappeningKind.MERGED else entry.clocks
        changes["clocks"] = _with_clocks(course.clocks, own, entry)
    return replace(course, version=entry.version, last_at=entry.at, **changes)


Changes = dict[str, Any]


def _begun(entry: Entry, found: Found) -> Course:
    return Course(
        id=entry.alert_id,
        version=entry.version,
        found=_shared(found),
        level=found.level,
        raised_at=entry.at,
        last_at=entry.at,
        marks=(Mark(entry.at, found.level),),
        raises=(entry.at,),
        active_since=entry.at,
        clocks=entry.clocks or (),
    )


def _shared(found: Found) -> Found:
    """Thousands of alerts say the same words: each is kept once."""
    words = (found.rule_id, found.scene, found.title, found.subject, found.subject_kind, found.subject_id, found.place)
    rule_id, scene, title, subject, kind, id_, place = map(sys.intern, words)
    return Found(found.key, rule_id, scene, found.level, title, subject, kind, id_, place)


def _with_clocks(known: tuple[Clock, ...], now: tuple[Clock, ...], entry: Entry) -> tuple[Clock, ...]:
    """The clocks as they are now, and before them those that were replaced. One that was let go before
    it was due, by a return, a rise or an ending, was neither kept nor broken and is forgotten."""
    alive = {(c.step, c.started_at) for c in now}
    replaced = [c for c in known if (c.step, c.started_at) not in alive]
    past = [
        c if c.stopped_at else replace(c, stopped_at=entry.at)
        for c in replaced
        if c.stopped_at or (c.runs and c.due_at < entry.at)
    ]
    own = _OWN_ENDING.get(entry.kind)
    if own is None:
        return (*past, *now)
    return (*past, *(c for c in now if c.stopped_at != entry.at or c.step in own or c.due_at < entry.at))


# Happenings that stop every clock, and the steps among them that they are the end of.
_OWN_ENDING: Mapping[HappeningKind, frozenset[Step]] = {
    HappeningKind.CLOSED: frozenset({Step.CLOSE}),
    HappeningKind.AUTO_CLOSED: frozenset(),
    HappeningKind.MERGED: frozenset(),
}


def _nothing(_course: Course, _entry: Entry) -> Changes:
    return {}


def _repeated(course: Course, entry: Entry) -> Changes:
    changes: Changes = {"raises": (*course.raises, entry.at)[-KEPT:], "active_since": course.active_since or entry.at}
    if entry.level is not None:
        changes |= {
            "level": entry.level,
            "marks": (*course.marks, Mark(entry.at, entry.level)),
            "visibility": Visibility.VISIBLE,
        }
    return changes


def _cleared(course: Course, entry: Entry) -> Changes:
    return {
        "clears": (*course.clears, entry.at)[-KEPT:],
        "first_clear": course.first_clear or entry.at,
        "active_since": None,
    }


def _auto_closed(course: Course, entry: Entry) -> Changes:
    return {**_cleared(course, entry), "ended_at": entry.at, "visibility": Visibility.VISIBLE}


def _signed(course: Course, entry: Entry) -> Changes:
    """The signature answers the newest call; one given again after it lapsed answers none."""
    if not course.marks or course.marks[-1].signed_at is not None:
        return {}
    return {"marks": (*course.marks[:-1], replace(course.marks[-1], signed_at=entry.at))}


def _hidden(visibility: Visibility) -> Callable[[Course, Entry], Changes]:
    """Hidden in the moment it was raised, an alert has called nobody."""

    def change(course: Course, entry: Entry) -> Changes:
        changes: Changes = {"visibility": visibility, "suppressions": (*course.suppressions, entry.at)}
        if course.marks and course.marks[-1] == Mark(entry.at, course.level):
            changes["marks"] = course.marks[:-1]
        return changes

    return change


def _shown(course: Course, entry: Entry) -> Changes:
    marks = course.marks or (Mark(entry.at, course.level),)
    return {"visibility": Visibility.VISIBLE, "marks": marks}


def _shelved(course: Course, entry: Entry) -> Changes:
    return {"visibility": Visibility.SHELVED, "shelvings": (*course.shelvings, entry.at)}


def _unshelved(course: Course, entry: Entry) -> Changes:
    return {"visibility": Visibility.VISIBLE, **_signed(course, entry)}


def _shelf_ended(_course: Course, _entry: Entry) -> Changes:
    return {"visibility": Visibility.VISIBLE}


def _dispatched(course: Course, entry: Entry) -> Changes:
    return {"dispatches": (*course.dispatches, entry.at), "verdict": None, "judged_at": None}


def _returned(course: Course, entry: Entry) -> Changes:
    return {"returns": (*course.returns, entry.at)}


def _sent_back(_course: Course, _entry: Entry) -> Changes:
    return {"verdict": None, "judged_at": None}


def _judged(_course: Course, entry: Entry) -> Changes:
    return {"verdict": entry.verdict, "judged_at": entry.at if entry.verdict else None}


def _closed(course: Course, entry: Entry) -> Changes:
    """Closing says the verdict again; it was given when it was first said."""
    judged = {} if entry.verdict in (None, course.verdict) else _judged(course, entry)
    by_hand = None if course.merged else entry.at
    return {"ended_at": entry.at, "closed_at": by_hand, "visibility": Visibility.VISIBLE, **judged}


def _relevelled(course: Course, entry: Entry) -> Changes:
    """Set by a hand that sees it, a level calls nobody; red is never hidden."""
    seen = {"visibility": Visibility.VISIBLE} if entry.level is AlertLevel.RED else {}
    return {"level": entry.level or course.level, **seen}


def _chattering(_course: Course, entry: Entry) -> Changes:
    return {"chattered_at": entry.at}


def _merged(_course: Course, entry: Entry) -> Changes:
    return {"ended_at": entry.at, "merged": True, "visibility": Visibility.VISIBLE}


def _reopened(course: Course, entry: Entry) -> Changes:
    gone = {"ended_at": None, "closed_at": None, "merged": False, "verdict": None, "judged_at": None}
    return {**gone, **_signed(course, entry)}


def _unmerged(_course: Course, _entry: Entry) -> Changes:
    return {"ended_at": None, "merged": False}


_CHANGES: Mapping[HappeningKind, Callable[[Course, Entry], Changes]] = {
    HappeningKind.REPEATED: _repeated,
    HappeningKind.CLEARED: _cleared,
    HappeningKind.AUTO_CLOSED: _auto_closed,
    HappeningKind.SIGNED: _signed,
    HappeningKind.DISPATCHED: _dispatched,
    HappeningKind.REVIEWED: _judged,
    HappeningKind.SENT_BACK: _sent_back,
    HappeningKind.RETURNED: _returned,
    HappeningKind.JUDGED: _judged,
    HappeningKind.CLOSED: _closed,
    HappeningKind.REOPENED: _reopened,
    HappeningKind.RELEVELLED: _relevelled,
    HappeningKind.CHATTERING: _chattering,
    HappeningKind.MERGED: _merged,
    HappeningKind.UNMERGED: _unmerged,
    HappeningKind.SHELVED: _shelved,
    HappeningKind.UNSHELVED: _unshelved,
    HappeningKind.SHELF_ENDED: _shelf_ended,
    HappeningKind.SUPPRESSED: _hidden(Visibility.SUPPRESSED),
    HappeningKind.TAKEN_OUT: _hidden(Visibility.OUT_OF_SERVICE),
    HappeningKind.SHOWN: _shown,
}
