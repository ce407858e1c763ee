"""The elders' sources: bad rows refused with a reason, no elder ever lost by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.community import CareClass, Safety
from services.domain.event import Batch
from services.domain.timebase import SHANGHAI
from services.sources.community_elder_files import FileRows
from services.sources.community_elder_things import normalise_calls, normalise_device_events
from services.sources.community_elders import ElderRows
from services.sources.community_upstream import Answer

NOW = datetime(2026, 11, 21, 14, 32, tzinfo=SHANGHAI).astimezone(UTC)
SIGNAL = {
    "id": 1, "lsh": "LS1", "sbbh": "B1", "lrbh": "LR1", "sjlx": "01", "sz": None, "dw": "", "cxbz": 0,
    "fssj": "20261121143000", "yz": "LR1", "fwbh": "D1", "ldmc": "3 幢", "xqbh": "YJ01", "xqmc": "云锦苑",
}  # fmt: skip
CALL = {
    "id": 1,
    "lsh": "HJ1",
    "lrbh": "LR1",
    "dx": "1",
    "sx": 0,
    "jg": "3",
    "fs": "1",
    "hjsj": "20261121143000",
    "yz": "LR1",
}
CONTACT = {"lrbh": "LR1", "sx": 1, "gx": "女儿", "xm": "陈红", "dh": "138-1234-5678", "yz": "LR1"}
PAPER = {
    "tybh": "TY1",
    "lrbh": "LR1",
    "qsr": "陈红",
    "gx": "女儿",
    "qsrq": "20260302",
    "syfw": "1,2",
    "chrq": "",
    "yz": "LR1",
}
ELDER = {
    "lrbh": "LR1", "xm": "林小明", "fwbh": "D1", "ldbh": "L1", "gllb": "1", "sbbh": "SB1", "wcdq": "", "wcsm": "",
    "xcjh": "", "tfdq": "", "ldmc": "3 幢", "xqbh": "YJ01", "xqmc": "云锦苑", "zhcb": "20261121140000",
}  # fmt: skip
BESIDE = {"xiaoshi": (), "yongshui": (), "huodong": (), "tanfang": (), "zuijin": (), "bianhua": (), "lrsb": ()}


def rows(*found: Mapping[str, Any]) -> Answer:
    return Answer({"rows": found}, "1")


def register(*found: Mapping[str, Any], **beside: Any) -> Answer:
    return Answer({**BESIDE, "xintiao": ({"sj": "20261121143100"},), "laoren": found, **beside})


def reasons(batch: Batch) -> list[str]:
    return [one.reason for one in batch.refused]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fssj": "2026112114"}, "bad_time"),
        ({"fssj": "20261121150000"}, "future_time"),
        ({"yz": None}, "unknown_elder"),
        ({"sjlx": "77"}, "unknown_kind"),
        ({"cxbz": 3}, "bad_mark"),
        ({"cxbz": None}, "bad_mark"),
        ({"sbbh": ""}, "no_device"),
        ({"sz": float("nan")}, "bad_value"),
    ],
)
def test_that_a_word_of_a_device_that_cannot_be_is_refused(change: dict[str, Any], reason: str) -> None:
    batch = normalise_device_events(rows(SIGNAL, SIGNAL | change), NOW)
    assert (len(batch.events), reasons(batch)) == (1, [reason])
    assert batch.events[0].record.kind == "door"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dx": "9"}, "unknown_whom"),
        ({"jg": ""}, "unknown_result"),
        ({"sx": -1}, "bad_value"),
        ({"yz": None}, "unknown_elder"),
    ],
)
def test_that_a_call_that_cannot_be_is_refused(change: dict[str, Any], reason: str) -> None:
    batch = normalise_calls(rows(CALL, CALL | change), NOW)
    assert (len(batch.events), reasons(batch)) == (1, [reason])
    assert (batch.events[0].record.result, batch.events[0].record.by_robot) == ("no_answer", True)


@pytest.mark.parametrize(
    ("table", "change", "reason"),
    [
        ("lxr", {"sx": 0}, "bad_order"),
        ("lxr", {"dh": "call me"}, "bad_phone"),
        ("lxr", {"xm": " "}, "no_name"),
        ("lxr", {"yz": None}, "unknown_elder"),
        ("tys", {"qsrq": "20261301"}, "bad_time"),
        ("tys", {"qsrq": "20271121"}, "future_time"),
        ("tys", {"syfw": "1,9"}, "bad_scope"),
        ("tys", {"syfw": ""}, "bad_scope"),
    ],
)
def test_that_a_file_that_cannot_be_read_is_refused_once_without_its_names(
    table: str, change: dict[str, Any], reason: str
) -> None:
    good = {"lxr": (CONTACT,), "tys": (PAPER,)}
    bad = good | {table: (*good[table], good[table][0] | change)}
    read = FileRows()
    batch = read(Answer(bad), NOW)
    assert reasons(batch) == [reason]
    assert "陈红".encode() not in batch.refused[0].raw
    assert [len(batch.states[topic]) for topic in ("elder_contacts", "elder_consents")] == [1, 1]
    assert read(Answer(bad), NOW).refused == ()
    assert str(batch.states["elder_contacts"][0].phone) == "138****5678"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"wcdq": "明天"}, "bad_time"),
        ({"tfdq": "20269999"}, "bad_time"),
        ({"xqmc": None, "ldmc": None, "xqbh": None}, "unknown_building"),
        ({"gllb": "7"}, "unknown_class"),
    ],
)
def test_that_a_bad_field_never_takes_an_elder_off_the_list(change: dict[str, Any], reason: str) -> None:
    read = ElderRows()
    batch = read(register(ELDER, ELDER | {"lrbh": "LR2"} | change), NOW)
    assert reasons(batch) == [reason]
    assert "林小明".encode() not in batch.refused[0].raw
    by_id = {one.id: one for one in batch.states["elder_register"]}
    assert set(by_id) == {"LR1", "LR2"}
    assert by_id["LR2"].safety is Safety.PENDING  # and so somebody asks after her
    assert read(register(ELDER | {"lrbh": "LR2"} | change), NOW).refused == ()


def test_that_an_unknown_class_is_cared_for_as_high_risk() -> None:
    (one,) = ElderRows()(register(ELDER | {"gllb": ""}), NOW).states["elder_register"]
    assert one.care is CareClass.HIGH


def test_that_devices_are_silent_in_their_feeds_own_time() -> None:
    old = (NOW - timedelta(hours=30)).astimezone(SHANGHAI)
    lost = ({"lrbh": "LR1", "sblx": "03", "zhsj": f"{old:%Y%m%d%H%M%S}"},)
    (one,) = ElderRows()(register(ELDER, lrsb=lost), NOW).states["elder_register"]
    assert (one.devices_off, one.silent_device) == (1, "求助按钮")
    down = ElderRows()(register(ELDER, lrsb=lost, xintiao=({"sj": lost[0]["zhsj"]},)), NOW)
    assert down.states["elder_register"][0].devices_off == 0
