"""What was done in one case, newest first: its own steps where it keeps them, else the deeds of its log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.domain import mediation
from services.domain.deed import Deed
from services.domain.elder_call import RESULT_WORDS, STEP_WORDS, WHOM_WORDS, ElderCall
from services.domain.log_line import line_of_deed
from services.domain.rectification import Rectification
from services.domain.subject_card import Line


def timeline(case: Any, deeds: Sequence[Deed]) -> list[Line]:
    if isinstance(case, mediation.Mediation):
        lines = _mediation(case)
    elif isinstance(case, ElderCall):
        lines = calls_of(case)
    elif isinstance(case, Rectification):
        lines = [Line(act.word, _said(act.text, act.by), "", act.at) for act in case.acts]
    else:
        told = [line_of_deed(deed, 0) for deed in sorted(deeds, key=lambda deed: deed.version)]
        lines = [Line(one.what, _said(one.text, one.who), "", one.at) for one in told]
    return sorted(lines, key=lambda line: line.at.timestamp() if line.at else 0.0)[::-1]


def _mediation(case: mediation.Mediation) -> list[Line]:
    steps = [Line(mediation.STATE_WORDS[s.state], _said(s.text, s.by), "", s.at) for s in case.steps]
    visits = [Line(f"{v.days} 日回访", v.text, mediation.VISIT_WORDS[v.result], v.at) for v in case.visits]
    notes = [Line("记事", _said(note.text, note.by), "", note.at) for note in case.notes]
    passed = [
        Line(f"{mediation.clock_word(clock.what)}到时", "", "超期", clock.passed_at)
        for clock in case.clocks
        if clock.passed_at is not None
    ]
    return [*steps, *visits, *notes, *passed]


def calls_of(case: ElderCall) -> list[Line]:
    """Every call with its result, and every step that ran out, in the order of the chain."""
    calls = [Line(WHOM_WORDS[c.whom], _said(c.text, c.by), RESULT_WORDS[c.result], c.at) for c in case.calls]
    passed = [Line(f"{STEP_WORDS[p.step]}结束", _said(p.reason, p.by), "", p.at) for p in case.passed]
    return [*calls, *passed]


def _said(text: str, by: str) -> str:
    return " · ".join(part for part in (text, by) if part)
