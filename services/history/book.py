"""The list of rules as they run: what each raised lately and how often officers found it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from services.collect.released import texts
from services.collect.rule_files import table_of
from services.domain.alert import Verdict
from services.domain.backtest import Rating
from services.domain.reasons import FALSE_WORDS, FalseReason
from services.domain.release import STAGE_WORDS, Release, Stage
from services.domain.rule_book import RuleEntry
from services.store.columns import to_micros
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
    entries = [_entry(rule_text, file, cases, figures, shadows) for file, rule_text in running.items()]
    return tuple(sorted(entries, key=lambda entry: entry.id))


def _entry(
    rule_text: str,
    file: str,
    cases: Sequence[Release],
    figures: Mapping[str, Mapping[str, Any]],
    shadows: Mapping[tuple[str, int], int],
) -> RuleEntry:
    table = table_of(rule_text, file)
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
        text=rule_text,
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
    """Of each rule: alerts of a week, open ones, verdicts of ninety days and the reasons of the false.

    The database counts: reading every body of a hundred thousand alerts would take the collector seconds.
    """
    lite = reader.dialect.name == "sqlite"
    field = "json_extract(body, '$.%s')" if lite else "(body::json ->> '%s')"
    counted = text(
        f"SELECT rule_id, {field % 'verdict'} AS verdict, {field % 'false_reason'} AS reason,"
        " count(*) AS alerts, sum(CASE WHEN raised_at > :week THEN 1 ELSE 0 END) AS lately,"
        " sum(CASE WHEN is_open THEN 1 ELSE 0 END) AS opened"
        " FROM alert WHERE raised_at > :since GROUP BY 1, 2, 3"
    )
    rows = reader.execute(counted, {"week": to_micros(now - WEEK), "since": to_micros(now - RATED)}).all()
    by_rule: dict[str, list[Any]] = {}
    for row in rows:
        by_rule.setdefault(row.rule_id, []).append(row)
    return {rule_id: _of_rule(mine) for rule_id, mine in by_rule.items()}


def _of_rule(counts: Sequence[Any]) -> Mapping[str, Any]:
    false = sum(row.alerts for row in counts if row.verdict == Verdict.FALSE_ALARM)
    judged = sum(row.alerts for row in counts if row.verdict is not None)
    reasons = {FALSE_WORDS[FalseReason(row.reason)]: row.alerts for row in counts if row.reason is not None}
    return {
        "alerts_7d": sum(row.lately for row in counts),
        "open_now": sum(row.opened for row in counts),
        "rating": Rating(judged - false, false),
        "false_reasons": tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    }


def _shadow_hits(reader: Connection) -> Mapping[tuple[str, int], int]:
    """How many keys each shadow version has told of."""
    counted = select(shadow.c.rule_id, shadow.c.rule_version, func.count(func.distinct(shadow.c.key)))
    rows = reader.execute(counted.group_by(shadow.c.rule_id, shadow.c.rule_version)).all()
    return {(rule_id, version): count for rule_id, version, count in rows}
