"""The registers of the demo community that are not people: visits, hazards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.district.community_estates import Row
from services.district.community_people import ElderPlan

HAZARDS = ("YG", "XHS", "DTCK", "CDP", "KRQT")  # kinds of device they are about


def stamp(moment: datetime) -> str:
    """14 digits of the system's own time; ``moment`` is Shanghai time."""
    return f"{moment:%Y%m%d%H%M%S}"


def hazard_rows(day: date) -> list[Row]:
    """34 hidden dangers due in the last 30 days, one of them not put right."""
    return [
        (
            f"YH{i + 1:04d}",
            HAZARDS[i % len(HAZARDS)],
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
