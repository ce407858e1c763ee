"""交接单 for paper: the same lines as on the screen, with moments instead of running clocks."""

from __future__ import annotations

from datetime import datetime

from services.domain.anchor import Anchor
from services.domain.duty_sheet import DEADLINES, Line, Section, Sheet
from services.domain.handover import STANDING_WORDS, Handover, Stand, Standing, stands
from services.domain.levels import LEVEL_WORDS
from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.roster import DutyShift
from services.domain.timebase import local
from services.reports.report import Report, Table

_POSTS = ((Role.DUTY_LEADER, "带班"), (Role.SHIFT_LEAD, "值班长"), (Role.DUTY, "值班员"))
_COLUMNS = ("级别", "事项", "位置 · 对象 · 状态", "责任", "自", "至", "接收")
_SHARES = (7, 21, 27, 14, 8, 8, 15)


def handover_report(
    sheet: Sheet, handover: Handover | None, anchor: Anchor | None, now: datetime, *, centre: str, demo: bool
) -> Report:
    """The sheet as it stood at ``now``; ``handover`` adds who accepted what and who signed."""
    told = {stand.line.id: stand for stand in stands(handover, sheet)} if handover is not None else {}
    left = sum(stand.standing is not Standing.ACCEPTED for stand in told.values())
    accepted = f"{len(told) - left} / {len(told)}" if handover is not None else "未编制"
    counts = "　".join(f"{LEVEL_WORDS[c.level]} {c.open}（未签 {c.unsigned}）" for c in sheet.counts)
    facts = (
        ("交班", _shift(sheet.shift)),
        ("接班", _shift(sheet.next_shift)),
        ("未结预警", counts),
        ("逐条接收", accepted),
        ("编号", handover.id if handover is not None else "预览，未编制"),
    )
    tables = tuple(_table(section, told, now) for section in sheet.sections if section.lines)
    return Report(
        stem=f"交接单-{sheet.shift.id}-{local(now):%H%M%S}",
        title="值班交接单",
        subtitle=f"{centre} · {local(sheet.shift.starts_at):%Y-%m-%d} {sheet.shift.name} → {sheet.next_shift.name}",
        facts=facts,
        tables=tables,
        signatures=_signatures(handover),
        foot=f"{centre} · 交接单 {handover.id if handover is not None else ''} · 截至 {local(now):%Y-%m-%d %H:%M:%S}",
        code=anchor.spoken if anchor is not None else "",
        code_words=_anchor_words(anchor),
        demo=demo,
    )


def _shift(shift: DutyShift) -> str:
    hours = f"{local(shift.starts_at):%m-%d %H:%M}–{local(shift.ends_at):%H:%M} {shift.team}".strip()
    crew = [f"{post} {'、'.join(mask_name(p.name) for p in shift.of(role))}" for role, post in _POSTS if shift.of(role)]
    return "　".join((hours, *crew)) if crew else f"{hours}　人员未知"


def _table(section: Section, told: dict[str, Stand], now: datetime) -> Table:
    rows = tuple(_row(line, told.get(line.id), now) for line in section.lines)
    note = "已列于其他各节，不另接收" if section.id == DEADLINES else ""
    return Table(f"{section.title} {len(rows)}", _COLUMNS, _SHARES, rows, note)


def _row(line: Line, stand: Stand | None, now: datetime) -> tuple[str, ...]:
    level = LEVEL_WORDS[line.level][:1] if line.level is not None else ""
    title = f"{line.text}\n{line.subject}" if line.subject else line.text
    return (level, title, line.detail, line.owner, _moment(line.since, now), _moment(line.until, now), _stand(stand))


def _moment(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    same_day = local(moment).date() == local(now).date()
    return f"{local(moment):%H:%M}" if same_day else f"{local(moment):%m-%d %H:%M}"


def _stand(stand: Stand | None) -> str:
    if stand is None:
        return ""
    taken = stand.acceptance
    if stand.standing is not Standing.ACCEPTED or taken is None:
        return STANDING_WORDS[stand.standing]
    said = f"{taken.by} {local(taken.at):%H:%M}"
    return f"{said}\n{taken.remark}" if taken.remark else said


def _signatures(handover: Handover | None) -> tuple[tuple[str, str], ...]:
    signed = {s.side: s for s in handover.signatures} if handover is not None else {}
    words = {"out": "交班人", "in": "接班人"}
    return tuple(
        (word, f"{s.by}　{local(s.at):%Y-%m-%d %H:%M:%S}" if (s := signed.get(side)) else "未签字")
        for side, word in words.items()
    )


def _anchor_words(anchor: Anchor | None) -> tuple[str, ...]:
    if anchor is None:
        return ()
    seal, _, digits = anchor.hash.partition(":")
    at = f"{local(anchor.at):%Y-%m-%d %H:%M:%S}" if anchor.at is not None else ""
    return (f"记录链首 第 {anchor.seq} 条", at, f"{seal.upper()} {digits[:16]}…")
