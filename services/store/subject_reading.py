"""What the store has about one subject beyond its register, within one officer's scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, func, literal_column, or_, select, type_coerce

from services.domain.address import address_or_none
from services.domain.alert import Alert
from services.domain.community import Elder
from services.domain.community_told import GatePassage, MeterKind
from services.domain.deed import Stream
from services.domain.elder_contact import ElderContact
from services.domain.estates import Building
from services.domain.fire import FireDeviceReport
from services.domain.let_room import LetRoom
from services.domain.officer import Officer
from services.domain.snapshot import Subject
from services.domain.subject_around import Around, Days
from services.domain.subject_card_person import GateKnown
from services.domain.subject_kind import subject_of
from services.domain.subject_streams import KINDS
from services.domain.timebase import midnight_before
from services.store import codec, scoping, states
from services.store.address_reading import one
from services.store.columns import to_micros
from services.store.events import event_table, records
from services.store.schema import alert, alert_link, casework, topic_state
from services.store.streams import STREAMS

METER_DAYS = 30
MOST_ALERTS = 30
MOST_CASES = 60
MOST_TOLD = 40
PERSON_ALERTS = timedelta(days=180)
CASES_SINCE = timedelta(days=730)
_DAY_US = 86_400_000_000
_SHANGHAI_US = 8 * 3_600_000_000


class Reading:
    """Every answer is empty where the officer's scope ends."""

    def __init__(self, connection: Connection, officer: Officer | None, at: datetime) -> None:
        self.connection, self.officer, self.at = connection, officer, at
        self._scope = scoping.scope_for(officer)

    def around(
        self,
        *,
        ids: Sequence[str],
        links: Sequence[str] = (),
        person: str = "",
        dwelling: str = "",
        elders: Sequence[Elder] = (),
        device: str = "",
        alert_id: str = "",
        building: str = "",
    ) -> Around:
        """``ids`` are what a case may name the subject by, ``links`` what an alert may."""
        found = (
            *self._linked(links),
            *self._about_person(person),
            *self._named(alert_id),
            *self._naming_building(building, links),
        )
        meters = {kind.value: self.used_by_day(dwelling, kind) for kind in MeterKind} if dwelling else {}
        return Around(
            self.at,
            found,
            self._cases(ids),
            meters,
            tuple(elders),
            self.contacts(elders[0].id) if len(elders) == 1 else (),
            self._let(dwelling),
            self._told(device) if device else (),
        )

    # -- alerts ----------------------------------------------------------------------------------

    def _named(self, alert_id: str) -> tuple[Alert, ...]:
        return self._alerts(alert.c.id == alert_id) if alert_id else ()

    def _linked(self, links: Sequence[str]) -> tuple[Alert, ...]:
        if not links:
            return ()
        named = select(alert_link.c.alert_id).where(alert_link.c.link.in_(links))
        return self._alerts(alert.c.id.in_(named))

    def _naming_building(self, code: str, links: Sequence[str]) -> tuple[Alert, ...]:
        """Alerts of its estate that name the building in words only."""
        address = address_or_none(code)
        if address is None:
            return ()
        known = {alert.id for alert in self._linked(links)}
        of_estate = self._linked((f"estate:{address.estate}",))
        about = Subject("building", code)
        return tuple(a for a in of_estate if a.id not in known and subject_of(a) == about)

    def _about_person(self, person: str) -> tuple[Alert, ...]:
        """Persons are no link of an alert: it is found by its subject or by the end of its key."""
        if not person:
            return ()
        keyed = alert.c.key.endswith(f"|{person}", autoescape=True)
        named = or_(alert.c.subject_id == person, keyed)
        return self._alerts(alert.c.scene == "community", alert.c.raised_at >= self.at - PERSON_ALERTS, named)

    def _alerts(self, *where: ColumnElement[bool]) -> tuple[Alert, ...]:
        seen = scoping.condition(self._scope, alert)
        query = select(alert.c.body).where(seen, *where).order_by(alert.c.is_open.desc(), alert.c.raised_at.desc())
        bodies = self.connection.execute(query.limit(MOST_ALERTS)).scalars().all()
        found = codec.decode_all(Alert, bodies)
        return tuple(a for a in found if self._scope is None or self._scope.sees(a))

    # -- cases -----------------------------------------------------------------------------------

    def _cases(self, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """Of every stream this console has and the officer may read: the cases that name one of the ids."""
        return {
            name: self._cases_of(STREAMS[name], ids)
            for name in KINDS
            if name in STREAMS and scoping.may_read_stream(self.officer, name)
        }

    def _cases_of(self, stream: Stream, ids: Sequence[str]) -> tuple[Any, ...]:
        named = [casework.c.body.contains(f'"{one}"', autoescape=True) for one in ids if one]
        if not named:
            return ()
        query = (
            select(casework.c.body)
            .where(casework.c.stream == stream.name, casework.c.changed_at >= self.at - CASES_SINCE, or_(*named))
            .order_by(casework.c.changed_at.desc())
            .limit(MOST_CASES)
        )
        bodies = self.connection.execute(query).scalars().all()
        return scoping.seen(self._scope, stream, codec.decode_all(stream.case, bodies))

    # -- meters, gates, devices, elders ------------------------------------------------------------

    def used_by_day(self, dwelling: str, kind: str) -> Days:
        """What one dwelling used on each of the last days, today so far; None for a day without a reading."""
        table = event_table("meter_reading").table
        first = midnight_before(self.at) - timedelta(days=METER_DAYS - 1)
        moment = type_coerce(table.c.occurred_at, BigInteger)
        query = (
            select(((moment + _SHANGHAI_US) // _DAY_US).label("day"), func.sum(table.c.used).label("used"))
            .where(table.c.dwelling_id == dwelling, table.c.meter_kind == kind, table.c.occurred_at >= first)
            .group_by(literal_column("day"))
        )
        used = {int(row.day): float(row.used) for row in self.connection.execute(query)}
        days = [first + timedelta(days=n) for n in range(METER_DAYS)]
        return tuple((one, used.get((to_micros(one) + _SHANGHAI_US) // _DAY_US)) for one in days) if used else ()

    def gate_known(self, person: str) -> GateKnown | None:
        """What the gate's lists said when the pseudonym passed last."""
        table = event_table("gate_passage").table.c
        newest = (table.occurred_at.desc(),)
        found = records(self.connection, "gate_passage", table.person_id == person, order=newest, limit=1)
        if not found:
            return None
        last: GatePassage = found[0]
        where, listed = (last.estate_id, last.estate_name, last.building), (bool(last.registered), bool(last.resident))
        return GateKnown(person, *where, last.category, *listed, last.known_as, last.passed_at)

    def elders(self) -> tuple[Elder, ...]:
        """All of them; nobody for an officer who may not read the topic."""
        if not scoping.may_read(self._scope, "elders"):
            return ()
        return tuple(one for one in states.read(self.connection, "elders") if isinstance(one, Elder))

    def elder(self, code: str) -> Elder | None:
        """By her own number or by that of the dwelling an alert names. An officer without an area sees every
        elder, one with an area those whose dwelling lies in it."""
        found = next((e for e in self.elders() if code in (e.id, e.dwelling_id)), None)
        if found is None or self._scope is None or not self._scope.area:
            return found
        return found if one(self.connection, "dwelling", found.dwelling_id, self.officer) is not None else None

    def contacts(self, elder_id: str) -> tuple[ElderContact, ...]:
        """Whom to call about an elder, in order."""
        found = self._naming("elder_contacts", elder_id)
        mine = [one for one in found if isinstance(one, ElderContact) and one.elder_id == elder_id]
        return tuple(sorted(mine, key=lambda one: one.rank))

    def building(self, code: str) -> Building | None:
        """As the community's own system draws it. Of no place is known whose area it lies in."""
        if self._scope is not None and self._scope.area:
            return None
        found = self._naming("buildings", code)
        return next((one for one in found if isinstance(one, Building) and one.id == code), None)

    def _let(self, dwelling: str) -> LetRoom | None:
        found = self._naming("let_rooms", dwelling) if dwelling else ()
        return next((one for one in found if isinstance(one, LetRoom) and one.dwelling_id == dwelling), None)

    def _naming(self, topic: str, code: str) -> tuple[Any, ...]:
        """The records of a topic that name a code somewhere; the others are not even read."""
        if not scoping.may_read(self._scope, topic):
            return ()
        named = topic_state.c.body.contains(f'"{code}"', autoescape=True)
        bodies = self.connection.execute(select(topic_state.c.body).where(topic_state.c.topic == topic, named))
        return codec.decode_all(states.record_type(topic), bodies.scalars())

    def _told(self, device: str) -> tuple[FireDeviceReport, ...]:
        table = event_table("fire_device").table.c
        newest = (table.occurred_at.desc(),)
        return records(self.connection, "fire_device", table.device_id == device, order=newest, limit=MOST_TOLD)
