"""The pieces that changes of an alert are made of: who, which step, which words, what is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.alert import Ack, Alert, Evidence, Note, Visibility, Work
from services.domain.happening import HAPPENING_WORDS, Happening, HappeningKind
from services.domain.levels import LADDER, LEVEL_WORDS
from services.domain.masked import mask_name
from services.domain.officer import Role
from services.domain.reasons import RESULT_WORDS, RETURN_WORDS

EVENT_IDS_KEPT = 200  # of the newest; the log has them all
ENGINE_WORD = "系统"


Changes = dict[str, Any]

UNJUDGED: Mapping[str, Any] = {
    "verdict": None,
    "false_reason": None,
    "disposition": "",
    "judged_by": "",
    "confirmed_by": "",
}
UNSIGNED: Mapping[str, Any] = {"ack": Ack.UNACK, "acked_by": "", "acked_at": None, "acked_until": None}
IN_SIGHT: Mapping[str, Any] = {"visibility": Visibility.VISIBLE, "shelved_until": None, "suppressed_by": ""}
UNASKED: Mapping[str, Any] = {"suspension_asked": "", "suspended_until": None}


def who(happening: Happening) -> str:
    return ENGINE_WORD if happening.role == Role.ENGINE else mask_name(happening.officer_name)


def reached(alert: Alert, happening: Happening, what: str) -> tuple[tuple[str, Any, str], ...]:
    return (*alert.steps, (what, happening.at, who(happening)))


def moves(work: Work) -> Callable[[Alert, Happening], Changes]:
    """A happening that only moves the work on."""

    def change(alert: Alert, happening: Happening) -> Changes:
        return {"work": work, "steps": reached(alert, happening, work.value)}

    return change


def joined(known: tuple[Evidence, ...], new: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Every line ever shown; a line seen again has its newest figure."""
    lines = {(line.text, line.stance): line for line in known}
    lines.update({(line.text, line.stance): line for line in new})
    return tuple(lines.values())


def ids_joined(known: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *new)))[-EVENT_IDS_KEPT:]


def higher(alert: Alert, role: str) -> str:
    """The higher of the role told now and the one told before."""
    return max(alert.escalated_to, role, key=lambda told: LADDER.index(Role(told)) if told else -1)


def noted(alert: Alert, happening: Happening) -> Changes:
    return {"notes": (*alert.notes, Note(_note_text(alert, happening), happening.at, who(happening)))}


def _note_text(alert: Alert, happening: Happening) -> str:
    words, text = HAPPENING_WORDS[happening.kind], happening.text
    match happening.kind:
        case HappeningKind.NOTED:
            return text
        case HappeningKind.RETURNED:
            reason = happening.return_reason
            said = "：".join(part for part in (RETURN_WORDS[reason] if reason else "", text) if part)
            return f"{words}：{said}，建议{happening.department}" if happening.department else f"{words}：{said}"
        case HappeningKind.FED_BACK if happening.result is not None:
            return f"{words}：{RESULT_WORDS[happening.result]}。{text}"
        case HappeningKind.RELEVELLED if happening.level is not None:
            return f"{words}：{LEVEL_WORDS[alert.level]}→{LEVEL_WORDS[happening.level]}，{text}"
        case _:
            return f"{words}：{text}"
