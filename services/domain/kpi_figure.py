"""How a figure of the community is put into words: value, note, and on hover its formula with the real numbers."""

from __future__ import annotations

from dataclasses import replace

from services.domain.community_kpi import Kpi
from services.domain.community_rates import Rate
from services.domain.figures import Figure, Part

MISSING = "—"
NO_DATA = "暂无数据"
ROOM = 15  # letters a note may have beside the others of a strip


def rate_figure(kpi: Kpi, rate: Rate, target: float | None, *, judge: bool = True) -> Figure:
    """A percentage with its fraction and target; a rate of nothing is unknown. ``judge`` False: not yet."""
    if rate.percent is None:
        return unknown(kpi, target)
    met = kpi.meets(rate.percent, target) if target is not None and judge else None
    numbers = f"{rate.part:,} / {rate.whole:,} = {rate.text()} %"
    return replace(
        figure(kpi, rate.text(), numbers, target, met),
        note=note(rate.fraction, kpi, target, met),
    )


def figure(kpi: Kpi, value: str, numbers: str, target: float | None, met: bool | None) -> Figure:
    return Figure(
        kpi.id,
        kpi.label,
        value,
        kpi.unit,
        formula=_formula(kpi, numbers, target, met),
        group="today",
        met=met,
        opens=kpi.opens,
    )


def unknown(kpi: Kpi, target: float | None) -> Figure:
    return replace(figure(kpi, MISSING, NO_DATA, target, None), note=NO_DATA, unknown=True)


def _formula(kpi: Kpi, numbers: str, target: float | None, met: bool | None) -> str:
    later = "" if numbers == NO_DATA else "，未到判定时"
    judged = {True: "，已达到", False: "，未达到", None: later}[met]
    aim = f"目标 {kpi.sign}{target:g} {kpi.unit}".rstrip() + judged if target is not None else "无目标值"
    return f"{kpi.label} = {kpi.formula}\n{numbers}\n窗口：{kpi.window} · {aim}"


def note(numbers: str, kpi: Kpi, target: float | None, met: bool | None) -> str:
    """``61 / 65 · ≥ 98``; the target alone where both have no room; ``未达`` where it is missed."""
    if target is None:
        return numbers
    aim = f"{'未达' if met is False else '目标'} {kpi.sign}{target:g}"
    short = f"{numbers} · {aim if met is False else kpi.sign + format(target, 'g')}"
    return short if len(short) <= ROOM else aim


def with_parts(whole: Figure, parts: tuple[Part, ...]) -> Figure:
    """Also on hover, line by line."""
    lines = "".join(f"\n{part.label} {part.value}（{part.note}）" for part in parts)
    return replace(whole, parts=parts, formula=whole.formula + lines)
