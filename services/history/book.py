"""The list of rules as they run: what each raised lately and how often officers found it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from services.collect.released import texts
from services.collect.rule_files import table_of
from services.domain.alert import Alert, Verdict
from services.domain.backtest import Rating
from services.domain.reasons import FALSE_WORDS
from services.domain.release import STAGE_WORDS, Release, Stage
from services.domain.rule_book import RuleEntry
from services.store import codec
from services.store.schema import alert as alert_table
from services.store.schema import shadow
from services.store.store import Store

WEEK = timedelta(days=7)
RATED = timedelta(days=90)


def rule_book(store: Store, shipped: Mapping[str, str], now: datetime) -> Sequence[RuleEntry]:
    """One entry a rule, in the order of their ids. ``shipped`` are the files' texts by file name."""
    released = texts(store)
    cases = store.cases("rule")
    running = released.over(shipped)
    with store.read() as reader:
        figures = _figures(reader, now)
        shadows = _shadow_hits(reader)
    entries = [_entry(text, file, cases, figures, shadows) for file, text in running.items()]
    return tuple(sorted(entries, key=lambda entry: entry.id))


def _entry(
    text: str,
    file: str,
    cases: Sequence[Release],
    figures: Mapping[str, Mapping[str, Any]],
    shadows: Mapping[tuple[str, int], int],
) -> RuleEntry:
    table = table_of(text, file)
    rule_id, version = str(table["id"]), int(table["version"])
    mine = [case for case in cases if case.rule_id == rule_id]
    active = next((case for case in mine if case.stage is Stage.ACTIVE), None)
    coming = next((case for case in mine if case.stage is not Stage.ACTIVE and case.is_open), None)
    in_shadow = coming is not None and coming.stage in (Stage.SHADOW, Stage.READY)
    return RuleEntry(
        id=rule_id,
        title=str(table["title"]).partition("{")[0].strip(),
        scene=str(table["scene"]),
        version=version,
        text=text,
        kind=str(table["detect"]["kind"]),
        event=str(table["event"]),
        tests=len(table.get("tests", ())),
        case_id=active.id if active else "",
        active_since=active.marks[-1].at if active else None,
        under_way=coming.id if coming else "",
        stage=STAGE_WORDS[coming.stage] if coming else "",
        shadow_hits=shadows.get((rule_id, coming.rule_version), 0) if coming and in_shadow else None,
        **figures.get(rule_id, {}),
    )


def _figures(reader: Connection, now: datetime) -> Mapping[str, Mapping[str, Any]]:
    """Of each rule: alerts of a week, open ones, verdicts of ninety days and the reasons of the false."""
    bodies = select(alert_table.c.body).where(alert_table.c.raised_at > now - RATED)
    by_rule: dict[str, list[Alert]] = {}
    for alert in codec.decode_all(Alert, reader.execute(bodies).scalars()):
        by_rule.setdefault(alert.rule_id, []).append(alert)
    return {rule_id: _of_rule(alerts, now) for rule_id, alerts in by_rule.items()}


def _of_rule(alerts: Sequence[Alert], now: datetime) -> Mapping[str, Any]:
    verdicts = [alert.verdict for alert in alerts if alert.verdict is not None]
    false = sum(verdict is Verdict.FALSE_ALARM for verdict in verdicts)
    reasons: dict[str, int] = {}
    for alert in alerts:
        if alert.false_reason is not None:
            word = FALSE_WORDS[alert.false_reason]
            reasons[word] = reasons.get(word, 0) + 1
    return {
        "alerts_7d": sum(alert.raised_at > now - WEEK for alert in alerts),
        "open_now": sum(alert.is_open for alert in alerts),
        "rating": Rating(len(verdicts) - false, false),
        "false_reasons": tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    }


def _shadow_hits(reader: Connection) -> Mapping[tuple[str, int], int]:
    """How many keys each shadow version has told of."""
    counted = select(shadow.c.rule_id, shadow.c.rule_version, func.count(func.distinct(shadow.c.key)))
    rows = reader.execute(counted.group_by(shadow.c.rule_id, shadow.c.rule_version)).all()
    return {(rule_id, version): count for rule_id, version, count in rows}
