"""What of a contact chain reaches its alert, and what is told outside.

Each step and each call is a note on the alert with the name of who did it; nothing the chain does signs,
judges or closes an alert. Whoever is to go to the door, and police and 120, are told by the outbox.
"""

from __future__ import annotations

from datetime import datetime

from services.domain.alert import Alert
from services.domain.deed import Deed
from services.domain.elder_call import (
    ENDING_WORDS,
    RESULT_WORDS,
    STEP_WORDS,
    AlertJoined,
    CallMade,
    ChainEnded,
    ChainOpened,
    ElderCall,
    Ending,
    Overran,
    SomebodySent,
    Step,
    StepPassed,
)
from services.domain.following import WORKED_ON, by_deed, fed_back
from services.domain.happening import Happening, HappeningKind
from services.domain.notice import News, Notice, Occasion
from services.domain.timebase import local

_TOLD = frozenset({Step.DOOR, Step.POLICE})


def moves(alert: Alert, chain: ElderCall, deed: Deed) -> Happening | None:
    if not alert.is_open:
        return None
    if isinstance(deed.fact, ChainEnded) and alert.work in WORKED_ON and deed.fact.ending is not Ending.AWAY:
        close = alert.clocks[-1].due_at if alert.clocks else deed.at
        return fed_back(alert, deed, words_of(chain, deed), close)
    text = words_of(chain, deed)
    return by_deed(HappeningKind.NOTED, alert, deed, text=text) if text else None


def words_of(chain: ElderCall, deed: Deed) -> str:
    """One line for the alert's log, names masked."""
    match deed.fact:
        case ChainOpened(step=step, due_at=due_at):
            return f"联系链 {chain.id}：{STEP_WORDS[step]}，{_clock(due_at)} 前"
        case AlertJoined(step=step, due_at=due_at):
            return f"并入联系链 {chain.id}：{STEP_WORDS[step]}，{_clock(due_at)} 前"
        case CallMade() as fact:
            said = f"{_clock(fact.called_at)} {fact.who} {RESULT_WORDS[fact.result]}"
            return f"联系链：{said}" + (f" · {fact.text}" if fact.text else "")
        case StepPassed(passed, step, due_at, late):
            over = f"{STEP_WORDS[passed]}无确认" + ("（补记）" if late else "")
            return f"联系链：{over}，转{STEP_WORDS[step]}，{_clock(due_at)} 前"
        case SomebodySent(who):
            return f"联系链：{who} 上门"
        case Overran():
            return "联系链：公安与 120 尚无回音"
        case ChainEnded(ending, text):
            return f"联系链结束：{ENDING_WORDS[ending]} · {text}"
        case _:
            return ""


def _clock(at: datetime) -> str:
    return f"{local(at):%H:%M}"


def tells(chain: ElderCall, deed: Deed) -> tuple[Occasion, News] | None:
    match deed.fact:
        case StepPassed(step=step, late=late) if step in _TOLD:
            return Occasion.CASE_LATE, _news(chain, deed.at, f"独居老人联系不上，转{STEP_WORDS[step]}", late)
        case CallMade(step=Step.POLICE) if chain.step_since == deed.at:
            return Occasion.CASE_LATE, _news(chain, deed.at, "独居老人情况不明，请公安与 120", False)
        case AlertJoined(step=step) if step in _TOLD and chain.step_since == deed.at:
            return Occasion.CASE_LATE, _news(chain, deed.at, f"独居老人联系不上，转{STEP_WORDS[step]}", False)
        case Overran(_, late):
            return Occasion.CASE_LATE, _news(chain, deed.at, "独居老人处置未回音", late)
        case _:
            return None


def _news(chain: ElderCall, at: datetime, title: str, late: bool) -> News:
    return News(
        at=at,
        level=chain.level,
        title=title,
        subject="独居老人 · 一户",
        rule_id="",
        scene="community",
        department="社区",
        raised_at=chain.opened_at,
        count=1,
        due_at=chain.due_at,
        late=late,
        place=chain.place.partition(" ")[0],
        until=chain.due_at,
    )


def unwanted(chain: ElderCall, _told: Notice) -> str:
    return "" if chain.is_open else "联系链已结束"
