"""A condition that lasts: raised after it held for a while, over after its opposite did."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.domain.bykey import ByKey
from services.domain.detector import Cleared, Detector, Outcome, Past, bare
from services.domain.event import Event
from services.domain.judge import EPOCH, MICRO, MINUTE, Mark, micros
from services.domain.kinds import Threshold
from services.domain.logic import Truth
from services.domain.rule import Found

Sample = tuple[int, str, str, bool]  # a mark, and whether it is bad


@dataclass(frozen=True, slots=True)
class Spell:
    """How it stands after some samples. ``on`` None: not known yet, the store began in the middle."""

    on: bool | None = None
    bad_since: int | None = None  # microseconds
    good_since: int | None = None


UNKNOWN = Spell()


class Lasting(Detector):
    """A row of samples for each key; a late one is put in its place and the row is read anew."""

    def __init__(self, detect: Threshold, matches: Truth, past: Past) -> None:
        self._hold = detect.hold // MICRO
        self._release = detect.release // MICRO
        self._matches = matches
        self._kept_for = 2 * detect.lookback // MICRO
        self._rows = ByKey(detect.by, 2 * detect.lookback, past, self._seeded)

    def prepare(self, events: Sequence[Event]) -> None:
        self._rows.prepare(events)

    def feed(self, event: Event) -> Sequence[Outcome]:
        return self._sampled(event, bad=True)

    def good(self, event: Event) -> Sequence[Outcome]:
        return self._sampled(event, bad=False)

    def forget(self) -> None:
        self._rows.forget()

    def after(self, spell: Spell, at: int, *, bad: bool) -> tuple[Spell, bool]:
        """The spell after one more sample, and whether that sample is told: a bad one as a hit, a good
        one as the end."""
        if bad:
            since = at if spell.bad_since is None else spell.bad_since
            on = spell.on or at - since >= self._hold
            return Spell(True if on else spell.on, since), bool(on)
        if spell.on is False:
            return Spell(False), False
        since = at if spell.good_since is None else spell.good_since
        if at - since >= self._release:
            return Spell(False), True
        return Spell(spell.on, spell.bad_since if spell.on else None, since), False

    def _sampled(self, event: Event, *, bad: bool) -> Sequence[Outcome]:
        row = self._rows.of(event)
        if row is None or not row.put((micros(event.occurred_at), event.source, event.event_id, bad), event):
            return ()
        told = self._read(row)
        row.drop_old(self)
        return told

    def _read(self, row: _Row) -> Sequence[Outcome]:
        """What the samples not read yet tell beyond what was told, in order. An end that is still the
        last word is said again after a hit, or the hit would stay open."""
        words: list[tuple[Sample, Spell]] = []
        spell = row.spell
        for sample in row.samples[row.read :]:
            spell, told = self.after(spell, sample[0], bad=sample[3])
            if told:
                words.append((sample, spell))
        row.spell, row.read = spell, len(row.samples)
        new = [word for word in words if word[0][:3] not in row.told]
        if any(sample[3] for sample, _ in new) and words[-1] not in new and not words[-1][0][3]:
            new.append(words[-1])
        row.told.update(sample[:3] for sample, _ in new)
        return [_outcome(row.events[sample[:3]], sample, spell) for sample, spell in new]

    def _seeded(self, stored: Iterable[Event]) -> _Row:
        """The row of a key as the store has it; what it tells has been told."""
        row = _Row(self._kept_for)
        for event in stored:
            bad = self._matches(event.record) is True
            row.put((micros(event.occurred_at), event.source, event.event_id, bad), event)
        self._read(row)
        return row


class _Row:
    """The samples of one key in order of time, and how far they have been read."""

    __slots__ = ("base", "events", "horizon", "kept_for", "read", "samples", "spell", "told")

    def __init__(self, kept_for: int) -> None:
        self.kept_for = kept_for
        self.samples: list[Sample] = []
        self.events: dict[Mark, Event] = {}
        self.told: set[Mark] = set()
        self.base = self.spell = UNKNOWN  # before the first sample, after the last one read
        self.read = 0
        self.horizon: Mark = (0, "", "")  # of the last sample let go

    def put(self, sample: Sample, event: Event) -> bool:
        """Put it in its place; False for a double and for one older than what is kept."""
        mark = sample[:3]
        at = bisect_left(self.samples, mark)
        if mark <= self.horizon or (at < len(self.samples) and self.samples[at][:3] == mark):
            return False
        self.samples.insert(at, sample)
        self.events[mark] = bare(event)
        if at < self.read:
            self.spell, self.read = self.base, 0
        return True

    def drop_old(self, lasting: Lasting) -> None:
        oldest = self.samples[-1][0] - self.kept_for
        if self.samples[0][0] >= oldest:
            return
        kept = bisect_left(self.samples, (oldest,))
        for at, source, event_id, bad in self.samples[:kept]:
            self.base, _ = lasting.after(self.base, at, bad=bad)
            self.horizon = (at, source, event_id)
            self.events.pop(self.horizon, None)
            self.told.discard(self.horizon)
        del self.samples[:kept]
        self.read -= kept


def _outcome(event: Event, sample: Sample, spell: Spell) -> Outcome:
    if not sample[3]:
        return Cleared(event)
    since = sample[0] if spell.bad_since is None else spell.bad_since
    held = (sample[0] - since) / MINUTE
    figures = {
        "held_min": held,
        "held_h": held / 60,
        "first_at": EPOCH + since * MICRO,
        "last_at": event.occurred_at,
    }
    return Found(event, figures, (event.event_id,))
