"""The release conditions, computed from a back-test: what the approver is asked to weigh, each with its limit."""

from __future__ import annotations

from services.domain.backtest import BackTest
from services.domain.release import LIMITS, Gate, Limits


def gates_of(test: BackTest, limits: Limits = LIMITS) -> tuple[Gate, ...]:
    """The release conditions of a back-test, computed."""
    return (
        Gate("净丢失确认件", f"{test.net_lost}", f"≤ {limits.net_lost}", test.net_lost <= limits.net_lost),
        _precision_gate(test),
        Gate(
            "每日预警预算",
            f"{test.daily_after:.1f}",
            f"≤ {limits.daily_alerts:g}",
            test.daily_after <= limits.daily_alerts,
        ),
        _place_gate(test),
        Gate("隐私条款", "无敏感条件", "已核", True),  # the reader refuses a text that names one
    )


def _precision_gate(test: BackTest) -> Gate:
    active, bounds = test.before.precision, test.after.interval
    if active is None or bounds is None:
        return Gate("精确率下限（95 %）", "未知", "没有核实记录", None)
    return Gate("精确率下限（95 %）", _share(bounds[0]), f"高于现行 {_share(active)}", bounds[0] > active)


def _place_gate(test: BackTest) -> Gate:
    """Where the two versions differ most; to be looked at, it decides nothing."""
    moved = [(place.after / place.before - 1, place.label) for place in test.places if place.before]
    share, label = max(moved, key=lambda one: abs(one[0]), default=(0.0, "—"))
    return Gate("分地点最大差异", _signed(share), label, None)


def summary_of(test: BackTest) -> str:
    said = f"{test.span_days:.0f} 日 {test.alerts_before} → {test.alerts_after}"
    old, new = test.before.precision, test.after.precision
    if old is None or new is None:
        return f"{said}，没有核实记录"
    return f"{said}，精确率 {100 * (new - old):+.1f} 点".replace("-", "−")


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _signed(value: float) -> str:
    return f"{100 * value:+.0f} %".replace("-", "−")
