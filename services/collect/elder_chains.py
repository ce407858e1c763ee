"""Ties contact chains to alerts and to the calls the community's robot makes.

Found anew in the store at every look: killed at any step and started again, nothing is done twice and nothing
is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert, AlertLevel, Condition
from services.domain.community import Elder, Safety
from services.domain.deed import Wish
from services.domain.elder_call import NAME, ElderCall, JoinAlert, OpenCall, RecordCall, Result, Whom
from services.domain.officer import ENGINE
from services.domain.rule import Clearing
from services.store import casework, elder_past
from services.store.store import Store

FAMILY = "R-ELD-"
NOT_CALLED = frozenset({"R-ELD-04", "R-ELD-09", "R-ELD-10B"})  # a tap, a plan, a battery
BY_READING = frozenset({"R-ELD-02"})  # its condition cannot know of notices: ended from here
DAILY = frozenset({"R-ELD-10"})
_CALLS = timedelta(hours=2)
_A_DAY = timedelta(hours=24)


class ElderChains:
    def __init__(self, store: Store) -> None:
        self._store = store

    def hear(self, now: datetime) -> None:
        """Calls told by the community's system, into the chains that run."""
        chains = {chain.elder_id: chain for chain in self._chains(now) if chain.is_open}
        if not chains:
            return
        with self._store.read() as connection:
            told = elder_past.calls(connection, now - _CALLS)
        for row in told:
            chain = chains.get(row.elder_id)
            if chain is None or not chain.is_open or row.at < chain.opened_at:
                continue
            if all(call.call_id != row.call_id for call in chain.calls):
                chains[row.elder_id] = self._do(_recorded(chain, row), now) or chain

    def follow(self, elders: Mapping[str, Elder], now: datetime) -> bool:
        """A chain for each elder an open alert is about, and an end of what a notice or a proof has ended.
        True when anything was written."""
        homes = {elder.dwelling_id or elder.id: elder for elder in elders.values()}
        alerts = [alert for alert in self._alerts(now) if alert.subject_id in homes or alert.subject_id in elders]
        ended = [one for one in alerts if _is_over(one, homes.get(one.subject_id) or elders.get(one.subject_id))]
        if ended:
            self._store.report([Clearing(one.key) for one in ended], now)
        wanted = [one for one in alerts if one not in ended and _wants_call(one)]
        return self._call(wanted, homes, elders, now) or bool(ended)

    def _call(
        self, alerts: Sequence[Alert], homes: Mapping[str, Elder], elders: Mapping[str, Elder], now: datetime
    ) -> bool:
        if not alerts:
            return False
        chains = self._chains(now)
        running = {chain.elder_id: chain for chain in chains if chain.is_open}
        done = False
        for alert in sorted(alerts, key=lambda one: -one.level):
            elder = homes.get(alert.subject_id) or elders[alert.subject_id]
            chain = running.get(elder.id)
            if _is_unwatched(elder) and alert.level is not AlertLevel.RED:
                continue
            if chain is None:
                opened = None if self._had(alert, elder, chains, now) else self._do(OpenCall(alert_id=alert.id), now)
                running |= {elder.id: opened} if opened is not None else {}
                done = done or opened is not None
            elif alert.id not in chain.alert_ids or (alert.id == chain.alert_id and alert.level > chain.level):
                about: dict[str, Any] = {"case_id": chain.id, "expected_version": chain.version}
                running[elder.id] = self._do(JoinAlert(**about, alert_id=alert.id), now) or chain
                done = True
        return done

    def _had(self, alert: Alert, elder: Elder, shown: Sequence[ElderCall], now: datetime) -> bool:
        """Whether a chain for it was ended since it was last seen. An old alert's may be off the topic.

        Who cannot be watched, because her meter is silent, is asked after once a day for as long as it lasts."""
        chains, since = shown, alert.last_at
        if alert.rule_id in DAILY and elder.safety is not Safety.CONFIRMED:
            since = max(since, now - _A_DAY)
        if alert.last_at < now - timedelta(hours=20):
            with self._store.read() as connection:
                chains = casework.read(connection, NAME)
        return any(
            alert.id in chain.alert_ids and chain.ended_at is not None and chain.ended_at >= since for chain in chains
        )

    def _chains(self, now: datetime) -> Sequence[ElderCall]:
        return self._store.snapshot("elder_calls", now).records

    def _alerts(self, now: datetime) -> Sequence[Alert]:
        every: Sequence[Alert] = self._store.snapshot("alerts", now).records
        return [one for one in every if one.is_open and one.rule_id.startswith(FAMILY)]

    def _do(self, wish: Wish, now: datetime) -> ElderCall | None:
        """A refusal is a race that was lost: the next look sees why."""
        outcome = self._store.perform(wish, ENGINE, now)
        return outcome.case if outcome.done else None


def _wants_call(alert: Alert) -> bool:
    called = alert.rule_id not in NOT_CALLED and alert.level >= AlertLevel.YELLOW
    return called and alert.condition is Condition.ACTIVE


def _is_over(alert: Alert, elder: Elder | None) -> bool:
    by_reading = alert.rule_id in BY_READING and alert.condition is Condition.ACTIVE
    return by_reading and elder is not None and (_is_unwatched(elder) or elder.settling)


def _is_unwatched(elder: Elder) -> bool:
    return elder.safety is Safety.AWAY or bool(elder.unmonitored)


def _recorded(chain: ElderCall, row: Any) -> RecordCall:
    """Of the family no word: a list does not say how they know, so it proves nothing and stands to be asked."""
    whom, result = Whom(row.whom), Result(row.result)
    text = "" if whom is Whom.FAMILY else "机器人外呼" if row.by_robot else "社区外呼"
    about: dict[str, Any] = {"case_id": chain.id, "expected_version": chain.version}
    return RecordCall(
        **about, whom=whom, result=result, rank=row.rank, text=text, call_id=row.call_id, called_at=row.at
    )
