"""Orders as the demo bureau takes them: filings and ends of the command centre, and what each vessel is to do.

The wanted state is said whole each time; what is so already stays untouched, and what has begun stays too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.district.sea_dispatch import Dispatch
from services.district.sea_hand_in import HandIn
from services.district.sea_places import DEPOTS, Depot
from services.district.sea_story import Filing
from services.district.sea_work import Ship
from services.domain.boats import HandInState, LegKind, Pollutant

JUST_SENT = timedelta(minutes=1)  # what the bureau gave a vessel so lately the order cannot have known of
_DEPOTS = {depot.id: depot for depot in DEPOTS}
Stop = HandIn | Depot


class Orders:
    """For one caller at a time. ``take`` raises ValueError, KeyError or TypeError for a body that is none."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._taken: object = None
        self._plan: tuple[str, int] = ("", 0)

    def take(self, told: Mapping[str, Any], at: datetime) -> list[str]:
        """What is not known here or comes too late, each in a sentence."""
        plan, version = str(told["plan"]), int(told["version"])
        if plan == self._plan[0] and version < self._plan[1]:
            return [f"计划 {plan} 已有第 {self._plan[1]} 版，不收第 {version} 版"]
        if told == self._taken:
            return []
        refused = [*self._file(told["filed"]), *self._accept(told["accepted"], at), *self._end(told["ended"], at)]
        refused += self._sail(told["vessels"], at)
        self._taken, self._plan = told, (plan, version)
        return refused

    def _known(self) -> Mapping[str, HandIn]:
        return {hand_in.id: hand_in for hand_in in self._dispatch.hand_ins}

    def _file(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        known, mmsi = self._known(), self._dispatch.boats.mmsi.tolist()
        for row in rows:
            if row["id"] in known:
                continue
            if row["mmsi"] not in mmsi:
                yield f"没有 MMSI 为 {row['mmsi']} 的渔船"
            else:
                self._dispatch.add(_hand_in(row, mmsi.index(row["mmsi"])))

    def _accept(self, ids: Sequence[str], at: datetime) -> Iterator[str]:
        for hand_in in self._each(ids):
            if isinstance(hand_in, str):
                yield hand_in
            elif not hand_in.past and not hand_in.has(HandInState.ACCEPTED, at):
                hand_in.reached[HandInState.ACCEPTED] = at

    def _end(self, rows: Sequence[Mapping[str, Any]], at: datetime) -> Iterator[str]:
        known = self._known()
        for row in rows:
            hand_in, state = known.get(row["id"]), HandInState(row["state"])
            if hand_in is None:
                yield f"没有申请 {row['id']}"
            elif hand_in.has(state, at):
                continue
            elif state is HandInState.NO_SHOW:
                if hand_in.is_assigned(at) and not hand_in.is_met(at):
                    hand_in.reached[HandInState.NO_SHOW] = at
                    self._dispatch.let_go(hand_in, at, reason=row["reason"])
            elif not self._dispatch.end(hand_in, at, state, row["reason"]):
                yield f"申请 {hand_in.number} 已靠帮，不能取消"

    def _each(self, ids: Sequence[str]) -> Iterator[HandIn | str]:
        known = self._known()
        return (known.get(each) or f"没有申请 {each}" for each in ids)

    # -- vessels --------------------------------------------------------------------------------

    def _sail(self, rows: Sequence[Mapping[str, Any]], at: datetime) -> Iterator[str]:
        ships = {ship.crew.mmsi: nth for nth, ship in enumerate(self._dispatch.ships)}
        wanted: dict[int, list[Stop]] = {}
        for row in rows:
            if row["mmsi"] not in ships:
                yield f"没有 MMSI 为 {row['mmsi']} 的收集船"
                continue
            stops, refused = self._stops(row["stops"])
            yield from refused
            wanted[ships[row["mmsi"]]] = stops
        self._order(wanted, at)

    def _stops(self, rows: Sequence[Mapping[str, Any]]) -> tuple[list[Stop], list[str]]:
        known, stops, refused = self._known(), [], []
        for row in rows:
            stop = known.get(row["id"]) if row["kind"] == "collect" else _DEPOTS.get(row["warehouse"])
            if stop is None:
                refused.append(f"没有申请 {row['id']}" if row["kind"] == "collect" else f"没有云仓 {row['warehouse']}")
                continue
            if isinstance(stop, HandIn) and row.get("window_to") is not None:
                stop.promised = datetime.fromtimestamp(row["window_to"], UTC)
            stops.append(stop)
        return stops, refused

    def _order(self, wanted: Mapping[int, list[Stop]], at: datetime) -> None:
        """First everything is given to its vessel, then each vessel that was touched lays out its day."""
        ships = self._dispatch.ships
        for nth in wanted:
            ships[nth].queue = _left(ships[nth], ships[nth].queue, at)
        left = {nth: _left(ships[nth], stops, at) for nth, stops in wanted.items()}
        mine = {id(stop): nth for nth, stops in left.items() for stop in stops if isinstance(stop, HandIn)}
        touched = {nth for nth in left if self._let_go(nth, mine, at)}
        for nth, stops in left.items():
            late = [h for h in ships[nth].queue if isinstance(h, HandIn) and id(h) not in mine]
            for stop in stops:
                if isinstance(stop, HandIn) and not (stop.vessel == nth and stop.is_assigned(at)):
                    touched |= self._give(stop, nth, at)
            if [*map(id, ships[nth].queue)] != [*map(id, stops), *map(id, late)]:
                touched.add(nth)
            ships[nth].queue, ships[nth].is_ordered = [*stops, *late], True
        for nth in sorted(touched):
            ships[nth].lay_out(at)

    def _let_go(self, nth: int, mine: Mapping[int, int], at: datetime) -> bool:
        """What the vessel had and no order gives to any goes back to wait."""
        gone = [
            each
            for each in self._dispatch.ships[nth].queue
            if isinstance(each, HandIn) and id(each) not in mine and not _just_sent(each, at)
        ]
        for hand_in in gone:
            self._dispatch.let_go(hand_in, at)
        return bool(gone)

    def _give(self, hand_in: HandIn, nth: int, at: datetime) -> set[int]:
        """The vessels whose day changes."""
        touched, promised = {nth}, hand_in.promised
        if hand_in.is_assigned(at) and hand_in.vessel is not None:
            before = self._dispatch.ships[hand_in.vessel]
            before.queue = [each for each in before.queue if each is not hand_in]
            touched.add(hand_in.vessel)
            hand_in.turn(at, HandInState.REASSIGNED)
        self._dispatch.assign(hand_in, nth, at)
        hand_in.promised = promised
        return touched


def _just_sent(hand_in: HandIn, at: datetime) -> bool:
    sent = hand_in.reached.get(HandInState.ASSIGNED)
    return sent is not None and at - JUST_SENT <= sent <= at


def _left(ship: Ship, stops: Sequence[Stop], at: datetime) -> list[Stop]:
    """What is still to be done of an order: after the last collection that has begun, without what is over,
    and without an unloading that is under way or just done."""
    begun = [i for i, stop in enumerate(stops) if isinstance(stop, HandIn) and stop.is_met(at)]
    left = [s for s in stops[begun[-1] + 1 if begun else 0 :] if isinstance(s, Depot) or not s.is_over(at)]
    if left and isinstance(left[0], Depot) and _unloads(ship, at):
        left = left[1:]
    return left


def _unloads(ship: Ship, at: datetime) -> bool:
    begun = [work for work in ship.work if work.begin <= at and work.dropped_at is None and work.path]
    last = max(begun, key=lambda work: work.begin, default=None)
    return last is not None and (last.is_homeward or last.kind is LegKind.UNLOAD)


def _hand_in(row: Mapping[str, Any], boat: int) -> HandIn:
    """Filed at the command centre; the vessel will weigh about what was estimated."""
    filed = datetime.fromtimestamp(row["filed_at"], UTC)
    filing = Filing(
        0.0, boat, row["place"], bool(row["in_port"]), Pollutant(row["pollutant"]), float(row["est_t"]),
        row["number"], row["channel"],
    )  # fmt: skip
    return HandIn(
        id=row["id"],
        number=row["number"],
        filing=filing,
        place=(float(row["lon"]), float(row["lat"])),
        reached={HandInState.FILED: filed},
        assign_at=filed,
        weighed_t=round(filing.est_t * 0.97, 3),
        stored_t=round(filing.est_t * 0.95, 3),
        collecting_min=(0.9, 7.5, 9.5),
        promised=None if row["window_to"] is None else datetime.fromtimestamp(row["window_to"], UTC),
    )
