"""The registers of the demo community that are not people: disputes, party branches, devices, visits, hazards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from services.district.community_estates import EstatePlan, Row
from services.district.community_people import ElderPlan

DEVICES = (  # code, installed, silent
    ("YG", 1284, 24),  # 独立烟感
    ("XHS", 86, 1),  # 消火栓 压力
    ("DTCK", 38, 0),  # 电动车 梯控
    ("CDP", 12, 0),  # 充电棚
    ("KRQT", 412, 3),  # 可燃气体
)
_DISPUTES = (("邻里", 31), ("物业", 27), ("婚姻家庭", 19), ("劳动争议", 14), ("损害赔偿", 12), ("消费", 10))
_OPEN = 9
_MEMBERS = (52, 47, 44, 41, 39, 38, 36, 35, 31, 28, 21)


def stamp(moment: datetime) -> str:
    """14 digits of the system's own time; ``moment`` is Shanghai time."""
    return f"{moment:%Y%m%d%H%M%S}"


def dispute_rows(day: date, seed: int) -> list[Row]:
    """A year of cases: all but nine resolved in about 4.6 days, one of the open ones older than 7 days."""
    rng = Random(f"{seed}/disputes")
    kinds = [kind for kind, count in _DISPUTES for _ in range(count)]
    rng.shuffle(kinds)
    newest = max(date(day.year, 1, 1), day - timedelta(days=16))
    span = max(1, (newest - date(day.year, 1, 1)).days)
    rows: list[Row] = []
    for i, kind in enumerate(kinds):
        if i < _OPEN:
            accepted, closed = day - timedelta(days=9 if i == 0 else rng.randrange(0, 6)), ""
        else:
            accepted = newest - timedelta(days=rng.randrange(0, span))
            closed = f"{accepted + timedelta(days=rng.choice((2, 3, 4, 4, 5, 5, 6, 8))):%Y%m%d}"
        due = accepted + timedelta(days=15)
        rows.append((f"JF{day.year}{i + 1:04d}", kind, f"{accepted:%Y%m%d}", f"{due:%Y%m%d}", closed))
    return rows


def party_rows() -> list[Row]:
    return [
        (f"ZB{i + 1:02d}", f"第{i + 1}支部", members, 4, 4, 1386 * members // 412, 203 * members // 412)
        for i, members in enumerate(_MEMBERS)
    ]


def device_rows(estates: Sequence[EstatePlan], now: datetime, seed: int, scale: float) -> Iterator[Row]:
    rng = Random(f"{seed}/devices")
    for code, installed, silent in DEVICES:
        count = max(2, round(installed * scale))
        lost = min(count - 1, round(silent * scale)) if scale < 1 else silent
        for i in range(count):
            heard = now - (
                timedelta(hours=rng.randrange(26, 90)) if i < lost else timedelta(seconds=rng.randrange(3600))
            )
            alarm, note, battery = _state(code, i, lost, rng)
            yield (f"{code}{i + 1:04d}", code, estates[i % len(estates)].code, stamp(heard), alarm, battery, note)


def _state(code: str, i: int, lost: int, rng: Random) -> tuple[int, str, int]:
    if code == "XHS" and i == lost + 3:
        return 1, "0.12 MPa 欠压", 80
    if code == "KRQT" and lost <= i < lost + 3:
        return 0, "低电", 11
    return 0, "", rng.randrange(40, 100)


def hazard_rows(day: date) -> list[Row]:
    """34 hidden dangers due in the last 30 days, one of them not put right."""
    return [
        (
            f"YH{i + 1:04d}",
            DEVICES[i % len(DEVICES)][0],
            f"{day - timedelta(days=1 + i % 28):%Y%m%d}",
            "" if i == 11 else f"{day - timedelta(days=2 + i % 28):%Y%m%d}",
        )
        for i in range(34)
    ]


AWAY = {4: "女儿接走", 20: "住院", 40: "探亲"}
SILENT = {2: "待换表", 3: "待上门"}


def elder_rows(elders: Sequence[ElderPlan], day: date) -> list[Row]:
    rows: list[Row] = []
    for i, elder in enumerate(elders):
        until = day + timedelta(days=2)
        away, why = (f"{until:%Y%m%d}235959", f"{AWAY[i]} 至 {until.day} 日") if i in AWAY else ("", "")
        building = elder.house.building
        visit = f"{day + timedelta(days=3 + i * 7 % 25):%Y%m%d}"
        step = SILENT.get(i, "")
        rows.append(
            (elder.code, elder.name, elder.house.code, building.code, elder.care, elder.meter, away, why, step, visit)
        )
    return rows


def visit_rows(elders: Sequence[ElderPlan], day: date) -> list[Row]:
    """Visits that fell due in the last 30 days: of 26 one was late."""
    rows: list[Row] = []
    for i, elder in enumerate(elders[6:32]):
        due = day - timedelta(days=1 + i)
        made = due + timedelta(days=2) if i == 17 else due - timedelta(days=i % 2)
        rows.append((f"TF{i + 1:05d}", elder.code, f"{due:%Y%m%d}", f"{made:%Y%m%d}"))
    return rows
