"""The one click: an elder reported away by what an officer chose and typed."""

from __future__ import annotations

from datetime import datetime

from services.domain.away import AwayReason, ReportAway
from services.domain.community import Elder
from services.domain.timebase import local
from widgets.care_words import until_in

REASONS = tuple(AwayReason)


def away_wish(elder: Elder, choice: int, words: str, now: datetime) -> ReportAway:
    until, told_by = until_in(words, local(now).date())
    return ReportAway(elder_id=elder.id, reason=REASONS[max(0, choice)], until=until, told_by=told_by)
