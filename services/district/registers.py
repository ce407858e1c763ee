"""The demo departments' registers of vehicles (演示数据), drawn up every six hours, and the results of inspections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from services.district import roads_story as story
from services.district.http import Route
from services.district.part import DistrictSettings, Fault, Faults
from services.district.roads_network import BY_NAME
from services.district.roads_traffic import CLONED, FLEET, ROUND_S, STARTS, Vehicle, vehicle_of
from services.domain.register import KINDS
from services.domain.timebase import local

LISTED_EVERY = 300  # every so many vehicles of the fleet stands in the register
DRAWN_UP = timedelta(hours=6)
LATE_BY = timedelta(days=5)
FIRST_OFFENDER_S = 1260  # after the start; the stories have the first twenty minutes to themselves
OFFENDER_EVERY_S = 150
RESULT_AFTER = timedelta(minutes=18)
STATION = "椒江机动车检测站"
HERE = ("浙J",)

Entry = dict[str, Any]


class Registers:
    """What ten departments' systems answer. The content is a function of seed and start; only its date moves."""

    def __init__(self, settings: DistrictSettings, began: datetime, told_of: Sequence[Vehicle], faults: Faults) -> None:
        """``told_of`` are the vehicles of the story that is told anyway; the last one has to be inspected."""
        self._seed = settings.seed
        self._now = settings.timebase.now
        self._began = began
        self._day = local(began).replace(hour=0, minute=0, second=0, microsecond=0)
        self._told_of = told_of
        self._faults = faults

    def routes(self) -> Mapping[str, Route]:
        return {
            **{f"/registers/{name}": self._route(name) for name in KINDS},
            "/reinspections": self.reinspections,
        }

    def reinspections(self, query: Mapping[str, str]) -> object:
        """The truck of the exhaust story goes to the station and passes."""
        since, at = query.get("since", ""), self._began + RESULT_AFTER
        result = {
            "id": f"FJ{local(at):%Y%m%d}0001",
            "plate": self._told_of[-1].plate,
            "station": STATION,
            "inspected_at": local(at).isoformat(),
            "passed": True,
            "text": "尾气复检合格，不透光度 12.4 %",
        }
        known = at > self._now() or since >= str(result["id"])
        return {"since": since, "results": [] if known else [result]}

    def as_of(self) -> datetime:
        now = local(self._now())
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        drawn_up = midnight + (now - midnight) // DRAWN_UP * DRAWN_UP
        return drawn_up - LATE_BY if self._faults.of("checkpoints") is Fault.LATE else drawn_up

    # ------------------------------------------------------------------------------------- private

    def _route(self, name: str) -> Route:
        def answer(query: Mapping[str, str]) -> object:
            as_of = self.as_of().isoformat()
            told = {"register": name, "as_of": as_of, "covers": _COVERS.get(name, ())}
            if query.get("since") == as_of:
                return {**told, "unchanged": True}
            return {**told, "entries": self._entries[name]}

        return answer

    @cached_property
    def _entries(self) -> Mapping[str, Sequence[Entry]]:
        fleet = [vehicle_of(self._seed, index) for index in range(0, FLEET, LISTED_EVERY)]
        return {**self._of_vehicles(fleet), **self._of_permits(fleet)}

    def _of_vehicles(self, fleet: Sequence[Vehicle]) -> Mapping[str, Sequence[Entry]]:
        late, later, gone, often, dusty = self._offenders()
        overdue = ((story.OVERDUE, -42), (late, -9), (later, -131))
        in_date = ((vehicle, 30 + n % 300) for n, vehicle in enumerate(fleet))
        few = ((vehicle, n % 4) for n, vehicle in enumerate(fleet) if n % 4)
        return {
            "vehicle_register": [
                *map(_usual, (*fleet, *self._told_of, late, later, often)),
                *_of_the_stories(),
                _entry(dusty, use="渣土"),
            ],
            "inspection_register": [
                {"plate": vehicle.plate, "valid_until": self._days(days)} for vehicle, days in (*overdue, *in_date)
            ],
            "scrapped_register": [
                {"plate": vehicle.plate, "since": self._days(-days)}
                for vehicle, days in ((story.SCRAPPED, 210), (gone, 64))
            ],
            "offence_register": [
                {"plate": vehicle.plate, "open": count} for vehicle, count in ((story.OFFENDER, 7), (often, 5), *few)
            ],
        }

    def _of_permits(self, fleet: Sequence[Vehicle]) -> Mapping[str, Sequence[Entry]]:
        carriers = [v for v in fleet if v.vehicle_class[0] == "H" or v.vehicle_class == "K11"]
        end = BY_NAME["下陈"].id
        return {
            "hazmat_permits": [self._permit(story.TANKER, 1, route=_HAZMAT_ROUTE, hours=(6, 22))],
            "muck_permits": [self._permit(story.MUCK, 2, begins=-377, ends=-12, hours=(6, 22))],
            "cold_chain_filings": [],
            "livestock_certificates": [],
            "clinical_waste_manifests": [
                self._permit(story.CLINICAL, 3, ends=1, route=_CLINICAL_ROUTE, destination=end)
            ],
            "operating_permits": [
                self._permit(vehicle, 100 + n)
                for n, vehicle in enumerate((story.OVERLOADED, story.SMOKING, story.COACH, *carriers))
            ],
        }

    def _offenders(self) -> Iterator[Vehicle]:
        """Vehicles of the fleet that set out after the stories, one of them a tipper."""
        wanted = (("K", "H"), ("K", "H"), ("K",), ("K",), ("H17",))
        for n, kinds in enumerate(wanted):
            slot = int(self._began.timestamp()) + FIRST_OFFENDER_S + n * OFFENDER_EVERY_S
            yield next(v for v in self._setting_out(slot) if v.vehicle_class.startswith(kinds))

    def _setting_out(self, second: int) -> Iterator[Vehicle]:
        while True:
            for start in range(STARTS):
                yield vehicle_of(self._seed, second % ROUND_S * STARTS + start)
            second += 1

    def _days(self, days: float) -> str:
        return f"{self._day + timedelta(days=days):%Y-%m-%d}"

    def _permit(
        self,
        vehicle: Vehicle,
        number: int,
        *,
        begins: int = -30,
        ends: int = 335,
        route: Sequence[str] = (),
        hours: tuple[int, int] | None = None,
        destination: str = "",
    ) -> Entry:
        entry: Entry = {
            "plate": vehicle.plate,
            "number": f"证{self._day:%Y}{number:05d}",
            "valid_from": self._days(begins),
            "valid_until": self._days(ends),
        }
        if route:
            entry["route"] = list(route)
        if hours:
            entry["hours"] = list(hours)
        return {**entry, "destination": destination} if destination else entry


# Of which areas a department's list is complete. The nation's own lists know every plate.
_COVERS: Mapping[str, Sequence[str]] = {"vehicle_register": HERE, "muck_permits": HERE, "cold_chain_filings": HERE}
_HAZMAT_ROUTE = tuple(BY_NAME[name].id for name in ("椒江二桥", "海门港", "东环大道口", "开发大道东", "沿海高速口"))
_CLINICAL_ROUTE = tuple(BY_NAME[name].id for name in ("椒江大桥", "葭沚", "中心大道西", "洪家", "海昌路", "下陈"))
_USES = (
    (story.TANKER, "危化品"),
    (story.OVERLOADED, "货运"),
    (story.MUCK, "渣土"),
    (story.SMOKING, "货运"),
    (story.CHILLED, "冷链"),
    (story.LIVESTOCK, "畜禽"),
    (story.CLINICAL, "医废"),
    (story.COACH, "公路客运"),
    (story.OVERDUE, "非营运"),
    (story.OFFENDER, "非营运"),
    (story.SCRAPPED, "非营运"),
    (CLONED, "非营运"),
)


def _of_the_stories() -> Iterator[Entry]:
    for vehicle, use in _USES:
        yield _entry(vehicle, use, story.BRANDS.get(vehicle.plate, ""))


def _usual(vehicle: Vehicle) -> Entry:
    use = "货运" if vehicle.vehicle_class[0] == "H" else "公路客运" if vehicle.vehicle_class == "K11" else "非营运"
    return _entry(vehicle, use)


def _entry(vehicle: Vehicle, use: str, brand: str = "") -> Entry:
    entry: Entry = {"plate": vehicle.plate, "use": use, "class": vehicle.vehicle_class, "colour": vehicle.colour}
    return {**entry, "brand": brand} if brand else entry
