"""What noise control keeps from being told singly, as lines and words of the alert list. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.alert import Alert, AlertLevel, Visibility
from services.domain.noise import NOISE_WORDS, HeldBack, noisy_sources
from services.domain.timebase import local
from widgets.alert_lines import Line, lines, worst_first


@dataclass(frozen=True, slots=True)
class Part:
    """One count of the strip: ``暂缓 1 14:50 回``."""

    sort: str  # a name of NOISE_WORDS
    words: str


KEPT_WORDS: Mapping[str, str] = {
    "repeats": "同一对象再次发生，只计数",
    "chattering": "反复触发，安静 10 分后平息",
    "grouped": "按起因归并，红色不归并",
    "linked": "同一户、车、船 15 分内",
    "shelved": "到时恢复提醒",
    "suppressed": "起因未恢复，恢复即显示",
    "out_of_service": "停用期内，到时恢复",
    "review": "低置信度，先由人工核对，不派部门",
    "held_back": "今日命中而未报",
}


def kept_words(sort: str, listed: Iterable[Line]) -> str:
    """What a count is about; of a chatter also which systems it comes from."""
    sources = noisy_sources(line.alert for line in listed if line.alert is not None) if sort == "chattering" else ()
    return f"来源 {'、'.join(sources)} · {KEPT_WORDS[sort]}" if sources else KEPT_WORDS[sort]


def parts(kept: Mapping[str, Sequence[Alert]], held: Sequence[HeldBack]) -> list[Part]:
    """Every count that is not zero."""
    numbers = {sort: len(some) for sort, some in kept.items()}
    numbers["repeats"] = sum(alert.count - 1 for alert in kept.get("repeats", ()))
    numbers["held_back"] = sum(one.count for one in held)
    made = []
    for sort, word in NOISE_WORDS.items():
        if numbers.get(sort):
            made.append(Part(sort, f"{word} {numbers[sort]}{_back(sort, kept)}"))
    return made


def _back(sort: str, kept: Mapping[str, Sequence[Alert]]) -> str:
    """When the first shelved one comes back."""
    if sort != "shelved":
        return ""
    back = min((a.shelved_until for a in kept[sort] if a.shelved_until), default=None)
    return f" · {local(back):%H:%M} 回" if back else ""


def kept_lines(
    sort: str,
    kept: Mapping[str, Sequence[Alert]],
    held: Sequence[HeldBack],
    shown: Sequence[Alert],
    notes: Mapping[str, str],
    now: datetime,
) -> list[Line]:
    """What stands behind one count. Unsigned red ones of the list stay on top, whatever is looked at."""
    chosen = {alert.id: alert for alert in kept.get(sort, ())}
    pinned = [a for a in shown if a.level is AlertLevel.RED and not a.is_signed and a.id not in chosen]
    made = lines([*pinned, *chosen.values()], notes)
    if sort == "linked":
        made = [*lines(pinned, notes), *_by_thread(chosen.values(), notes)]
    if sort == "held_back":
        made += [_held_line(one, now) for one in held]
    return made


def _held_line(one: HeldBack, now: datetime) -> Line:
    key = f"held {one.rule_id} {one.why}"
    return Line(key, one.count, None, True, now, None, one.why, f"规则 {one.rule_id}", one.count)


def _by_thread(alerts: Iterable[Alert], notes: Mapping[str, str]) -> list[Line]:
    """Alerts of one incident stand together, the worst incident first."""
    threads: dict[str, list[Alert]] = {}
    for alert in worst_first(alerts):
        threads.setdefault(alert.incident_id, []).append(alert)
    return [line for members in threads.values() for line in lines(members, notes)]


def notes(alerts: Iterable[Alert]) -> dict[str, str]:
    """What noise control says of each alert, behind its place."""
    every = [alert for alert in alerts if alert.is_open]
    threads = Counter(alert.incident_id for alert in every if alert.incident_id)
    made = {}
    for alert in every:
        said = [f"抖动 {alert.count} 次"] if alert.chattering else []
        if threads[alert.incident_id] > 1:
            said.append(f"事件 {threads[alert.incident_id]} 件")
        if said:
            made[alert.id] = " · ".join(said)
    return made


def hidden_words(alert: Alert) -> str:
    """The right end of the second line of an alert that is out of sight: why, and until when."""
    match alert.visibility:
        case Visibility.SHELVED if alert.shelved_until is not None:
            return f"暂缓至 {local(alert.shelved_until):%H:%M}"
        case Visibility.SUPPRESSED:
            return f"因 {alert.suppressed_by}"
        case Visibility.OUT_OF_SERVICE:
            return f"停用 {alert.suppressed_by}"
        case _:
            return ""
