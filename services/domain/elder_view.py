"""An elder as every list shows her: the register with what officers, calls, devices and papers add.

Proof beats silence, an away notice beats proof, and without consent nothing is watched. A tap that drips all
day proves nothing. Unknown is never safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from services.domain.away import Away
from services.domain.community import Elder, Safety
from services.domain.consent import Standing
from services.domain.elder_call import STEP_WORDS, ElderCall
from services.domain.elder_events import PROOF_WORDS, PROOFS
from services.domain.elder_terms import TERMS, ElderTerms
from services.domain.elder_water import Quiet
from services.domain.timebase import SHANGHAI, local, midnight_before

SETTLING = timedelta(hours=24)
_ORDER = (Safety.PENDING, Safety.UNKNOWN, Safety.AWAY, Safety.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of one elder beside the register. ``watched_from``: she came back then, or a person proved
    her safe. ``consent`` None: the papers are not known yet, which stops nothing."""

    away: Away | None = None
    watched_from: datetime | None = None
    consent: Standing | None = None
    chain: ElderCall | None = None
    visited_at: datetime | None = None
    visit_on_time: bool | None = None  # of our own visit that fell due in the last 30 days
    proofs: Mapping[str, datetime] = field(default_factory=dict)
    quiet: Quiet | None = None
    devices_off: int = 0


def urgency(elder: Elder) -> tuple[bool, int, float, str]:
    """Whom somebody is calling stands first, then pending by silence, unknown, away, confirmed."""
    at = elder.last_activity.timestamp() if elder.last_activity else 0.0
    order = len(_ORDER) if elder.unmonitored else _ORDER.index(elder.safety)
    return not elder.chain_id, order, -at if elder.safety is Safety.CONFIRMED else at, elder.id


def present(elder: Elder, beside: Beside, now: datetime, terms: ElderTerms = TERMS) -> Elder:
    due_at, after_change = visit_due(elder, beside, terms)
    shown = replace(
        elder,
        settling=beside.watched_from is not None and now - beside.watched_from < SETTLING,
        consent=beside.consent.words if beside.consent else "",
        visited_at=_later(elder.visited_at, beside.visited_at),
        visit_due=local(due_at).date() if due_at else elder.visit_due,
        visit_on_time=elder.visit_on_time if beside.visit_on_time is None else beside.visit_on_time,
        visit_late=due_at is not None and due_at < now,
        devices_off=elder.devices_off or beside.devices_off,
        chain_id=beside.chain.id if beside.chain else "",
    )
    if beside.consent is not None and beside.consent.why_not:
        return _unwatched(shown, beside.consent.why_not)
    if beside.away is not None:
        return _away(shown, beside.away)
    shown = _judged(shown, beside, now)
    if shown.safety is Safety.CONFIRMED:
        shown = replace(shown, next_step=_visit_words(shown))
    if beside.chain is not None:
        step = f"{local(beside.chain.due_at):%H:%M} 前"
        return replace(shown, note=STEP_WORDS[beside.chain.step], next_step=step)
    if shown.visit_late and shown.safety is Safety.CONFIRMED:
        return replace(shown, next_step="探访逾期" + ("（重大变化）" if after_change else ""))
    return shown


def visit_due(elder: Elder, beside: Beside, terms: ElderTerms = TERMS) -> tuple[datetime | None, bool]:
    """By when somebody should have been there, and whether because her life changed. Within a day of a major
    change; else so many days after the last visit; None when neither is known."""
    visited = _later(elder.visited_at, beside.visited_at)
    if elder.changed_at is not None and (visited is None or visited < elder.changed_at):
        return elder.changed_at + timedelta(hours=terms.change_h), True
    if visited is not None:
        return visited + terms.visit_every(elder.care), False
    return (_end_of(elder.visit_due), False) if elder.visit_due else (None, False)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI).astimezone(UTC)


def _unwatched(elder: Elder, why: str) -> Elder:
    told = {"note": why, "next_step": "不监测，请社区上门说明", "proof": "", "last_activity": None}
    return replace(elder, safety=Safety.UNKNOWN, unmonitored=why, water_24h=(), **told)


def _away(elder: Elder, away: Away) -> Elder:
    home = elder.last_activity is not None and elder.last_activity > away.reported_at + timedelta(hours=2)
    step = "家中有动静，核实是否已回" if home else f"外出报备 · {away.told_by or away.reported_by}"
    return replace(
        elder, safety=Safety.AWAY, away_until=away.ends_at, note=away.words, next_step=step, proof="", settling=False
    )


def _judged(elder: Elder, beside: Beside, now: datetime) -> Elder:
    midnight = midnight_before(now)
    kind, at = max(
        ((kind, at) for kind, at in beside.proofs.items() if kind in PROOFS),
        key=lambda one: one[1],
        default=("", None),
    )
    last = _later(elder.last_activity, at)
    shown = replace(elder, last_activity=last.astimezone(now.tzinfo) if last else None)
    if elder.safety is Safety.AWAY:  # by the register
        return shown
    if at is not None and at >= midnight:
        told = {"proof": PROOF_WORDS[kind], "note": "今日已确认"}
        return replace(shown, safety=Safety.CONFIRMED, **told)
    if elder.safety is Safety.UNKNOWN and beside.quiet is not None and now - beside.quiet.heard_at < SETTLING:
        return replace(shown, safety=Safety.PENDING, note="今日待确认", next_step="应电话核实")
    if elder.safety is Safety.CONFIRMED and elder.proof == "用水" and _only_drips(beside.quiet, midnight):
        return replace(shown, safety=Safety.PENDING, proof="", note="滴漏，不作平安", next_step="应电话核实")
    return shown


def _only_drips(quiet: Quiet | None, midnight: datetime) -> bool:
    return quiet is not None and quiet.drip_m3h > 0 and (quiet.since is None or quiet.since < midnight)


def _visit_words(elder: Elder) -> str:
    return f"探访 {elder.visit_due:%m-%d}" if elder.visit_due else ""


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
