"""What the stories of fire and the Eagle Eye write into the community's database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.domain.alert import Action, Alert, AlertLevel, Command
from services.domain.officer import Officer, Role
from services.domain.reasons import ResultCode, Satisfaction
from services.domain.timebase import local
from services.sources.community_tables import HOUXUAN, SHEBEI, SHEXIANG, WUMIAN, XIAOFANG
from tests.system.community_days import LI, WANG, ZHAO, CommunityDays

FIREMAN = Officer("xf", "周卫东", Role.DEPT_LIAISON, department="消防")
POLICE = Officer("ga", "孙立", Role.DEPT_LIAISON, department="公安")
PROPERTY = Officer("wy", "钱进", Role.DEPT_LIAISON, department="物业")
PHOTO, AFTER = "a" * 64, "b" * 64
FALLS = "574,96 578,140 583,208 590,300 597,420 608,570 622,760"


def stamp(at: datetime) -> str:
    return f"{local(at):%Y%m%d%H%M%S}"


def device(days: CommunityDays, code: str, sort: str, unit: int | None = 2, **more: Any) -> None:
    """A device of building 1 of the first estate."""
    estate = days.world.estates[0].code
    heard = stamp(days.clock.now())
    row = {
        "sbbh": code,
        "sblx": sort,
        "xqbh": estate,
        "ldbh": f"{estate}01" if unit else "",
        "dyxh": unit,
        "zhsj": heard,
    }
    days.write(SHEBEI, row | {"bjbz": 0, "dlbfb": 90, "azwz": "公共走道", "jd": 121.42, "wd": 28.66, "dw": ""} | more)


def report(days: CommunityDays, code: str, sort: str = "1", **more: Any) -> None:
    """``sort`` 1 is an alarm, 2 back to normal, 4 a reading."""
    at = days.clock.now()
    key = 9_000_000_000_000 + int(at.timestamp()) * 100 + len(more)
    row = {"id": key, "lsh": f"XF-{code}-{key}", "sbbh": code, "sblb": sort, "fssj": stamp(at)}
    days.write(XIAOFANG, row | {"jcz": None, "llz": None, "qxj": None, "dlbfb": None} | more)


def falling(days: CommunityDays, serial: str = "SX-1", **more: Any) -> None:
    """A thing that falls five storeys at building 1, with two floors thought of."""
    estate = days.world.estates[0].code
    at = days.clock.now()
    row = {"id": 9_000_000_000_000 + int(at.timestamp()), "lsh": serial, "sxtbh": "SXT0101", "xqbh": estate}
    row |= {"ldbh": f"{estate}01", "sjlx": "01", "zxd": 0.9, "fssj": stamp(at), "gj": FALLS, "zs": 9, "xjcs": 5.0}
    days.write(SHEXIANG, row | {"shzt": "0", "cxsc": 1.47, "mblb": "", "fwbh": "", "fl": 2} | more)
    days.write(
        HOUXUAN, {"lsh": serial, "lc": 7, "hx": "西列", "zxd": 0.64}, {"lsh": serial, "lc": 6, "hx": "西列", "zxd": 0.3}
    )


def roof(days: CommunityDays) -> None:
    estate = days.world.estates[0].code
    at = days.clock.now()
    row = {"id": 9_000_000_000_000 + int(at.timestamp()), "lsh": "WM-1", "xqbh": estate, "ldbh": f"{estate}01"}
    days.write(WUMIAN, row | {"wz": "屋面东侧", "mj": 6.5, "ts": 4, "xkbz": 0, "scsj": stamp(at), "fssj": stamp(at)})


class Case:
    """One alert, worked on as officers do. Every act must be granted."""

    def __init__(self, days: CommunityDays, alert: Alert) -> None:
        self._days, self.alert = days, alert

    def does(self, action: Action, officer: Officer = WANG, **said: Any) -> Alert:
        self.alert = next(a for a in self._days.records("alerts") if a.id == self.alert.id)
        outcome = self._days.perform(Command(self.alert.id, action, self.alert.version, **said), officer)
        assert outcome.refusal == "", outcome.refusal
        self.alert = outcome.alert
        return self.alert

    def refused(self, action: Action, officer: Officer = WANG, **said: Any) -> str:
        return self._days.perform(Command(self.alert.id, action, self.alert.version, **said), officer).refusal

    def signed_and_verified(self) -> None:
        self.does(Action.SIGN)
        self.does(Action.VERIFY)

    def sent(self, department: str, task: str) -> None:
        self.does(Action.DISPATCH, department=department, text=task)

    def worked_on(self, officer: Officer, found: str) -> None:
        """By the department up to its feedback, with a photo."""
        self.does(Action.ACCEPT, officer)
        self.does(Action.HANDLE, officer)
        self.does(Action.FEEDBACK, officer, text=found, result=ResultCode.DONE, photos=(PHOTO,))
        self.does(Action.REVIEW)

    def closed(self, words: str) -> None:
        """By whoever may close one of its level."""
        officer = ZHAO if self.alert.level is AlertLevel.RED else LI
        self.does(Action.CLOSE, officer, text=words, satisfaction=next(iter(Satisfaction)))
