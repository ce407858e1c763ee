"""What the outbox shows: the newest notices, and how many are in each state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.collect.summary import Summary
from services.domain.figures import Figure, Provenance
from services.domain.notice import STATE_WORDS, NoticeState
from services.store.store import Store

SHOWN = 200


def outbox(store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
    shown = store.outbox.newest(SHOWN)
    figures = [_figure(state.value, STATE_WORDS[state], count) for state, count in store.outbox.counts().items()]
    retried = sum(1 for notice in shown if notice.state is NoticeState.PENDING and notice.attempts)
    figures.append(_figure("retried", "重试中", retried, f"最近 {SHOWN} 条中"))
    return {"outbox": shown, "outbox_figures": figures}


def _figure(name: str, label: str, count: int, note: str = "") -> Figure:
    return Figure(name, label, f"{count:,}", "条", note, provenance=Provenance.LIVE)


SUMMARIES: tuple[Summary, ...] = (Summary("outbox", 2.0, ("outbox", "outbox_figures"), outbox),)
