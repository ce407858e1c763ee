"""The one door to the database: what arrives, what officers do, and what consoles read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from services.domain import flood_log, service_window
from services.domain.alert import Alert, Command, Outcome
from services.domain.deed import Deed, Wish
from services.domain.event import Batch, Event, Refused
from services.domain.fleet import Fleet
from services.domain.happening import Happening
from services.domain.incident import Incident
from services.domain.keeping import Keeping
from services.domain.levels import Limits
from services.domain.notice import Notice, Route
from services.domain.officer import Officer
from services.domain.question import Question
from services.domain.search import AlertOrder, AlertSearch, Found
from services.domain.snapshot import Snapshot, SourceStatus
from services.domain.track import Fixes
from services.store import (
    cases,
    casework,
    changes,
    deeds,
    events,
    finding,
    floods,
    following,
    history,
    ledger,
    noise,
    outbox,
    questions,
    revealing,
    rows,
    scoping,
    searching,
    sources,
    states,
    tracks,
)
from services.store.accounts import Accounts
from services.store.address_registers import Registers
from services.store.cases import RuleRunner
from services.store.custody import CustodyLog
from services.store.engine import Gate, open_engine, spoken
from services.store.errors import StoreBusy, StoreError, UnknownKind, UnknownTopic
from services.store.images import Images
from services.store.ledger import Break, ChainHead
from services.store.meter_baselines import MeterBaselines
from services.store.migrate import bring_up, require_current
from services.store.noise import NoiseRules
from services.store.schema import fleet as fleet_table
from services.store.snapshots import Snapshots
from services.store.streams import OF_TOPIC, STREAMS
from services.store.sweep import Sweeper, Swept
from services.store.travel_times import TravelTimes

Asked = Callable[[Connection], Sequence[cases.Finding]]

SOURCES_EVERY = timedelta(seconds=1)  # how often mere counts of the sources wake a console


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch. ``alerts`` are those its events raised, repeated or cleared; ``outlived``
    events happened so long ago that their kind is no longer kept."""

    stored: int
    duplicates: int
    refused: int
    alerts: tuple[Alert, ...] = ()
    outlived: int = 0


class Store:
    """One database, shared by threads and processes.

    Every call that writes is one transaction: when it returns, all of it is on disk; when it raises
    a StoreError, none of it is. Any thread may call anything.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._rules: RuleRunner | None = None
        self._judged = False  # whether the transaction under way has asked the rules
        self._watch = changes.watch(gate.engine)
        self._snapshots = Snapshots()
        self._thinning = history.Thinning()
        self._sources_noted: datetime | None = None
        self._terms = cases.TERMS
        self._keeping: Keeping | None = None
        self._sweeper: Sweeper | None = None
        self._images: Images | None = None
        self.outbox = outbox.Outgoing(gate.reading, self._writing)
        self.accounts = Accounts(gate.reading, self._writing)
        self.travel = TravelTimes(gate.reading, self._writing)
        self.meters = MeterBaselines(gate.reading, self._writing)
        self.custody = CustodyLog(gate.reading, self._writing)
        self.registers = Registers(gate.reading, self._writing)

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Store:
        """Open and bring the schema up to date; ``read_only`` changes nothing, not even that, and every
        call that writes raises StoreReadOnly. Raises StoreError in an officer's words."""
        gate = Gate(open_engine(url, read_only=read_only), spoken(url))
        try:
            if read_only:
                gate.reach()
                require_current(gate)
            else:
                gate.prepare()
                bring_up(gate)
        except BaseException:
            gate.engine.dispose()
            raise
        return cls(gate)

    def use_rules(self, runner: RuleRunner) -> None:
        """From now on every event taken goes through these rules, in its own transaction."""
        self._rules = runner

    def use_limits(self, limits: Limits, *, demo: bool) -> None:
        """From now on alerts live by these; ``demo`` stands on every alert raised."""
        self._terms = replace(self._terms, limits=limits, demo=demo)

    def use_seal(self, name: str) -> None:
        """From now on rows of the log are sealed with ``sm3`` or ``sha256``; older rows keep their own."""
        self._gate.seal = name

    def use_images(self, images: Images) -> None:
        """Pictures are read from there."""
        self._images = images

    def use_noise(self, rules: NoiseRules) -> None:
        """From now on alerts are grouped, linked and suppressed by these."""
        self._terms = replace(self._terms, noise=rules)

    def use_keeping(self, keeping: Keeping) -> None:
        """From now on events older than this are left out, and ``sweep`` lets go of what has become so."""
        self._keeping = keeping
        self._sweeper = Sweeper(keeping)

    def use_outbox(self, routes: Sequence[Route], at: datetime) -> None:
        """From now on every happening is told outside by these routes, whichever process writes it."""
        self.outbox.route(routes, at)

    # ------------------------------------------------------------------------------------- writing

    def take(self, batch: Batch, source: SourceStatus | str, at: datetime) -> Taken:
        """Store one answer of one source, and what the rules find in it: all of it or nothing.

        An event the store already has is counted and left out; one that no database can hold goes to
        the quarantine, so that it takes no other with it. The source is good again.
        """
        try:
            return self._take(batch, source, at)
        except (StoreBusy, UnknownTopic, UnknownKind):
            raise
        except (StoreError, TypeError, ValueError, AttributeError, OverflowError):
            sorted_out = _without_unstorable(batch)
            if sorted_out is None:
                raise
        return self._take(sorted_out, source, at)

    def put_topic(self, topic: str, records: Sequence[Any], at: datetime, source: str = "") -> None:
        """Replace a topic's whole state. Summaries have no source and never turn stale by one."""
        with self._writing() as connection:
            self._put(connection, topic, records, at, source)
            changes.note(connection, [topic], at)

    def put_fleet(self, blob: bytes, at: datetime, source: str = "") -> None:
        """The positions of the whole fleet, as ``Fleet.to_bytes`` gives them."""
        self.put_topic("fleet", Fleet.from_bytes(blob), at, source)

    def keep_fixes(self, fixes: Fixes) -> int:
        """Thinned fixes of many boats into their tracks, late ones where they belong. How many were new."""
        with self._writing() as connection:
            return tracks.keep_fixes(connection, fixes)

    def mark(self, status: SourceStatus, topics: Sequence[str] = (), refused: Sequence[Refused] = ()) -> None:
        """A source broke, mended or was announced. ``topics`` are those it fills, though it never has yet;
        ``refused`` is what it broke of at ``failing_since``, for the quarantine."""
        with self._writing() as connection:
            sources.mark(connection, status, len(refused))
            if status.failing_since is not None:
                events.set_aside(connection, refused, status.failing_since)
            for topic in topics:
                states.touch(connection, topic, None, status.id, moved=False)
            moved = states.topics_of(connection, status.id)
            changes.note(connection, {"sources", *moved}, status.taken_at or status.failing_since)

    def perform(self, command: Command | Wish, officer: Officer, at: datetime) -> Outcome:
        """An officer's command or wish, done or refused with a Chinese sentence. Of two who act on one
        version of a case one wins; the other's refusal says who. What his role or scope does not allow
        is refused here, whatever a widget offered, and goes into the audit."""
        with self._writing() as connection:
            refused = scoping.refuse(connection, command, officer, at)
            if refused is not None:
                return refused
            if isinstance(command, searching.Looking):
                return searching.look(connection, command, officer, at)
            if isinstance(command, Wish):
                outcome, moved = deeds.perform(connection, command, officer, at, self._follow_deeds)
                moved_too = self._follow_windows(connection, moved, at)
                changes.note(connection, [*_topics(moved), *moved_too], at)
                return outcome
            outcome = cases.perform(connection, command, officer, at, self._terms)
            if outcome.done:
                changes.note(connection, ["alerts"], at)
        return outcome

    def reveal(self, alert_id: str, field: str, reason: str, officer: Officer, at: datetime) -> revealing.Shown:
        """What the mask of a field of the alert's subject hides. Asking is in the audit, granted or not."""
        with self._writing() as connection:
            return revealing.reveal(connection, alert_id, field, reason, officer, at)

    def expire(self, at: datetime) -> tuple[Alert, ...]:
        """Let every deadline that has passed happen, once. The alerts it changed."""

        def let_happen(connection: Connection) -> tuple[Alert, ...]:
            moved = deeds.expire(connection, at, self._follow_deeds)
            moved_too = self._follow_windows(connection, moved, at)
            changes.note(connection, [*_topics(moved), *moved_too, *self._note_flood(connection, at)], at)
            return cases.expire(connection, at, self._terms)

        return self._about_alerts(at, let_happen)

    def report(self, findings: Sequence[cases.Finding] | Asked, at: datetime) -> tuple[Alert, ...]:
        """What rules found outside a batch: by the clock, or in a state. The alerts it changed.

        A function is asked within the transaction, so that no event comes between asking and writing.
        """

        def note_down(connection: Connection) -> tuple[Alert, ...]:
            docket = cases.Docket(connection, at, self._terms)
            self._judged = callable(findings)
            touched = docket.found(findings(connection) if callable(findings) else findings)
            if docket.write():
                changes.note(connection, self._note_flood(connection, at), at)
            return touched

        return self._about_alerts(at, note_down)

    def sweep(self, at: datetime) -> Swept:
        """Let go of some of what was kept long enough: about 0.1 s of work in small transactions, so that
        no writer waits. Nothing without ``use_keeping``. For one caller at a time."""
        if self._sweeper is None:
            return Swept({}, more=False)
        return self._sweeper.sweep(self._gate, self._writing, at)

    def rebuild(self) -> int:
        """Make the alerts and the cases of every stream anew from the log alone. How many there are."""
        with self._writing() as connection:
            changes.note(connection, ["alerts", *_topics(frozenset(STREAMS))], None)
            return cases.rebuild(connection) + deeds.rebuild(connection)

    # ------------------------------------------------------------------------------------- reading

    def snapshot(self, topic: str, now: datetime, officer: Officer | None = None) -> Snapshot[Any]:
        """The newest whole state of a topic, with its age and how far to trust it at ``now``.

        For an officer: what his scope sees of it. Without one the program reads for itself.
        """
        states.record_type(topic)
        with self._gate.reading() as connection:
            return self._snapshots.of(connection, topic, now, scoping.scope_for(officer))

    def cursor(self, source: str) -> str:
        """Where the source's next fetch goes on; empty at first."""
        with self._gate.reading() as connection:
            return sources.cursor(connection, source)

    def alert(self, alert_id: str, officer: Officer | None = None) -> Alert | None:
        """None as well where it is outside the officer's scope."""
        with self._gate.reading() as connection:
            return scoping.alert_for(connection, alert_id, officer)

    def find_alerts(
        self,
        search: AlertSearch,
        order: AlertOrder = AlertOrder.NEWEST,
        limit: int = 200,
        offset: int = 0,
        officer: Officer | None = None,
    ) -> Found:
        """One page of the alerts of all time, and how many there are; within the officer's scope."""
        with self._gate.reading() as connection:
            return finding.find(connection, search, order, limit, offset, scoping.scope_for(officer))

    def happenings(self, alert_id: str, officer: Officer | None = None) -> tuple[Happening, ...]:
        """Everything that ever happened to an alert, oldest first; nothing outside the officer's scope."""
        with self._gate.reading() as connection:
            known = officer is None or scoping.alert_for(connection, alert_id, officer) is not None
            return ledger.history(connection, alert_id) if known else ()

    def cases(self, stream: str, officer: Officer | None = None) -> tuple[Any, ...]:
        """Every case of a stream, the ones changed last first; none that the officer may not read."""
        if not scoping.may_read_stream(officer, stream):
            return ()
        with self._gate.reading() as connection:
            return scoping.seen(scoping.scope_for(officer), STREAMS[stream], casework.read(connection, stream))

    def deeds(self, case_id: str, officer: Officer | None = None) -> tuple[Deed, ...]:
        """Everything that was ever done in one case of a stream, oldest first."""
        with self._gate.reading() as connection:
            told = deeds.deeds(connection, case_id)
            if officer is not None and told and not scoping.sees_case(connection, told[0].stream, case_id, officer):
                return ()
        return told

    def incident(self, incident_id: str, officer: Officer | None = None) -> Incident | None:
        """The thread of that number: those of its alerts the officer may see; None when there are none."""
        with self._gate.reading() as connection:
            members = noise.incident_members(connection, incident_id)
        scope = scoping.scope_for(officer)
        seen = tuple(alert for alert in members if scope is None or scope.sees(alert))
        return Incident(incident_id, seen) if seen else None

    def answer(self, question: Question, officer: Officer | None = None) -> Outcome:
        """What a pane wants to know beyond the topics; nothing outside the officer's scope."""
        with self._gate.reading() as connection:
            return questions.answer(connection, question, officer, self._images)

    def notices(self, alert_id: str, officer: Officer | None = None) -> tuple[Notice, ...]:
        """Everything told or to be told outside about one alert, oldest first."""
        known = officer is None or self.alert(alert_id, officer) is not None
        return self.outbox.of(alert_id) if known else ()

    def chain_head(self) -> ChainHead:
        """The end of the log, to be printed and kept elsewhere."""
        with self._gate.reading() as connection:
            return ledger.head(connection)

    def verify_chain(self) -> Break | None:
        """The first row of the case log that is not what was written; None when all are."""
        with self._gate.reading() as connection:
            return ledger.first_break(connection)

    def changes_since(self, seq: int) -> tuple[int, frozenset[str]]:
        """Which topics moved after ``seq``, and the number to ask with next. Begin with 0; none is missed."""
        with self._gate.reading() as connection:
            return changes.since(connection, seq)

    def wait_for_change(self, timeout_s: float) -> bool:
        """Wait until somebody commits; True at once the first time. For one waiting thread a store."""
        return self._watch.wait(timeout_s)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for SELECTs on the tables of ``schema``: one unchanging view of the store."""
        return self._gate.reading()

    def close(self) -> None:
        """Wakes who waits for a change. Idempotent."""
        self._watch.close()
        self._gate.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------------------------------- private

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction; what was learned in memory on its account is forgotten when it fails."""
        with self._gate.turn():
            self._judged = False
            try:
                with self._gate.writing() as connection:
                    yield connection
            except BaseException:
                self._thinning.forget()
                if self._judged and self._rules is not None:
                    self._rules.forget()
                raise
            self._thinning.committed()

    def _take(self, batch: Batch, source: SourceStatus | str, at: datetime) -> Taken:
        young = self._still_kept(batch.events, at)
        with self._writing() as connection:
            fresh = events.keep(connection, young, at)
            alerts, alerts_moved = self._judge(connection, fresh, at)
            events.type_rows(connection, fresh)
            events.set_aside(connection, batch.refused, at)
            key = source if isinstance(source, str) else source.id
            for topic, records in batch.states.items():
                self._put(connection, topic, records, at, key)
            sources.put_cursor(connection, key, batch.cursor, at)
            received = len(batch.events) + sum(map(len, batch.states.values())) + batch.merged
            mended = sources.answered(connection, source, at, received, len(batch.refused))
            moved = set(batch.states)
            if alerts_moved:
                moved.add("alerts")
            if mended:
                moved |= {"sources", *states.topics_of(connection, key)}
            elif self._counts_are_due(at):
                moved.add("sources")
            changes.note(connection, moved, at)
        stored = len(fresh.events)
        return Taken(stored, len(young) - stored, len(batch.refused), alerts, len(batch.events) - len(young))

    def _still_kept(self, arrived: Sequence[Event], at: datetime) -> Sequence[Event]:
        """Without the events that a sweep would let go of at once. What a sweep has let go of is among
        them, so an event sent again is never judged a second time."""
        if self._keeping is None or not arrived:
            return arrived
        before = {kind: self._keeping.events_before(kind, at) for kind in {event.kind for event in arrived}}
        young = [e for e in arrived if (least := before[e.kind]) is None or e.occurred_at >= least]
        return young if len(young) < len(arrived) else arrived

    def _judge(self, connection: Connection, fresh: events.Fresh, at: datetime) -> tuple[tuple[Alert, ...], bool]:
        if self._rules is None or not fresh.events:
            return (), False
        self._judged = True
        docket = cases.Docket(connection, at, self._terms)
        alerts = docket.found(self._rules.detections(fresh.events, connection))
        written = docket.write()
        if written:
            changes.note(connection, self._note_flood(connection, at), at)
        return alerts, written

    def _follow_windows(self, connection: Connection, moved: frozenset[str], at: datetime) -> Sequence[str]:
        """Hide and show what service windows that just changed say. The topics that moved."""
        if service_window.NAME not in moved:
            return ()
        windows = casework.changed(connection, service_window.NAME, at)
        return ("alerts",) if cases.follow_windows(connection, windows, at, self._terms) else ()

    def _follow_deeds(self, connection: Connection, said: Sequence[tuple[Deed, Any]]) -> None:
        """Alerts go with what was done about them in a case of its own."""
        if following.follow(connection, said, self._terms):
            changes.note(connection, ["alerts"], said[-1][0].at)

    def _note_flood(self, connection: Connection, at: datetime) -> Sequence[str]:
        noted = floods.note(connection, at, self._terms.noise.limits)
        return (flood_log.STREAM.topic,) if noted else ()

    def _put(self, connection: Connection, topic: str, records: Sequence[Any], at: datetime, source: str) -> None:
        if topic in ("alerts", "sources") or topic in OF_TOPIC:
            raise StoreError(f"主题 {topic} 由数据库自己维护，不能写入")
        if topic == "fleet":
            self._put_fleet(connection, records, at, source)
        else:
            states.put(connection, topic, records, at, source)
            history.keep_samples(connection, topic, records, at, self._thinning)

    def _counts_are_due(self, at: datetime) -> bool:
        """Whether mere counts of the sources may wake the consoles again."""
        if self._sources_noted is not None and self._sources_noted <= at < self._sources_noted + SOURCES_EVERY:
            return False
        self._sources_noted = at
        return True

    def _put_fleet(self, connection: Connection, records: Any, at: datetime, source: str) -> None:
        if not isinstance(records, Fleet):
            raise StoreError("主题 fleet 须写入 Fleet")
        rows.upsert(connection, fleet_table, [{"id": 1, "at": at, "blob": records.to_bytes()}])
        states.touch(connection, "fleet", at, source, moved=True)

    def _about_alerts(self, at: datetime, act: Callable[[Connection], tuple[Alert, ...]]) -> tuple[Alert, ...]:
        with self._writing() as connection:
            touched = act(connection)
            if touched:
                changes.note(connection, ["alerts"], at)
        return touched


def _topics(streams: frozenset[str]) -> list[str]:
    return [topic for name in streams if (topic := STREAMS[name].topic)]


def _without_unstorable(batch: Batch) -> Batch | None:
    """The batch with the events that cannot be held among the refused; None when all can be held."""
    complaints = [events.unstorable(event) for event in batch.events]
    if not any(complaints):
        return None
    judged = tuple(zip(batch.events, complaints, strict=True))
    refused = [Refused(event.source, "unstorable", why, event.raw) for event, why in judged if why]
    return replace(batch, events=[e for e, why in judged if not why], refused=[*batch.refused, *refused])
