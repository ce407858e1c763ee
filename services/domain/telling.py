"""When somebody outside the desk is told of a happening, and when that is no longer wanted.

A notice is made with the happening that causes it and says what was true then; whether it is still
wanted is asked again at the moment of sending.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from services.domain.alert import Alert, Step, Visibility, Work
from services.domain.happening import Happening, HappeningKind
from services.domain.masked import wall_plate
from services.domain.notice import ASKS_SIGNATURE, News, Notice, Occasion, Route
from services.domain.plate import PROVINCES

FIRST_WAIT = timedelta(seconds=2)  # [D] after the first failure
LONGEST_WAIT = timedelta(minutes=5)  # [D]

_OF_KIND: Mapping[HappeningKind, Occasion] = {
    HappeningKind.RAISED: Occasion.RAISED,
    HappeningKind.SIGN_LAPSED: Occasion.UNSIGNED,
    HappeningKind.SHELF_ENDED: Occasion.UNSIGNED,
    HappeningKind.SHOWN: Occasion.UNSIGNED,
    HappeningKind.RELEVELLED: Occasion.RELEVELLED,
    HappeningKind.SUPERVISED: Occasion.SUPERVISED,
    HappeningKind.SUSPENSION_ASKED: Occasion.SUSPENSION_ASKED,
    HappeningKind.DISPATCHED: Occasion.DISPATCHED,
    HappeningKind.RETURNED: Occasion.RETURNED,
    HappeningKind.SENT_BACK: Occasion.SENT_BACK,
    HappeningKind.REOPENED: Occasion.REOPENED,
    HappeningKind.UNMERGED: Occasion.REOPENED,
    HappeningKind.MERGED: Occasion.MERGED,
    HappeningKind.CLOSED: Occasion.CLOSED,
    HappeningKind.AUTO_CLOSED: Occasion.CLOSED,
}


def occasion_of(said: Happening) -> Occasion | None:
    """What a happening is to those outside; None when it is nothing to them."""
    if said.kind is HappeningKind.REPEATED:
        return None if said.level is None else Occasion.RISEN
    if said.kind is HappeningKind.ESCALATED:
        return Occasion.ESCALATED if said.text else Occasion.LATE
    return _OF_KIND.get(said.kind)


def notices_of(routes: Sequence[Route], said: Happening, alert: Alert) -> Iterator[Notice]:
    """The notices a happening causes, one for each channel and recipient; ``alert`` is as it is after."""
    occasion = occasion_of(said)
    if occasion is None:
        return
    news = _news(occasion, said, alert)
    yield from _addressed(routes, occasion, alert.id, said.version, news, said.at)


def notices_of_case(
    routes: Sequence[Route], occasion: Occasion, case_id: str, version: int, news: News
) -> Iterator[Notice]:
    """The notices that one version of a case of a stream causes."""
    yield from _addressed(routes, occasion, case_id, version, news, news.at)


def _addressed(
    routes: Sequence[Route], occasion: Occasion, about: str, version: int, news: News, at: datetime
) -> Iterator[Notice]:
    told: set[tuple[str, str]] = set()
    for route in routes:
        if not route.takes(occasion, news.role, news):
            continue
        for recipient in route.to or ("",):
            if (route.channel, recipient) not in told:
                told.add((route.channel, recipient))
                yield _notice(route, recipient, occasion, about, version, news, at)


def _notice(
    route: Route, recipient: str, occasion: Occasion, about: str, version: int, news: News, at: datetime
) -> Notice:
    due_at = at + route.after
    name = f"{about}.{version}.{route.channel}"
    if recipient:
        name += "." + hashlib.sha256(recipient.encode()).hexdigest()[:8]
    return Notice(
        id=name,
        alert_id=about,
        alert_version=version,
        occasion=occasion,
        channel=route.channel,
        recipient=recipient,
        news=news,
        created_at=at,
        due_at=due_at,
        expires_at=due_at + route.expires,
        next_at=due_at,
        changed_at=at,
    )


def _news(occasion: Occasion, said: Happening, alert: Alert) -> News:
    return News(
        at=said.at,
        level=alert.level,
        title=scrubbed(alert.title),
        subject=scrubbed(alert.wall_subject),
        rule_id=alert.rule_id,
        scene=alert.scene,
        department=alert.department,
        raised_at=alert.raised_at,
        count=alert.count,
        role=said.text if occasion is Occasion.ESCALATED else "",
        step=said.step,
        due_at=said.due_at,
        late=said.late,
        parent_id=alert.parent_id,
        demo=alert.demo,
    )


_PLATE = re.compile(f"([{PROVINCES}][A-Z])[·•. ]?([A-Z0-9]{{4,5}}[A-Z0-9挂学警港澳试超])")
_DIGITS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


def scrubbed(text: str) -> str:
    """One line without a plate, an identity number or a telephone number in it, should a rule's text
    have let one through."""
    plain = _DIGITS.sub("***", _PLATE.sub(lambda found: wall_plate(found[1] + found[2]), text))
    return " ".join(plain.split())


def why_not(notice: Notice, alert: Alert | None) -> str:
    """Why a notice is not to be sent any more, asked with the alert as it is now; empty when it is."""
    if alert is None:
        return "预警已不在库中"
    if notice.is_ending:
        return "预警已重新打开" if alert.is_open else ""
    if alert.work is Work.MERGED:
        return f"已并入 {alert.parent_id}" if alert.parent_id else "已并案"
    if not alert.is_open:
        return "预警已办结"
    if notice.occasion in ASKS_SIGNATURE:
        return _why_unseen(alert)
    if alert.visibility is Visibility.SHELVED:
        return "预警已暂缓"
    if notice.occasion is Occasion.LATE:
        return _why_in_time(notice, alert)
    if notice.occasion is Occasion.RETURNED and alert.work is not Work.RETURNED:
        return "退回后已另行处理"
    return ""


def _why_unseen(alert: Alert) -> str:
    if alert.is_signed:
        return "预警已签收"
    hidden = {
        Visibility.SHELVED: "预警已暂缓",
        Visibility.SUPPRESSED: "预警已抑制",
        Visibility.OUT_OF_SERVICE: "设备已停用",
    }
    return hidden.get(alert.visibility, "")


def _why_in_time(notice: Notice, alert: Alert) -> str:
    clock = alert.clock(notice.news.step) if notice.news.step else None
    if clock is not None and clock.stopped_at is not None:
        return "超时的一步已完成"
    if notice.news.step is Step.ACK:
        return _why_unseen(alert)
    return ""


def wait_after(failures: int, chance: float) -> timedelta:
    """How long to leave a receiver alone after so many failures in a row: doubled each time, less up
    to a half so that many do not come back at once. ``chance`` is 0–1."""
    doubled = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(max(failures, 1) - 1, 30))
    return doubled * (1 - chance / 2)
