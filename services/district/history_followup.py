"""Notices, transfers and road texts of the demo's last month, one in each state. 演示数据.

Each began with a passage that went through the shipped rule; each step is a command of the officer who may,
taken by the store as any other, and every package of evidence is a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.collect.packaging import Packaging
from services.collect.rules import RuleRunner, read_rules
from services.collect.site import Site
from services.district.history_cases import ECOLOGY, WANG
from services.district.history_road_texts import Step, require, road_texts
from services.district.roads_network import PLACES
from services.district.viid_picture import drawn
from services.domain.alert import Action, Alert, Command
from services.domain.case_transfer import (
    AcceptTransfer,
    AskPackage,
    CaseTransfer,
    RefuseTransfer,
    ReportResult,
    SendTransfer,
)
from services.domain.deed import Wish
from services.domain.event import Batch, Event
from services.domain.inspection_notice import IssueNotice, NoteSending, RecordInspection
from services.domain.inspection_texts import Way
from services.domain.officer import ENGINE, Officer, Role
from services.domain.passage import Passage
from services.domain.reasons import ResultCode, ReturnReason
from services.domain.timebase import local
from services.store.images import Images
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
RULE = "R-CKP-01"
HU = Officer("demo-police", "胡某", Role.DEPT_LIAISON, department="公安")
THEIRS = {"生态环境": ECOLOGY, "公安": HU}
STATION = "椒江机动车检测站"
SENSORS = [place for place in PLACES if place.sees_exhaust]


@dataclass(frozen=True, slots=True)
class Plot:
    """One vehicle: how many days before the start it passed, and what became of it."""

    days: float
    plate: str
    opacity: float
    ending: str
    way: Way = Way.SMS
    department: str = "生态环境"


PLOTS = (
    Plot(32.2, "浙JB1907", 41.6, "overdue"),
    Plot(28.3, "浙JD3316", 36.9, "soon", Way.LETTER),
    Plot(26.1, "浙JC5528", 52.3, "failed"),
    Plot(20.4, "浙JA7081", 33.8, "passed"),
    Plot(12.2, "浙JB6420", 39.1, "waiting"),
    Plot(2.1, "浙JE2175", 35.4, "waiting"),
    Plot(5.3, "浙JD9043", 47.2, "done"),
    Plot(1.2, "浙JC3859", 58.0, "accepted", department="公安"),
    Plot(0.34, "浙JA6617", 44.5, "sent"),
    Plot(0.045, "浙JB8232", 38.7, "returned"),
    Plot(0.018, "浙JE5506", 42.9, "ready"),
)


def followup_past(url: str, folder: Path, start: datetime) -> None:
    """Into a store that was just filled. Raises StoreError."""
    site = Site(folder=folder)
    with Store.open(url) as store:
        store.use_rules(RuleRunner([rule for rule in read_rules(RULES) if rule.id == RULE], budget=None))
        images = Images(folder / "images")
        packaging = Packaging(store, site, images.path)
        steps = [step for plot in PLOTS for step in _Course(store, packaging, images, plot, start).steps()]
        for _, _, act in sorted([*steps, *road_texts(store, start)], key=lambda step: step[:2]):
            act()


class _Course:
    """The steps of one vehicle, each at its own moment."""

    def __init__(self, store: Store, packaging: Packaging, images: Images, plot: Plot, start: datetime) -> None:
        self._store, self._packaging, self._images, self._plot = store, packaging, images, plot
        self._passed_at = start.astimezone(UTC) - timedelta(days=plot.days)
        self._now = self._passed_at
        self._alert_id = ""
        self._case: CaseTransfer | None = None

    def steps(self) -> Iterator[Step]:
        def step(after: timedelta, act: Callable[[], None]) -> Step:
            moment = self._passed_at + after
            return moment, self._plot.plate, lambda: self._at(moment, act)

        yield step(timedelta(seconds=2), self._pass)
        yield step(timedelta(minutes=3), lambda: self._do(Action.SIGN))
        yield step(timedelta(minutes=9), lambda: self._do(Action.VERIFY))
        ending = self._plot.ending
        if ending in ("overdue", "soon", "failed", "passed", "waiting"):
            yield step(timedelta(minutes=14), self._issue)
        else:
            yield step(timedelta(minutes=14), self._ask)
        match ending:
            case "overdue":
                yield step(timedelta(days=30, minutes=15), self._expire)
            case "failed":
                yield step(timedelta(days=23), lambda: self._inspect(passed=False))
            case "passed":
                yield step(timedelta(days=14), lambda: self._inspect(passed=True))
                yield step(timedelta(days=14, hours=1), self._close)
            case "sent" | "accepted" | "done" | "returned":
                yield step(timedelta(minutes=20), self._send)
        if ending in ("accepted", "done"):
            yield step(timedelta(minutes=75), lambda: self._transfer(AcceptTransfer, THEIRS[self._plot.department]))
        if ending == "done":
            yield step(timedelta(days=4), self._report)
            yield step(timedelta(days=4, hours=2), self._close)
        if ending == "returned":
            yield step(timedelta(minutes=55), self._refuse)

    def _at(self, moment: datetime, act: Callable[[], None]) -> None:
        self._now = moment
        act()

    def _pass(self) -> None:
        plot, place = self._plot, SENSORS[hash_of(self._plot.plate) % len(SENSORS)]
        record = Passage(
            passage_id=f"GZYS{plot.plate[2:]}",
            checkpoint_id=place.id,
            device_id=place.device_id,
            passed_at=self._passed_at,
            checkpoint_name=place.name,
            lane=1,
            direction="进城",
            plate_no=plot.plate,
            plate_raw=plot.plate,
            plate_colour="蓝",
            plate_flag="civil",
            has_plate=True,
            vehicle_class="H31",
            confidence=0.97,
            speed_kmh=46.0,
            opacity_pct=plot.opacity,
            vsp_valid=True,
            image=self._images.put(drawn("H31", "2", "2", place.serial)),
            lon=place.lon,
            lat=place.lat,
        )
        event = Event("viid", record.passage_id, "passage", record.passed_at, record)
        self._alert_id = self._store.take(Batch(events=[event]), "viid", self._now).alerts[0].id

    def _alert(self) -> Alert:
        alert = self._store.alert(self._alert_id)
        assert alert is not None
        return alert

    def _do(self, action: Action, officer: Officer = WANG, text: str = "") -> None:
        command = Command(self._alert_id, action, self._alert().version, text=text)
        require(self._store.perform(command, officer, self._now).refusal)

    def _wish(self, wish: Wish, officer: Officer = WANG) -> Any:
        outcome = self._store.perform(wish, officer, self._now)
        require(outcome.refusal)
        return outcome.case

    def _issue(self) -> None:
        issue = IssueNotice(alert_id=self._alert_id, way=self._plot.way, owner="陈先生", phone="13900000000")
        notice = self._wish(issue)
        if self._plot.way is Way.SMS:
            word = f"短信已发 {local(self._now):%m-%d %H:%M}"
            self._wish(NoteSending(case_id=notice.id, expected_version=notice.version, word=word), ENGINE)

    def _expire(self) -> None:
        self._store.expire(self._now)

    def _inspect(self, *, passed: bool) -> None:
        notice = next(n for n in self._store.cases("inspection_notice") if n.alert_id == self._alert_id)
        about = {"case_id": notice.id, "expected_version": notice.version}
        said = "" if passed else "不透光度 34.1 %，须维修后再检"
        number = f"FJ-{self._plot.plate[2:]}"
        moment = self._now - timedelta(minutes=20)
        found = RecordInspection(
            **about, station=STATION, inspected_at=moment, passed=passed, text=said, result_id=number
        )
        self._wish(found, ENGINE)

    def _close(self) -> None:
        self._do(Action.REVIEW)
        self._do(Action.CLOSE, text="复检合格" if self._plot.ending == "passed" else "部门已处理")

    def _ask(self) -> None:
        asked = self._wish(AskPackage(alert_id=self._alert_id, department=self._plot.department))
        self._packaging.tick(self._now)
        self._case = next(c for c in self._store.cases("case_transfer") if c.id == asked.id)

    def _about(self) -> dict[str, object]:
        assert self._case is not None
        return {"case_id": self._case.id, "expected_version": self._case.version}

    def _transfer(self, make: type[Wish], officer: Officer = WANG, **said: object) -> None:
        self._case = self._wish(make(**self._about(), **said), officer)  # type: ignore[arg-type]

    def _send(self) -> None:
        self._transfer(SendTransfer, text="排放超标，请依法核查处理")

    def _report(self) -> None:
        said = {"result": ResultCode.DONE, "text": "已责令维修并复测合格", "document": "台椒环责改〔2026〕118 号"}
        self._transfer(ReportResult, ECOLOGY, **said)

    def _refuse(self) -> None:
        self._transfer(RefuseTransfer, ECOLOGY, reason=ReturnReason.UNCLEAR, text="缺车辆照片")


def hash_of(plate: str) -> int:
    """The same on every machine."""
    return sum(map(ord, plate))
