"""Fire devices of the demo community: where they are, what they measure, and a few that tell of something.

Every row follows from seed and district time alone. Readings are spread over the half hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, update

from services.district.community_days import Happening, number
from services.district.community_estates import BuildingPlan, Row, building_rows
from services.district.community_people import ElderPlan
from services.district.community_registers import stamp
from services.sources.community_tables import SHEBEI

EVERY = timedelta(minutes=30)
QUIET = timedelta(minutes=10)  # nothing new at first
UNHEARD = "待上门"  # no heartbeat reaches this one: it falls silent within the first hour


@dataclass(frozen=True, slots=True)
class Kind:
    """``low`` to ``high`` is what its devices measure in ``unit``; none when they measure nothing."""

    code: str
    installed: int
    silent: int
    spot: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    in_building: bool = True


KINDS = (
    Kind("YG", 1284, 24, "公共走道"),  # 独立烟感
    Kind("XHS", 86, 1, "东侧", "MPa", 0.18, 0.32, in_building=False),  # 市政消火栓
    Kind("DTCK", 38, 0, "电梯"),  # 电动车梯控
    Kind("CDP", 12, 0, "充电棚", in_building=False),
    Kind("KRQT", 412, 3, "户内"),  # 可燃气体
    Kind("GW", 60, 0, "设备间"),  # 感温
    Kind("SB", 72, 0, "门厅"),  # 手动报警
    Kind("SNS", 72, 1, "屋顶试验栓", "MPa", 0.27, 0.40),  # 室内栓
    Kind("PLMD", 6, 0, "末端试水", "MPa", 0.38, 0.48),  # 喷淋末端
    Kind("SYDL", 48, 0, "总配电箱", "mA", 20.0, 160.0),  # 剩余电流
    Kind("XLWD", 48, 0, "总配电箱", "℃", 24.0, 46.0),  # 线缆温度
)
_SIDES = ("东侧", "西侧", "南侧", "北侧")


@dataclass(frozen=True, slots=True)
class Device:
    code: str
    kind: Kind
    building: BuildingPlan
    unit: int | None
    spot: str
    lon: float
    lat: float
    dwelling: str = ""
    lost: bool = False
    low: bool = False  # the one hydrant with too little pressure
    number: int = 0


def devices(
    buildings: Sequence[BuildingPlan], elders: Sequence[ElderPlan], seed: int, scale: float
) -> Iterator[Device]:
    """The first smoke detectors are in the homes of elders who live alone; the others in common places."""
    centres = {str(row[0]): _centre(str(row[3])) for row in building_rows(buildings, seed)}
    for kind in KINDS:
        count = max(2, round(kind.installed * scale))
        silent = min(count - 1, round(kind.silent * scale)) if scale < 1 else kind.silent
        lost = set(Random(f"{seed}/lost/{kind.code}").sample(range(count // 4, count), min(silent, count - count // 4)))
        for i in range(count):
            elder = elders[i] if kind.code == "YG" and i < len(elders) and i not in lost else None
            building = elder.house.building if elder else buildings[i % len(buildings)]
            lon, lat = centres[building.code]
            shift = 0.00012 * (1 + i % 3) if not kind.in_building else 0.0
            side = _SIDES[i % 4]
            spot = "户内" if elder else kind.spot if kind.in_building else side
            unit = elder.house.unit if elder else 1 + i // len(buildings) % building.units if kind.in_building else None
            yield Device(
                code=f"{kind.code}{i + 1:04d}",
                kind=kind,
                building=building,
                unit=unit,
                spot=spot,
                lon=round(lon + shift * (1 if side == "东侧" else -1 if side == "西侧" else 0), 6),
                lat=round(lat + shift * (1 if side == "北侧" else -1 if side == "南侧" else 0), 6),
                dwelling=elder.house.code if elder else "",
                lost=i in lost,
                low=kind.code == "XHS" and i == 4,
                number=i,
            )


def device_rows(found: Iterable[Device], now: datetime, seed: int) -> Iterator[Row]:
    rng = Random(f"{seed}/devices")
    for one in found:
        hours = timedelta(hours=rng.randrange(26, 90)) if one.lost else timedelta(seconds=rng.randrange(3600))
        heard, note, battery = now - hours, "", rng.randrange(40, 100)
        if one.kind.code == "YG" and one.number == 200 and not one.lost:
            heard, note = now - timedelta(hours=23, minutes=32), UNHEARD
        if one.low:
            note, battery = "0.12 MPa 欠压", 80
        if one.kind.code == "KRQT" and one.number in (3, 4, 5):
            note, battery = "低电", 11
        value = None if one.lost or not one.kind.unit else reading(one, now, seed)
        yield (
            *(one.code, one.kind.code, one.building.estate.code, stamp(heard), int(one.low), battery, note),
            *(one.building.code, one.unit, one.spot, one.dwelling, value, one.kind.unit, one.lon, one.lat),
        )


def permit_rows(found: Iterable[Device], start: datetime) -> list[Row]:
    """The hydrants that are tested on this day have a permit."""
    hydrants = [one for one in found if one.kind.code == "XHS" and not one.lost][5:8]
    begin, end = start + timedelta(minutes=28), start + timedelta(minutes=58)
    return [(f"ZY{i + 1:05d}", one.code, stamp(begin), stamp(end), "测压") for i, one in enumerate(hydrants)]


def reading(device: Device, at: datetime, seed: int) -> float:
    """What it measures in that half hour, near its own habit."""
    habit = Random(f"{seed}/{device.code}").uniform(device.kind.low, device.kind.high)
    here = Random(f"{seed}/{device.code}/{int(at.timestamp()) // 1800}").uniform(0.985, 1.015)
    return 0.12 if device.low else round(habit * here, 3 if device.kind.unit == "MPa" else 1)


class FireLife:
    """What the devices report, minute by minute."""

    def __init__(self, seed: int, start: datetime, found: Sequence[Device]) -> None:
        self._seed, self._start = seed, start
        self._measured = [one for one in found if one.kind.unit and not one.lost]
        self._stories = sorted(_stories(start, found), key=lambda h: h.at)

    def between(self, after: datetime, until: datetime) -> list[Happening]:
        """Reports in ``(after, until]``, in order; readings of the last hour before the start at most."""
        found = [h for h in self._stories if after < h.at <= until]
        after = max(after, self._start - timedelta(hours=1))
        slot = after.replace(minute=after.minute // 30 * 30, second=0, microsecond=0)
        while slot <= until:
            for i, one in enumerate(self._measured):
                at = slot + timedelta(seconds=720 if one.low else i * 397 % 1800)
                if after < at <= until and not (one.low and at < self._start + QUIET):
                    found.append(_report(at, one, "4", reading(one, slot, self._seed), k=10 + i))
            slot += EVERY
        return sorted(found, key=lambda h: h.at)


def _stories(start: datetime, found: Sequence[Device]) -> Iterator[Happening]:
    """Smoke from a kitchen that clears; a hydrant that is tested with a permit, and one that is opened without."""
    of = {kind.code: [one for one in found if one.kind is kind and not one.lost] for kind in KINDS}
    smoke, hydrants = of["YG"], of["XHS"]
    if len(smoke) > 120:
        kitchen = smoke[110]
        yield _report(start + timedelta(minutes=23), kitchen, "1")
        yield _report(start + timedelta(minutes=24, seconds=40), kitchen, "2")
    if len(hydrants) > 10:
        yield _report(start + timedelta(minutes=37), hydrants[5], "4", 0.24, flow=12.0)
        yield _report(start + timedelta(minutes=65), hydrants[9], "4", 0.22, flow=9.5)
        yield _report(start + timedelta(minutes=77), hydrants[9], "4", 0.25, flow=0.0)


def _report(
    at: datetime,
    device: Device,
    sort: str,
    value: float | None = None,
    *,
    flow: float | None = None,
    tilt: float | None = None,
    k: int = 3,
) -> Happening:
    key = number(at, k)
    row = (key, f"XF{key}", device.code, sort, value, flow, tilt, None, stamp(at))
    return Happening(at, "xiaofang", row)


def settle(connection: Connection, found: Iterable[Happening]) -> None:
    """The register of the devices as their last reports leave it."""
    for row in {str(h.row[2]): h.row for h in found if h.table == "xiaofang"}.values():
        said: dict[str, object] = {"zhsj": row[8]}
        if row[3] in ("1", "2"):
            said["bjbz"] = int(row[3] == "1")
        if row[4] is not None:
            said["jcz"] = row[4]
        connection.execute(update(SHEBEI).where(SHEBEI.c.sbbh == row[2]).values(said))


def _centre(outline: str) -> tuple[float, float]:
    corners = [tuple(float(number) for number in pair.split(",")) for pair in outline.split(";")]
    return sum(c[0] for c in corners) / len(corners), sum(c[1] for c in corners) / len(corners)
