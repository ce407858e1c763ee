"""Hidden dangers of the demo's last month: waiting, said to be done, late, handed over, struck off. 演示数据."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from services.district.history_cases import WANG
from services.district.history_road_texts import LI, Step, require
from services.domain.deed import Wish
from services.domain.officer import Officer, Role
from services.domain.rectification import (
    NAME,
    AskRectification,
    BeginRectification,
    RecheckRectification,
    Rectification,
    ReportRectified,
    TransferRectification,
)
from services.store.store import Store

GRID = Officer("demo-grid", "何某", Role.GRID_WORKER, area="331002002001")


@dataclass(frozen=True, slots=True)
class Plot:
    """``days`` before the start it was asked for, how many days were given, and what became of it."""

    days: float
    given: float
    place: str
    danger: str
    demand: str
    department: str
    ending: str


PLOTS = (
    Plot(26.4, 7, "城市花园 3 幢 楼道", "楼道堆放杂物", "清出，张贴告知", "物业", "settled"),
    Plot(23.1, 7, "健康苑 4 幢 北侧", "消防通道画线不清", "重新画线，设隔离桩", "物业", "settled"),
    Plot(19.2, 5, "云西小区 地下车库", "充电桩无灭火器", "每 4 台配 1 具", "物业", "again"),
    Plot(15.0, 7, "景元家园 2 幢 屋面", "屋面彩钢棚", "自行拆除", "物业", "handed_over"),
    Plot(11.3, 7, "白云新村 5 幢 1 单元", "室内栓水带缺失", "补齐并试水", "物业", "late"),
    Plot(4.2, 7, "云锦苑 6 幢 充电棚", "充电线路私接", "改由专业电工敷设", "供电", "working"),
    Plot(2.1, 7, "城市花园 5 幢 东侧", "市政消火栓静压偏低", "查阀门并复测", "水务", "reported"),
    Plot(0.3, 7, "云西小区 6 幢 门厅", "手动报警按钮罩缺失", "更换", "运维", "issued"),
)


def rectify_past(url: str, start: datetime) -> None:
    """Into a store that was just filled. Raises StoreError."""
    with Store.open(url) as store:
        steps = [step for plot in PLOTS for step in _Course(store, plot, start.astimezone(UTC)).steps()]
        for _, _, act in sorted(steps, key=lambda step: step[:2]):
            act()


class _Course:
    """The steps of one danger, each at its own moment."""

    def __init__(self, store: Store, plot: Plot, start: datetime) -> None:
        self._store, self._plot = store, plot
        self._asked_at = start - timedelta(days=plot.days)
        self._id = ""

    def steps(self) -> Iterator[Step]:
        ending = self._plot.ending
        yield self._step(0.0, self._ask)
        if ending != "issued":
            yield self._step(0.2, lambda at: self._wish(BeginRectification(**self._about()), at))
        if ending in ("settled", "again", "reported"):
            yield self._step(1.5, lambda at: self._report(at, "已完成，见照片"))
        if ending == "again":
            yield self._step(2.0, lambda at: self._look(at, passed=False))
            yield self._step(3.6, lambda at: self._report(at, "已补配 6 具"))
            yield self._step(4.1, lambda at: self._look(at, passed=True))
        if ending == "settled":
            yield self._step(2.4, lambda at: self._look(at, passed=True))
        if ending in ("handed_over", "late"):
            yield self._step(self._plot.given + 0.01, self._store.expire)
        if ending == "handed_over":
            yield self._step(self._plot.given + 0.4, self._hand_over)

    def _step(self, after: float, act: Callable[[datetime], object]) -> Step:
        at = self._asked_at + timedelta(days=after)
        return at, self._plot.place, lambda: (act(at), None)[1]

    def _ask(self, at: datetime) -> None:
        plot = self._plot
        said: dict[str, Any] = {
            "place": plot.place,
            "danger": plot.danger,
            "demand": plot.demand,
            "department": plot.department,
        }
        self._wish(AskRectification(**said, due_at=at + timedelta(days=plot.given)), at, WANG)

    def _report(self, at: datetime, words: str) -> None:
        photo = sha256(f"{self._plot.place}{at}".encode()).hexdigest()
        self._wish(ReportRectified(**self._about(), text=words, photos=(photo,)), at)

    def _look(self, at: datetime, *, passed: bool) -> None:
        words = "" if passed else "只配了 2 具"
        self._wish(RecheckRectification(**self._about(), passed=passed, text=words), at, LI)

    def _hand_over(self, at: datetime) -> None:
        said: dict[str, Any] = {"department": "综合执法", "reason": "逾期未拆除"}
        self._wish(TransferRectification(**self._about(), **said), at, WANG)

    def _about(self) -> dict[str, Any]:
        case: Rectification = next(case for case in self._store.cases(NAME) if case.id == self._id)
        return {"case_id": case.id, "expected_version": case.version}

    def _wish(self, wish: Wish, at: datetime, officer: Officer = GRID) -> None:
        outcome = self._store.perform(wish, officer, at)
        require(outcome.refusal)
        self._id = outcome.case.id
