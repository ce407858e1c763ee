"""海上日报 for paper: the day's figures with their formulas, hand-ins, tonnes, vessels, findings, and the unknown."""

from __future__ import annotations

from services.domain.boats import POLLUTANT_WORDS, STATE_WORDS
from services.domain.figures import Figure, Provenance
from services.domain.sea_day import SeaDay, VesselRow
from services.domain.timebase import local
from services.reports.report import Report, Table

PROVENANCE_WORDS = {Provenance.PUBLISHED: "公开", Provenance.DEMO: "演示", Provenance.LIVE: "实测"}
NONE = "—"
WELL_HEARD = 0.9


def sea_day_report(day: SeaDay, *, centre: str, demo: bool) -> Report:
    as_of = local(day.as_of)
    facts = (
        ("统计", f"{day.day:%Y-%m-%d} 0 时起，截至 {as_of:%H:%M}"),
        ("申请", f"当日 {day.filed} 件，往日未结 {day.carried} 件"),
        ("收集", f"{sum(row.weighed_t for row in day.tonnes):.2f} 吨（船边计量），{_calls(day)} 次签收"),
        ("待查", f"{len(day.findings)} 件；均为推算，未经核查不作判断"),
        ("未知", f"{len(day.unknown)} 项，见末表"),
    )
    return Report(
        stem=f"海上日报-{day.id}-{as_of:%H%M%S}",
        title="海上日报",
        subtitle=f"{centre} · {day.day:%Y-%m-%d} · 渔船污染物上交与处置",
        facts=facts,
        tables=tuple(table for table in (*_what_was_done(day), *_what_is_left(day)) if table.rows),
        signatures=(("填报", ""), ("审核", "")),
        foot=f"{centre} · 海上日报 · 截至 {as_of:%Y-%m-%d %H:%M:%S}",
        demo=demo,
    )


def _what_was_done(day: SeaDay) -> tuple[Table, ...]:
    return (
        Table(
            "指标与算法", ("指标", "数值", "说明", "算法", "口径"), (15, 12, 20, 45, 8),
            tuple(_figure(one) for one in day.figures),
        ),
        Table(
            "当日申请按状态", ("状态", "件"), (30, 70),
            tuple((STATE_WORDS[state], str(count)) for state, count in day.by_state),
        ),
        Table(
            "收集量", ("污染物", "签收 次", "船边 吨", "入仓 吨", "未全程计量"), (26, 16, 19, 19, 20),
            tuple(
                (POLLUTANT_WORDS[r.pollutant], str(r.hand_ins), f"{r.weighed_t:.3f}", f"{r.stored_t:.3f}",
                 f"{r.unweighed} 件" if r.unweighed else NONE)
                for r in day.tonnes
            ),
        ),
        Table(
            "收集船", ("船名", "现状", "靠帮", "入仓", "里程 km", "有船位", "载重率"), (16, 22, 10, 10, 16, 13, 13),
            tuple(
                (r.name, r.doing, str(r.calls), str(r.unloads), _km(r),
                 f"{r.heard:.0%}", f"{r.fill:.0%}")
                for r in day.vessels
            ),
            note="里程按船位连线，静默时段不计",
        ),
    )  # fmt: skip


def _what_is_left(day: SeaDay) -> tuple[Table, ...]:
    return (
        _overrides(day),
        Table(
            "待查发现", ("编号", "船名号", "依据", "分", "结果"), (20, 18, 38, 8, 16),
            tuple((r.id, r.vessel_no, r.why, str(r.score), r.state) for r in day.findings) or (_nothing(5),),
        ),
        Table(
            "未结联单", ("联单", "船名号", "污染物", "环节", "开单"), (28, 20, 18, 16, 18),
            tuple(
                (r.id, r.vessel_no, r.pollutant, r.stage, f"{local(r.opened_at):%m-%d %H:%M}") for r in day.manifests
            ) or (_nothing(5),),
        ),
        Table("未知与缺口", ("事项",), (100,), tuple((words,) for words in day.unknown)),
    )  # fmt: skip


def _overrides(day: SeaDay) -> Table:
    """A day without overrides says so; one that nobody counted says that."""
    rows = tuple((reason, str(count)) for reason, count in day.overrides or ())
    if not rows:
        rows = (("未统计" if day.overrides is None else "无", NONE),)
    return Table("改选收集船的原因", ("原因", "次"), (80, 20), rows, note="调度员未采用首选方案")


def _nothing(columns: int) -> tuple[str, ...]:
    return ("无", *[""] * (columns - 1))


def _km(row: VesselRow) -> str:
    """At least so far, when it was not heard all the time."""
    if row.km is None:
        return "未知"
    return f"{row.km:.1f}" if row.heard > WELL_HEARD else f"≥ {row.km:.1f}"


def _figure(one: Figure) -> tuple[str, ...]:
    value = "未知" if one.unknown else f"{one.value} {one.unit}".strip()
    return (one.label, value, one.note, one.formula, PROVENANCE_WORDS[one.provenance])


def _calls(day: SeaDay) -> int:
    return sum(row.hand_ins for row in day.tonnes)
