"""The registers at hand when a passage is received, and the topic that says how old each of them is."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.domain.kinds import Detect
from services.domain.register import FACTS, KINDS, STALE_AFTER, Register, RegisterHealth, health
from services.domain.register_book import Book, Facts, Seen, current
from services.domain.rule import Rule
from services.domain.timebase import Timebase
from services.store import states
from services.store.errors import StoreError, Unreadable
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 5.0
TOLD_EVERY_S = 15.0
TOPIC = "registers"
_WORD = re.compile("[a-z_]+")


def limits(site: Site) -> Mapping[str, timedelta]:
    """How old each register may be: ``[sources.registers.stale_after_h]``. Raises SiteError."""
    wanted = site.sources.get("registers", {}).get("stale_after_h", {})
    if not isinstance(wanted, Mapping):
        raise SiteError("sources.registers.stale_after_h：须为一张表，例如 offence_register = 24")
    for name, hours in wanted.items():
        if name not in KINDS:
            raise SiteError(f"sources.registers.stale_after_h：不认识的登记册 {name!r}，可用：{'、'.join(KINDS)}")
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 24 * 366:
            raise SiteError(f"sources.registers.stale_after_h.{name}：须为 0 以上的小时数，不是 {hours!r}")
    return {**STALE_AFTER, **{name: timedelta(hours=hours) for name, hours in wanted.items()}}


class Registers:
    """Called with each passage, at most 2 µs for a vehicle that stands in no register. Thread-safe: what is
    asked is a book nobody changes, and ``tick`` puts a new one in its place.

    A store that does not answer leaves the book as it was, whose registers then age like any other.
    """

    def __init__(self, store: Store, timebase: Timebase, limits: Mapping[str, timedelta] = STALE_AFTER) -> None:
        self._store = store
        self.limits = limits
        self._held: dict[str, tuple[int, Register[Any] | None]] = {}
        self._current: frozenset[tuple[str, int]] = frozenset()
        self._book = Book({})
        try:
            self.tick(timebase.now())
        except StoreError as why:
            log.warning("registers are not at hand yet: %s", why)

    def __call__(self, seen: Seen) -> Facts:
        """The columns of a passage that the registers tell; those it lacks are unknown."""
        return self._book.facts(seen)

    def tick(self, now: datetime) -> None:
        """Take over what changed or aged. Raises StoreError."""
        self._look()
        at_hand = current(self.held, now, self.limits)
        known = frozenset((name, self._held[name][0]) for name in at_hand)
        if known != self._current:
            self._book = Book(at_hand)
            self._current = known

    @property
    def held(self) -> Mapping[str, Register[Any]]:
        """Every register that was ever received, current or not."""
        return {name: register for name, (_, register) in self._held.items() if register is not None}

    def _look(self) -> None:
        """Asking costs a look at one row a register; only what changed is read."""
        with self._store.read() as connection:
            for name in KINDS:
                held = states.holding(connection, name)
                content = held.content if held else 0
                if self._held.get(name, (0, None))[0] != content:
                    self._held[name] = (content, _read(connection, name))


def _read(connection: Any, name: str) -> Register[Any] | None:
    try:
        records = states.read(connection, name)
    except Unreadable as why:
        log.warning("register %s cannot be read: %s", name, why)
        return None
    return records[0] if records else None


class Runs(Protocol):
    """The rules that are active at the moment."""

    @property
    def rules(self) -> Sequence[Rule]: ...


class RegisterTally:
    """The topic ``registers``: how old each is, and which of the active rules wait for it."""

    def __init__(self, registers: Registers, rules: Runs) -> None:
        self._registers = registers
        self._rules = rules

    @property
    def summary(self) -> Summary:
        return Summary(TOPIC, TOLD_EVERY_S, (TOPIC,), lambda _, now: {TOPIC: self.records(now)})

    def records(self, now: datetime) -> tuple[RegisterHealth, ...]:
        conditions = {rule.id: conditions_of(rule) for rule in self._rules.rules}
        return health(self._registers.held, conditions, now, self._registers.limits)


def conditions_of(rule: Rule) -> Iterable[str]:
    """The texts that decide whether a rule finds something, and how bad it is: its conditions, and the
    columns and further conditions its detection names."""
    for text in (rule.where, *(rise.where for rise in rule.rises), *_texts(rule.detect)):
        if not FACTS.isdisjoint(_WORD.findall(text)):
            yield text


def _texts(detect: Detect) -> Iterator[str]:
    for each in fields(detect):
        value = getattr(detect, each.name)
        yield from (part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str))
