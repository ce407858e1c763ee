"""An application in three questions: which plate, why and on what law, for whom, how long and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.domain.alert import AlertLevel
from services.domain.control_rules import ControlRules
from services.domain.plate import spelled
from services.domain.plate_pattern import one_plate
from services.domain.watch_order_steps import ApplyWatch
from services.domain.watchlist import KIND_WORDS, WatchKind

KINDS = tuple(WatchKind)
LEVELS = {AlertLevel.ORANGE: "橙", AlertLevel.RED: "红"}
PLATE, REASON, TERM = "plate", "reason", "term"


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far."""

    kind: WatchKind = WatchKind.VEHICLES
    plate_no: str = ""
    reason: str = ""
    legal_basis: str = ""
    level: AlertLevel = AlertLevel.ORANGE
    alert_id: str = ""

    def lines(self) -> tuple[tuple[str, str], ...]:
        told = (
            ("号牌", spelled(self.plate_no) if self.plate_no else ""),
            ("名单", KIND_WORDS[self.kind] if self.plate_no else ""),
            ("事由", self.reason),
            ("法律依据" if self.kind is WatchKind.VEHICLES else "依据", self.legal_basis),
            ("关联预警", self.alert_id),
        )
        return tuple((label, words) for label, words in told if words)


def terms(rules: ControlRules) -> tuple[int, ...]:
    """The lengths that are offered, the site's own among them."""
    return tuple(sorted({days for days in (7, 15, rules.days, 60, rules.most_days) if days <= rules.most_days}))


def grounds(draft: Draft, rules: ControlRules) -> tuple[str, ...]:
    return rules.laws if draft.kind is WatchKind.VEHICLES else rules.grounds


Ask = Callable[..., None]


def ask(
    name: str,
    draft: Draft,
    rules: ControlRules,
    units: Sequence[str],
    places: Mapping[str, str],
    put: Ask,
    filled: str = "",
) -> None:
    """Put the question of that name; ``filled`` was typed before and refused."""
    match name:
        case "plate":
            words = tuple(KIND_WORDS[kind] for kind in KINDS)
            hint = "号牌，一次一个；看不清的一位写 -"
            put(
                PLATE,
                "新申请 1/3：列入哪个名单",
                choices=words,
                chosen=KINDS.index(draft.kind),
                hint=hint,
                filled=filled,
            )
        case "reason":
            second = ("级别（不选为橙）", tuple(LEVELS.values())) if draft.kind is WatchKind.VEHICLES else ("", ())
            title = "新申请 2/3：法律依据" if draft.kind is WatchKind.VEHICLES else "新申请 2/3：依据"
            put(REASON, title, choices=grounds(draft, rules), hint="事由，写明事实", second=second)
        case _:
            days = terms(rules)
            put(
                TERM, "新申请 3/3：期限", choices=tuple(f"{n} 天" for n in days), chosen=days.index(rules.days),
                second=("提出单位", units), ticks=("范围（不选为全部卡口）", tuple(places.values())),
            )  # fmt: skip


def with_plate(draft: Draft, choice: int, words: str) -> Draft:
    """Raises NotOnePlate."""
    return replace(draft, kind=KINDS[max(0, choice)], plate_no=one_plate(words))


def with_reason(draft: Draft, rules: ControlRules, choice: int, second: int, words: str) -> Draft:
    level = tuple(LEVELS)[max(0, second)]
    return replace(draft, reason=words, legal_basis=grounds(draft, rules)[choice], level=level)


def application(
    draft: Draft, rules: ControlRules, choice: int, unit: str, ticked: Sequence[int], places: Mapping[str, str]
) -> ApplyWatch:
    names: tuple[Any, ...] = tuple(places)
    return ApplyWatch(
        kind=draft.kind,
        plate_no=draft.plate_no,
        reason=draft.reason,
        legal_basis=draft.legal_basis,
        level=draft.level,
        days=terms(rules)[max(0, choice)],
        unit=unit,
        checkpoint_ids=tuple(names[at] for at in ticked),
        alert_id=draft.alert_id,
    )
