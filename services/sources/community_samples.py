"""What came of checking registrations at the door, this quarter: topic ``register_samples``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, func, select

from services.domain.community import RegisterSamples
from services.domain.event import Batch
from services.domain.timebase import local
from services.sources.community_tables import METADATA
from services.sources.community_upstream import Answer, Questions, day

RIGHT = "1"

CHOUCHA = Table(  # 登记抽查
    "choucha",
    METADATA,
    Column("ccbh", Integer, primary_key=True),
    Column("fwbh", String(16), nullable=False),
    Column("ccrq", String(8), nullable=False, index=True),  # 抽查日期
    Column("ccjg", String(1), nullable=False),  # 1 属实 2 不符
    Column("bz", Text, nullable=False, default=""),
)


def ask_samples(now: datetime) -> Questions:
    since = CHOUCHA.c.ccrq >= day(quarter_began(now))
    counted = select(CHOUCHA.c.ccjg, func.count().label("js")).where(since, CHOUCHA.c.ccrq <= day(now))
    return {"choucha": counted.group_by(CHOUCHA.c.ccjg)}


def normalise_samples(answer: Answer, _now: datetime) -> Batch:
    counts = {str(row["ccjg"]): int(row["js"]) for row in answer.rows["choucha"]}
    return Batch(states={"register_samples": (RegisterSamples(sum(counts.values()), counts.get(RIGHT, 0)),)})


def quarter_began(now: datetime) -> datetime:
    here = local(now)
    first = here.replace(month=3 * ((here.month - 1) // 3) + 1, day=1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)
