"""What is still to be said to the platform: the difference between what should stand there and what does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.domain.alert import AlertLevel
from services.domain.platform import Disposition, OurSubscription, Standing

ASK_AGAIN = timedelta(hours=1)  # [D] what was refused may be allowed by then
RENEW = timedelta(days=1)  # before a subscription ends
KEPT = timedelta(days=90)  # [D] rows that are over
LIFTED = "lifted"  # the content of a row whose lifting was refused


class Wanted(Protocol):
    """A watch order that is in force, as far as the platform is concerned."""

    @property
    def id(self) -> str: ...
    @property
    def plate_no(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def legal_basis(self) -> str: ...
    @property
    def level(self) -> AlertLevel: ...
    @property
    def checkpoint_ids(self) -> tuple[str, ...]: ...
    @property
    def unit(self) -> str: ...
    @property
    def valid_from(self) -> datetime | None: ...
    @property
    def valid_until(self) -> datetime | None: ...


class Saying(StrEnum):
    SET = "set"
    CHANGE = "change"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say about one disposition; ``order`` is None when it is to be lifted."""

    saying: Saying
    row: Disposition
    order: Wanted | None = None


def digest(order: Wanted) -> str:
    """Of all that the platform is told of an order: it changes when the platform must be told anew."""
    said = (order.plate_no, order.reason, order.legal_basis, int(order.level), order.checkpoint_ids, order.unit)
    return hashlib.sha256(repr((said, order.valid_from, order.valid_until)).encode()).hexdigest()[:16]


def steps(
    orders: Iterable[tuple[str, Wanted]], rows: Iterable[Disposition], now: datetime, doubted: Collection[str] = ()
) -> Iterator[Step]:
    """``orders`` are those in force, each with the id it goes out under. Nothing is said twice that was
    answered, unless it is ``doubted``; what was refused is said again when it changes, or after ``ASK_AGAIN``."""
    held = {row.id: row for row in rows}
    wanted: set[str] = set()
    for name, order in orders:
        assert order.valid_until is not None
        wanted.add(name)
        row = held.get(name)
        if row is None:
            row = Disposition(name, order.id, Standing.NONE, order.valid_until, now)
        elif not _is_due(row, order, now, doubted):
            continue
        yield Step(Saying.SET if row.standing is Standing.NONE else Saying.CHANGE, row, order)
    for row in held.values():
        if row.id not in wanted and _stands(row, now):
            yield Step(Saying.LIFT, row)


def _is_due(row: Disposition, order: Wanted, now: datetime, doubted: Collection[str]) -> bool:
    is_new = row.content != digest(order) or row.id in doubted
    return is_new or (bool(row.error) and _rested(row.changed_at, now))


def _stands(row: Disposition, now: datetime) -> bool:
    """Whether the platform holds it, or may: a word went out and no answer came back."""
    if row.standing is Standing.NONE:
        return not row.content
    return row.standing is Standing.RUNNING and (row.content != LIFTED or _rested(row.changed_at, now))


def settled(step: Step, refusal: str, now: datetime) -> Disposition:
    """The row after the answer; ``refusal`` is empty when the platform did as told."""
    row = replace(step.row, changed_at=now, error=refusal)
    if step.order is None:
        return _lifted(row, refusal, now)
    assert step.order.valid_until is not None
    row = replace(row, content=digest(step.order), ends_at=step.order.valid_until)
    return row if refusal else replace(row, standing=Standing.RUNNING)


def _lifted(row: Disposition, refusal: str, now: datetime) -> Disposition:
    """One that nobody acknowledged and nobody knows has never stood there: it is done with as well."""
    if refusal and row.standing is Standing.RUNNING:
        return replace(row, content=LIFTED)
    return replace(row, content=LIFTED, standing=Standing.EXPIRED if row.ends_at <= now else Standing.CANCELLED)


def kept(rows: Iterable[Disposition], now: datetime) -> tuple[Disposition, ...]:
    """Without what has not stood there for long."""
    return tuple(row for row in rows if row.standing is Standing.RUNNING or row.changed_at > now - KEPT)


# -------------------------------------------------------------------------------------- subscriptions


@dataclass(frozen=True, slots=True)
class Subject:
    """What we want to be sent: a detail of a resource, at an address."""

    detail: str
    resource: str
    receive_addr: str


def expired(rows: Iterable[OurSubscription], now: datetime) -> tuple[OurSubscription, ...]:
    """The rows as they stand now: an end that has passed is noted, what has long been over is let go."""
    aged = [
        replace(row, standing=Standing.EXPIRED, changed_at=row.ends_at)
        if row.standing is Standing.RUNNING and row.ends_at <= now
        else row
        for row in rows
    ]
    over = (Standing.CANCELLED, Standing.EXPIRED)
    return tuple(row for row in aged if row.standing not in over or row.changed_at > now - KEPT)


def unwanted(rows: Iterable[OurSubscription], wanted: Sequence[Subject], now: datetime) -> list[OurSubscription]:
    """What runs and nobody asks for any more."""
    return [
        row
        for row in rows
        if row.standing is Standing.RUNNING
        and subject_of(row) not in wanted
        and (not row.error or _rested(row.changed_at, now))
    ]


def missing(
    rows: Iterable[OurSubscription], wanted: Sequence[Subject], now: datetime
) -> Mapping[Subject, OurSubscription | None]:
    """What is wanted and does not run for another day, with the row of an earlier try to go on with."""
    begun: dict[Subject, OurSubscription | None] = dict.fromkeys(wanted)
    for row in rows:
        subject = subject_of(row)
        runs = row.standing is Standing.RUNNING and row.ends_at - now > RENEW
        waits = row.standing is Standing.NONE and bool(row.error) and not _rested(row.changed_at, now)
        if subject in begun and (runs or waits):
            del begun[subject]
        elif subject in begun and row.standing is Standing.NONE:
            begun[subject] = row
    return begun


def subject_of(row: OurSubscription) -> Subject:
    return Subject(row.detail, row.resource, row.receive_addr)


def _rested(since: datetime, now: datetime) -> bool:
    return not since <= now < since + ASK_AGAIN
