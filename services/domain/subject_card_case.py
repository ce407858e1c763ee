"""事: one case of any stream: what it is about, its clocks, everything that was ever done in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.domain.deed import Deed
from services.domain.log_line import STREAM_WORDS
from services.domain.mediation import CHANNELS
from services.domain.snapshot import Subject
from services.domain.subject_around import Around
from services.domain.subject_card import Entry, Line, Part, SubjectCard, listed, of_alerts
from services.domain.subject_streams import KINDS
from services.domain.subject_timeline import timeline
from services.domain.timebase import local

_ABOUT = (("dwelling_id", "dwelling", "房"), ("elder_id", "elder", "老人"), ("device_id", "device", "设备"))
MOST_LINES = 22


def case_card(stream: str, case: Any, deeds: Sequence[Deed], around: Around) -> SubjectCard:
    kind = KINDS.get(stream)
    word = kind.word if kind is not None else STREAM_WORDS.get(stream, stream)
    title = kind.title(case) if kind is not None else word
    state = kind.state(case) if kind is not None else ("在办" if case.is_open else "已办结")
    return SubjectCard(
        Subject("case", case.id),
        title,
        f"{word} · {case.id}",
        ((_facts(case, state), _about(case)), (_timeline(case, deeds),), (of_alerts(around.alerts),)),
        around.at,
        badges=(state,),
    )


def _facts(case: Any, state: str) -> Part:
    """What every stream calls the same; a case that has none of a name leaves its line out."""
    entries = [Entry("状态", state)]
    for name, label in (
        ("number", "来文号"),
        ("where", "地点"),
        ("department", "主办"),
        ("mediator", "调解员"),
        ("words", "诉求"),
        ("agreement", "协议"),
    ):
        value = getattr(case, name, "")
        if isinstance(value, str) and value:
            entries.append(Entry(label, value))
    channel = CHANNELS.get(getattr(case, "channel", ""), "")
    if channel:
        entries.append(Entry("来源", channel))
    households = getattr(case, "households", ())
    if households:
        entries.append(Entry("涉及", f"{len(households)} 户", "化名，不列户"))
    running = getattr(case, "running", None)
    due_at = getattr(running, "due_at", None) or getattr(case, "due_at", None)
    if due_at is not None and case.is_open:
        entries.append(Entry("时限", f"{local(due_at):%m-%d %H:%M} 前"))
    return Part("概要", tuple(entries))


def _about(case: Any) -> Part:
    found = [(kind, getattr(case, name, ""), words) for name, kind, words in _ABOUT]
    lines = [Line(words, "", "打开", subject=Subject(kind, code)) for kind, code, words in found if code]
    return listed("涉及对象", lines, empty="没有登记到房、人或设备")


def _timeline(case: Any, deeds: Sequence[Deed]) -> Part:
    lines = timeline(case, deeds)
    return listed("经过", lines, empty="没有经过", note=f"{len(lines)} 步", most=MOST_LINES)
