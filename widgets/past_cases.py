"""相似往例: how the most similar closed cases ended, as a part of the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.domain.alert import Verdict
from services.domain.reasons import FALSE_WORDS
from services.domain.similar import SimilarCase
from services.domain.timebase import local
from widgets.card_flow import Flow

VERDICTS: Mapping[Verdict, str] = {
    Verdict.TRUE: "属实",
    Verdict.FALSE_ALARM: "误报",
    Verdict.NO_ACTION: "属实，无需处置",
}


def past_cases(flow: Flow, cases: Sequence[SimilarCase] | None, trouble: str = "") -> None:
    """None: asked and not answered yet."""
    if cases:
        flow.landmark(f"往例{_tally(cases)}")
    flow.head("相似往例", _tally(cases or ()))
    if trouble:
        flow.line(f"查不到：{trouble}", ink="text3")
    elif cases is None:
        flow.line("查找中…", ink="text3")
    elif not cases:
        flow.line("本规则尚无办结往例", ink="text3")
    for case in cases or ():
        outcome = FALSE_WORDS[case.false_reason] if case.false_reason else ""
        verdict = VERDICTS[case.verdict] + (f"：{outcome}" if outcome else "")
        flow.line(f"{local(case.closed_at):%m-%d} {case.place or case.subject}", verdict, "text")
        told = case.disposition if case.disposition and case.verdict is Verdict.TRUE else ""
        flow.line(" · ".join(part for part in (case.alike, told) if part), "", "text3", small=True)


def _tally(cases: Sequence[SimilarCase]) -> str:
    """``属实 2/3``: what the glance is for."""
    true = sum(1 for case in cases if case.verdict is not Verdict.FALSE_ALARM)
    return f"属实 {true}/{len(cases)}" if cases else ""
