"""Counter-evidence: found, looked for in vain, or unknown; and the checklist a rule file may write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from services.collect.counter import CounterEvidence
from services.domain.alert import AlertLevel, Detection, Stance
from services.domain.checklist import ChecklistError, Item, item_of, line_of, spoken
from services.domain.condition import ConditionError, columns_of
from services.domain.counter import answer, counter_from, looked
from services.domain.event import Batch, Event
from services.domain.passage import Passage
from services.domain.snapshot import SourceStatus
from services.domain.watchlist import WatchlistEntry
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COLUMNS = columns_of(Passage)
PERMIT = {
    "topic": "watchlist",
    "match": "value",
    "of": "plate_no",
    "where": "list = 'permits'",
    "known": "list = 'permits'",
    "text": "通行许可",
    "found": "{reason}，至 {valid_until:day}",
}


def entry(value: str, name: str = "permits", **more) -> WatchlistEntry:
    base = WatchlistEntry(
        f"{name}-{value}", name, value, "园区施工", AlertLevel.BLUE, "交通", NOW - MINUTE, NOW + MINUTE
    )
    return replace(base, **more)


def check(**changes):
    return counter_from(
        {**PERMIT, **changes}, COLUMNS, "R.toml: counter[1].", lambda key, why: ValueError(f"{key} {why}")
    )


def said(records, plate: str = "浙J1", at: datetime = NOW, stale: str = ""):
    line = answer(check(), looked(check(), records, stale), plate, at)
    return line.stance, line.value


def test_that_a_permit_that_is_valid_speaks_against_the_alert():
    assert said([entry("浙J1")]) == (Stance.AGAINST, "园区施工，至 11-21")


def test_that_looking_in_vain_is_said():
    assert said([entry("浙J2")]) == (Stance.FOR, "查无")


def test_that_a_permit_that_has_run_out_speaks_for_nobody():
    assert said([entry("浙J1", valid_until=NOW)]) == (Stance.FOR, "查无")
    assert said([entry("浙J1")], at=NOW - 2 * MINUTE) == (Stance.FOR, "查无")


@pytest.mark.parametrize(
    ("records", "stale", "value"),
    [
        (None, "", "未接入"),
        ([entry("浙J1")], "停在 11-18 06:00", "停在 11-18 06:00"),
        ([entry("浙J1", "black")], "", "未接入"),
    ],
)
def test_that_a_list_that_is_missing_late_or_empty_of_its_kind_is_unknown(records, stale, value):
    assert said(records, stale=stale) == (Stance.UNKNOWN, value)


def test_that_an_event_without_the_column_is_unknown():
    assert said([entry("浙J1")], plate="") == (Stance.UNKNOWN, "不明")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"topic": "permits"}, "counter.topic"),
        ({"match": "plate"}, "match"),
        ({"of": "plate"}, "of"),
        ({"text": " "}, "counter.text"),
        ({"where": "list ="}, "where"),
        ({"found": "{nothing}"}, "found"),
        ({"colour": "red"}, "counter.colour"),
        ({"where": 3}, "counter.where"),
    ],
)
def test_that_a_check_that_cannot_be_made_is_refused_by_its_key(changes, word):
    with pytest.raises((ValueError, ConditionError), match=word):
        check(**changes)


# -------------------------------------------------------------------------------------- in the store


def found(store: Store, evidence: CounterEvidence, at: datetime = NOW) -> tuple[Stance, str]:
    event = Event("viid", "e1", "passage", at, SimpleNamespace(plate_no="浙J1"))
    detection = Detection("k", "R", 1, "", "", AlertLevel.BLUE, "", "", "", "", "", "", at)
    with store.read() as connection:
        (line,) = evidence.beside(detection, [CHECK], event, connection, lambda: at).counters
    return line.stance, line.value


CHECK = check()


def test_that_an_answer_follows_the_topic_as_it_fills_changes_and_falls_silent(store):
    evidence = CounterEvidence()
    assert found(store, evidence) == (Stance.FOR, "查无")  # orders keep this list
    source = SourceStatus("watchlist", "布控名单", late_after_s=60.0)
    store.take(Batch({"watchlist": [entry("浙J2")]}), source, NOW)
    assert found(store, evidence) == (Stance.FOR, "查无")
    store.take(Batch({"watchlist": [entry("浙J1")]}), source, NOW)
    assert found(store, evidence) == (Stance.AGAINST, "园区施工，至 11-21")
    assert found(store, evidence, NOW + 2 * MINUTE) == (Stance.UNKNOWN, "停在 11-21 14:00")


# ---------------------------------------------------------------------------------------- checklists


@pytest.mark.parametrize(
    ("part", "item"),
    [
        ("先核对抓拍", Item("先核对抓拍")),
        ("公安: 核对抓拍", Item("核对抓拍", "公安")),
        ("公安：核对抓拍", Item("核对抓拍", "公安")),
        ("无人接听：30 分内上门", Item("无人接听：30 分内上门")),
        ({"do": "回叫船东", "owner": "调度员", "within": "2 分"}, Item("回叫船东", "调度员", "2 分")),
        ({"do": "回叫船东", "within": "2 分"}, Item("回叫船东", "", "2 分")),
    ],
)
def test_that_a_line_of_guidance_keeps_what_who_and_within(part, item):
    assert item_of(line_of(part)) == item


def test_that_a_line_is_spoken_as_a_sentence():
    assert spoken(line_of({"do": "回叫船东", "owner": "调度员", "within": "2 分"})) == "调度员：回叫船东（2 分内）"
    assert spoken("先核对抓拍") == "先核对抓拍"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"do": "x", "owner": "路人"}, "不认识的负责人 '路人'"),
        ({"owner": "公安"}, "缺少 do"),
        ({"do": "x", "when": "y"}, "不认识的键 'when'"),
        ("  ", "须为一句话"),
        (3, "须为一句话"),
    ],
)
def test_that_a_line_of_guidance_that_makes_no_sense_is_refused(part, said):
    with pytest.raises(ChecklistError, match=said):
        line_of(part)
