"""The ten big figures of alarm performance, each with its target and its fraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alarm_rates import Share
from services.domain.figures import Figure
from services.domain.nuisance import Nuisance
from services.domain.performance import Performance, formulas
from services.domain.snapshot import Snapshot, Subject
from services.domain.yardstick import PERIOD_WORDS, Yardstick
from widgets.figures import FiguresPane
from widgets.look import Look
from widgets.performance_period import PERIOD, percent
from widgets.words import running


class PerformanceFiguresPane(FiguresPane):
    """Topics: ``alarm_performance``, ``yardstick``. Options of ``figures``, and ``period`` at first."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.period = str(options.get("period", "today"))

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._choose()

    def select(self, subject: Subject | None) -> None:
        if subject is not None and subject.kind == PERIOD and subject.id in PERIOD_WORDS:
            self.period = subject.id
            self._choose()
            self.update()

    def _choose(self) -> None:
        every = (r for r in self.records("alarm_performance") if isinstance(r, Performance))
        chosen = next((r for r in every if r.id == self.period), None)
        yardstick = next((r for r in self.records("yardstick") if isinstance(r, Yardstick)), Yardstick())
        made = {f.id: f for f in figures_of(chosen, yardstick)} if chosen else {}
        self.figures = [made[id_] for id_ in self.options.get("only", made) if id_ in made]


def figures_of(p: Performance, yardstick: Yardstick) -> tuple[Figure, ...]:
    say = formulas(yardstick)
    counts = {b.kind: b.count for b in p.bothers}
    every = p.waits[-1]
    kept = Share(sum(k.kept for k in p.kept), sum(k.decided for k in p.kept))
    right = Share(sum(r.right for r in p.precisions), sum(r.judged for r in p.precisions))
    weak = sum(r.weak for r in p.precisions)
    hidden = f"抑制 {p.suppressed.part} · 停用 {p.out_of_service.part} · 未结 {p.open}"
    return (
        _load(p, yardstick, say["per_hour"]),
        Figure(
            "busiest",
            "最忙 10 分",
            str(p.busiest),
            "件",
            f"泛滥线 {yardstick.flood_over}",
            formula=say["rate"],
        ),
        Figure("floods", "泛滥", str(len(p.floods)), "次", f"占时 {100 * p.flooded:.1f} %", formula=say["floods"]),
        Figure(
            "chattering",
            "抖动 · 一闪",
            f"{counts[Nuisance.CHATTERING]} · {counts[Nuisance.FLEETING]}",
            "",
            f"久报 {counts[Nuisance.STANDING]} · 久搁 {counts[Nuisance.STALE]}",
            formula="；".join(say[kind.value] for kind in Nuisance),
        ),
        _wait("ack", "签收 P50", every.ack_p50, every.ack_p90, every.signed, "签收", say["ack"]),
        _wait("close", "办结 P50", every.close_p50, every.close_p90, every.closed, "办结", say["close"]),
        _share("kept", "按时", kept, "到期", say["kept"]),
        _share("bounce", "退回", p.bounce, "派单", say["bounce"]),
        _share("precision", "精确率", right, "定性", say["precision"], f"，低分 {weak} 条" if weak else ""),
        Figure("hidden", "暂缓中", str(p.shelved.part), "件", hidden, formula=say["hidden"]),
    )


def _load(p: Performance, yardstick: Yardstick, formula: str) -> Figure:
    if p.per_hour is None:
        return Figure("per_hour", "报警 / 席·时", "—", "", "时段刚开始", unknown=True, formula=formula)
    note = f"≤ {yardstick.per_hour_target:g} · {p.load}"
    if len(p.seats) > 1:
        each = "，".join(f"{s.name} {s.per_hour or 0:.1f} {s.load}" for s in p.seats)
        formula = f"{formula}\n{each}"
    return Figure("per_hour", "报警 / 席·时", f"{p.per_hour:.1f}", "", note, formula=formula)


def _wait(id_: str, label: str, p50: float | None, p90: float | None, of: int, what: str, formula: str) -> Figure:
    if p50 is None or p90 is None:
        return Figure(id_, label, "—", "", f"尚无{what}", formula=formula)
    return Figure(id_, label, running(p50), "", f"P90 {running(p90)} · {of:,} 件", formula=formula)


def _share(id_: str, label: str, share: Share, whole: str, formula: str, more: str = "") -> Figure:
    value = percent(share.value, 1)
    if value is None:
        return Figure(id_, label, "—", "", f"尚无{whole}", formula=formula)
    return Figure(id_, label, value, "%", f"{share.part:,}/{share.whole:,}{more}", formula=formula)
