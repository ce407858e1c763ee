"""What each action of the card asks in place, and the command the answer makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Action, Alert, AlertLevel, Command, Stance, Verdict
from services.domain.checklist import spoken
from services.domain.levels import LEVEL_WORDS, LIMITS
from services.domain.reasons import FALSE_WORDS, RESULT_WORDS, RETURN_WORDS, SATISFACTION_WORDS

DEPARTMENTS = ("公安", "交通运输", "生态环境", "综合执法", "市监", "卫健", "农业农村和水利局", "消防救援", "街道")
SHELVES = {15: "15 分", 30: "30 分", 60: "60 分"}
SUSPENSIONS = {2: "2 小时", 8: "8 小时", 24: "1 天", 72: "3 天", 168: "7 天"}
NOT_ASKED = "未回访"
CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Question:
    """What an action asks in place before it becomes a command. ``second`` and ``ticks`` are what is
    asked and what there is."""

    words: str
    choices: tuple[str, ...] = ()
    chosen: int = -1
    hint: str | None = None
    filled: str = ""
    second: tuple[str, tuple[str, ...]] = ("", ())
    ticks: tuple[str, tuple[str, ...]] = ("", ())
    ticked: tuple[int, ...] = ()
    photos: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Places in the question's lists (−1: none), and what was typed and picked."""

    chosen: int = -1
    text: str = ""
    second: int = -1
    ticked: tuple[int, ...] = ()
    photos: tuple[str, ...] = ()


def departments_for(alert: Alert) -> list[str]:
    own = [d for d in (alert.department, *alert.support) if d]
    return list(dict.fromkeys([*own, *DEPARTMENTS]))[:9]


def suggestions_for(alert: Alert) -> list[str]:
    """Who else might take a task that is sent back."""
    return [name for name in departments_for(alert) if name != alert.department]


def levels_for(alert: Alert) -> list[AlertLevel]:
    return [level for level in sorted(AlertLevel, reverse=True) if level is not alert.level]


def parents_for(alert: Alert, others: Sequence[Alert]) -> list[Alert]:
    """Open alerts this one may go into, the nearest in subject, place and time first."""

    def distance(other: Alert) -> tuple[bool, bool, float]:
        same = other.subject_id != alert.subject_id, other.place != alert.place
        return *same, abs((other.raised_at - alert.raised_at).total_seconds())

    fit = [o for o in others if o.is_open and o.id != alert.id and o.level >= alert.level]
    return sorted(fit, key=distance)[:CANDIDATES]


def relatives_for(alert: Alert, others: Sequence[Alert]) -> list[Alert]:
    """Open alerts that may be of one incident with this one, what they share first, then the nearest in time."""

    def distance(other: Alert) -> tuple[bool, bool, float]:
        shared = bool(set(alert.links) & set(other.links))
        return not shared, other.place != alert.place, abs((other.raised_at - alert.raised_at).total_seconds())

    return sorted((o for o in others if o.is_open and o.id != alert.id), key=distance)[:CANDIDATES]


def question_for(action: Action, alert: Alert, others: Sequence[Alert] = ()) -> Question | None:
    ask = _QUESTIONS.get(action)
    return ask(alert, others) if ask else None


def command_for(
    action: Action, alert: Alert, answer: Answer, now: datetime | None, others: Sequence[Alert] = ()
) -> Command:
    """The command on the alert as it is on the card."""
    fill = _FILLS.get(action)
    more = fill(alert, answer, now, others) if fill else {}
    return Command(alert.id, action, alert.version, text=answer.text, **more)


def _task(alert: Alert, _: Sequence[Alert]) -> Question:
    first = spoken(alert.guidance[0]) if alert.guidance else "到场核实并反馈"
    lines = tuple(f"{line.text} {line.value}".strip() for line in alert.evidence)
    seen = tuple(at for at, line in enumerate(alert.evidence) if line.stance is Stance.FOR)
    return Question(
        "派往部门与任务",
        tuple(departments_for(alert)),
        0 if alert.department else -1,
        "任务要求",
        alert.task or first,
        ticks=("承办单位可见的依据", lines),
        ticked=seen,
    )


def _feedback(alert: Alert, _: Sequence[Alert]) -> Question:
    needed = alert.level >= LIMITS.photos_from
    words = f"处置反馈（{LEVEL_WORDS[alert.level]}须附照片）" if needed else "处置反馈"
    return Question(words, tuple(RESULT_WORDS.values()), hint="处置情况", photos=True)


def _closing(alert: Alert, _: Sequence[Alert]) -> Question:
    if alert.verdict is not Verdict.TRUE:
        return Question("办结意见", hint="（可不填）处置结果")
    visits = (*SATISFACTION_WORDS.values(), NOT_ASKED)
    chosen = -1 if alert.scene in LIMITS.visited else len(visits) - 1
    return Question("回访与办结意见", visits, chosen, "处置结果")


def _return(alert: Alert, _: Sequence[Alert]) -> Question:
    return Question(
        "退回原因",
        tuple(RETURN_WORDS.values()),
        hint="（可不填）说明；选“其他”须写明",
        second=("建议承办单位（非本部门、不在辖区须选）", tuple(suggestions_for(alert))),
    )


def _suspension(alert: Alert, _: Sequence[Alert]) -> Question | None:
    if alert.suspension_asked:
        return None  # a shift lead grants what was asked
    return Question("挂起多久", tuple(SUSPENSIONS.values()), hint="挂起原因")


def _merge(alert: Alert, others: Sequence[Alert]) -> Question:
    names = tuple(f"{o.id[-4:]} {o.title} {o.place}".strip() for o in parents_for(alert, others))
    if names:
        return Question("并入哪条预警", names, hint="（可不填）说明")
    return Question("并入哪条预警", hint="预警编号，例如 YJ-1121-0001")


def _link(alert: Alert, others: Sequence[Alert]) -> Question:
    names = tuple(f"{o.id[-4:]} {o.title} {o.place}".strip() for o in relatives_for(alert, others))
    return Question("与哪条预警同一事件", names, hint="为何属同一事件")


def _relevel(alert: Alert, _: Sequence[Alert]) -> Question:
    words = tuple(LEVEL_WORDS[level] for level in levels_for(alert))
    return Question(f"现为{LEVEL_WORDS[alert.level]}，调为", words, hint="调级原因")


_QUESTIONS: Mapping[Action, Callable[[Alert, Sequence[Alert]], Question | None]] = {
    Action.DISPATCH: _task,
    Action.FEEDBACK: _feedback,
    Action.CLOSE: _closing,
    Action.RETURN: _return,
    Action.SUSPEND: _suspension,
    Action.MERGE: _merge,
    Action.FALSE_ALARM: lambda *_: Question(
        "误报原因", tuple(FALSE_WORDS.values()), hint="（可不填）说明；选“其他”须写明"
    ),
    Action.SHELVE: lambda *_: Question("暂缓多久", tuple(SHELVES.values()), 0, "暂缓原因"),
    Action.RELEVEL: _relevel,
    Action.LINK: _link,
    Action.UNLINK: lambda *_: Question("摘出同一事件", hint="为何不属同一事件"),
    Action.REFUSE_SUSPENSION: lambda alert, _: Question(f"驳回挂起：{alert.suspension_asked}", hint="驳回原因"),
    Action.REWORK: lambda *_: Question("重办原因", hint="须重办什么"),
    Action.REOPEN: lambda *_: Question("重开原因", hint="为何重新打开"),
    Action.NOTE: lambda *_: Question("备注", hint="备注"),
}


def _fill_merge(alert: Alert, answer: Answer, _: datetime | None, others: Sequence[Alert]) -> Mapping[str, Any]:
    fit = parents_for(alert, others)
    return {"parent_id": fit[answer.chosen].id if 0 <= answer.chosen < len(fit) else answer.text}


def _fill_link(alert: Alert, answer: Answer, _: datetime | None, others: Sequence[Alert]) -> Mapping[str, Any]:
    fit = relatives_for(alert, others)
    return {"parent_id": fit[answer.chosen].id if 0 <= answer.chosen < len(fit) else ""}


def _fill_return(alert: Alert, answer: Answer, _: datetime | None, __: Sequence[Alert]) -> Mapping[str, Any]:
    suggested = suggestions_for(alert)[answer.second] if answer.second >= 0 else ""
    return {"return_reason": list(RETURN_WORDS)[answer.chosen], "department": suggested}


def _fill_close(alert: Alert, answer: Answer, _: datetime | None, __: Sequence[Alert]) -> Mapping[str, Any]:
    visits = list(SATISFACTION_WORDS)
    return {"satisfaction": visits[answer.chosen] if 0 <= answer.chosen < len(visits) else None}


def _until(answer: Answer, now: datetime | None, spans: Mapping[int, str], unit: timedelta) -> Mapping[str, Any]:
    return {"until": now + list(spans)[answer.chosen] * unit if now and answer.chosen >= 0 else None}


_FILLS: Mapping[Action, Callable[[Alert, Answer, datetime | None, Sequence[Alert]], Mapping[str, Any]]] = {
    Action.FALSE_ALARM: lambda _, a, *__: {"false_reason": list(FALSE_WORDS)[a.chosen]},
    Action.DISPATCH: lambda alert, a, *_: {"department": departments_for(alert)[a.chosen], "released": a.ticked},
    Action.FEEDBACK: lambda _, a, *__: {"result": list(RESULT_WORDS)[a.chosen], "photos": a.photos},
    Action.RELEVEL: lambda alert, a, *_: {"level": levels_for(alert)[a.chosen]},
    Action.SHELVE: lambda _, a, now, __: _until(a, now, SHELVES, timedelta(minutes=1)),
    Action.SUSPEND: lambda _, a, now, __: _until(a, now, SUSPENSIONS, timedelta(hours=1)),
    Action.CLOSE: _fill_close,
    Action.RETURN: _fill_return,
    Action.MERGE: _fill_merge,
    Action.LINK: _fill_link,
}
