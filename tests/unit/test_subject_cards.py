"""Cards of the community: what they show, to whom, and what they never hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

import pytest

from services.domain.alert import Action, AlertLevel, Detection
from services.domain.community import Safety
from services.domain.elder_call import OpenCall, RecordCall, Result, Whom
from services.domain.estates import Building, Unit
from services.domain.officer import Role
from services.domain.residence import OpenResidence
from services.domain.snapshot import Subject
from services.domain.subject_card import CardAsked, Part, SubjectCard, card_asked
from services.store.store import Store
from tests.unit.homes_world import BUILDING, HOME, LIN, NOW, OTHER, VERIFIED, alert_about_lin, fill, officer


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """For tests that only read."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('homes') / 'store.db'}") as store:
        fill(store)
        yield store


@pytest.fixture
def busy(sqlite_store: Store) -> Store:
    """For tests in which somebody does something."""
    fill(sqlite_store)
    return sqlite_store


def card(store: Store, kind: str, code: str, who: Role | None = Role.DUTY, **limits: Any) -> SubjectCard | None:
    asked = CardAsked(Subject(kind, code), NOW)
    return store.answer(asked.question(), officer(who, **limits) if who else None).case


def part(found: SubjectCard | None, title: str) -> Part:
    assert found is not None
    return next(p for column in found.columns for p in column if p.title == title)


def values(found: Part) -> dict[str, str | None]:
    return {entry.label: entry.value for entry in found.entries}


def texts(record: Any) -> str:
    """Every string anywhere in a record, as a screen would print it."""
    if is_dataclass(record) and not isinstance(record, type):
        return " ".join(texts(getattr(record, f.name)) for f in fields(record))
    return " ".join(map(texts, record)) if isinstance(record, tuple) else str(record)


def test_that_a_question_about_a_card_says_what_it_was_asked(homes):
    asked = CardAsked(Subject("elder", "L 1"), NOW)
    assert card_asked(asked.question().about) == asked


KINDS = (("dwelling", HOME), ("person", "XQ01R00001"), ("person", LIN), ("elder", "L1"), ("building", BUILDING))


def test_that_both_databases_give_the_same_cards(store, homes):
    fill(store)
    for kind, code in (*KINDS, ("device", "YG0002"), ("dwelling", OTHER)):
        assert card(store, kind, code) == card(homes, kind, code)
    alert_about_lin(store)
    assert len(part(card(store, "person", LIN), "预警").lines) == 1


def test_that_the_card_of_a_dwelling_holds_masks_occupants_meters_and_says_what_nobody_tells(homes):
    found = card(homes, "dwelling", HOME)
    assert values(part(found, "房屋")) == {
        "地址编码": "XQ0103-2 ****",
        "室号": "***",
        "产权人": "张*",
        "用途": "出租 · 待登记",
        "位置": "3 层",
        "来源": "import · 11-21 14:30",
    }
    assert [(line.words, line.state) for line in part(found, "住户").lines] == [("赵*", "未登记"), ("李*", "已登记")]
    water = part(found, "用水 30 日")
    assert water.strip is not None
    assert [v is None for v in water.strip.values].count(True) == 26
    assert water.strip.values[-2] == pytest.approx(0.24)
    assert not part(found, "用电 30 日").known
    assert part(found, "户内设备").lines[0].subject == Subject("device", "YG0001")


@pytest.mark.parametrize(("kind", "code"), KINDS)
def test_that_no_card_holds_what_its_masks_hide(homes, kind, code):
    found = card(homes, kind, code)
    assert found is not None
    assert "金丝雀" not in texts(found)


def test_that_a_registered_person_and_a_pseudonym_have_cards_and_neither_shows_where_they_went(homes):
    registered, unnamed = card(homes, "person", "XQ01R00002"), card(homes, "person", LIN)
    assert values(part(registered, "身份"))["居住登记"] == "未登记"
    assert part(registered, "住所").lines[0].subject == Subject("dwelling", HOME)
    assert values(part(unnamed, "门禁名单"))["称呼"] == "林*"
    assert not part(unnamed, "证件与住所").known
    for found in (registered, unnamed):
        assert "南门" not in texts(found)
        assert LIN not in texts(found).replace(texts(found.subject), "")


def test_that_an_alert_about_a_pseudonym_stands_on_its_card(busy):
    alert = alert_about_lin(busy)
    assert [line.subject for line in part(card(busy, "person", LIN), "预警").lines] == [Subject("alert", alert)]


def test_that_a_let_dwelling_shows_its_safety_colour_and_how_it_is_managed(homes):
    assert values(part(card(homes, "dwelling", HOME), "出租")) == {
        "安全色": "黄",
        "旅馆式管理": "已纳管",
        "租期至": "2027-03-01",
        "登记入住": "2 人",
    }
    assert part(card(homes, "dwelling", OTHER), "出租").empty == "不在出租房名册"


def test_that_an_elders_contacts_stand_in_the_order_in_which_they_are_called(homes):
    entries = part(card(homes, "elder", "L1"), "联系人").entries
    assert [(e.label, e.value, e.note, e.field) for e in entries] == [
        ("1 女儿", "138****000", "钱*", "phone1"),
        ("2 女儿", "138****000", "钱*", "phone2"),
    ]
    assert part(card(homes, "elder", "L2"), "联系人").entries == ()


def test_that_a_contact_chain_stands_on_the_elders_card_call_by_call(busy):
    opened = busy.perform(OpenCall(elder_id="L1", reason="电话核实"), officer(Role.DUTY), NOW)
    assert opened.done, opened.refusal
    made = RecordCall(case_id=opened.case.id, expected_version=1, whom=Whom.ELDER, result=Result.NO_ANSWER)
    assert busy.perform(made, officer(Role.DUTY), NOW + timedelta(minutes=2)).done
    lines = part(card(busy, "elder", "L1"), "联络链").lines
    assert lines[0].subject == Subject("case", opened.case.id)
    assert ("本人", "未接") in [(line.words, line.state) for line in lines]
    found = card(busy, "case", opened.case.id)
    assert ("本人", "未接") in [(line.words, line.state) for line in part(found, "经过").lines]


def test_that_the_verification_of_a_residence_stands_on_the_card_of_its_pseudonym(busy):
    alert = alert_about_lin(busy, VERIFIED)
    opened = busy.perform(OpenResidence(alert_id=alert), officer(Role.POLICE_ROOM), NOW)
    assert opened.done, opened.refusal
    lines = part(card(busy, "person", LIN), "居住登记核实").lines
    assert [(line.subject, line.state) for line in lines] == [(Subject("case", opened.case.id), "待核实")]


def test_that_an_alert_that_names_a_building_in_words_stands_on_its_card(busy):
    about = ("community", AlertLevel.ORANGE, "疑似高空抛物", "城市花园 3 幢", "城市花园 3 幢", "estate", "XQ01")
    near = Detection("R-EYE-01|1", "R-EYE-01", 1, "规则", *about, "城市花园 3 幢", NOW)
    far = Detection(
        "R-EYE-01|2", "R-EYE-01", 1, "规则", *about[:3], "城市花园 13 幢", "城市花园", *about[5:], "13 幢", NOW
    )
    busy.report([near, far], NOW)
    assert len(part(card(busy, "building", BUILDING), "预警").lines) == 1


def test_that_a_silent_elder_is_unknown_and_not_safe(homes):
    well, silent = card(homes, "elder", "L1"), card(homes, "elder", OTHER)
    assert values(part(well, "今日平安"))["状态"] == "今日已确认平安"
    assert part(well, "24 时用水").strip is not None
    assert silent is not None
    assert silent.subject == Subject("elder", "L2")
    assert values(part(silent, "今日平安"))["状态"] is None
    assert not part(silent, "24 时用水").known


def test_that_a_device_silent_for_a_day_has_no_known_state(homes):
    assert values(part(card(homes, "device", "YG0001"), "状态"))["状态"] == "正常"
    silent = part(card(homes, "device", "YG0002"), "状态")
    assert values(silent)["状态"] is None
    assert "情况未知" in silent.entries[0].note


def test_that_a_building_counts_its_dwellings_people_and_silent_devices(homes):
    found = card(homes, "building", BUILDING)
    assert values(part(found, "房屋"))["出租 · 待登记"] == "1 套"
    assert values(part(found, "登记人口"))["人数"] == "2 人"
    assert [line.state for line in part(found, "设备").lines] == ["1 失联未知"]
    assert [line.state for line in part(found, "独居老人").lines] == ["今日已确认平安", "失联，情况未知"]


def test_that_a_building_that_is_drawn_and_in_no_register_yet_says_so(busy):
    units = (Unit("1 单元", "电梯正常", "大厅", ("or", "vu")),)
    busy.put_topic("buildings", [Building("XQ0207", "XQ02", "云西小区", "7 幢", units, (), 0, None, 0, None)], NOW)
    found = card(busy, "building", "XQ0207")
    assert found is not None
    assert found.detail == "1 单元 · 4 套 · 登记簿尚未读入"
    assert not part(found, "登记人口").known
    assert card(busy, "building", "XQ0207", Role.GRID_WORKER, area="331002002001") is None


def test_that_alerts_of_a_dwellings_people_and_devices_stand_on_its_card(busy):
    about = ("community", AlertLevel.ORANGE, "24 时未用水", "独居老人", "独居老人 · 一户")
    busy.report([Detection("R-ELD-02|W1", "R-ELD-02", 1, "规则", *about, "elder", HOME, "户内水表", NOW)], NOW)
    for kind, code in (("dwelling", HOME), ("elder", "L1"), ("building", BUILDING)):
        lines = part(card(busy, kind, code), "预警").lines
        assert [(line.words, line.level) for line in lines] == [("24 时未用水", AlertLevel.ORANGE)]


def test_that_a_card_is_only_for_who_may_know(homes):
    for code, kind in ((HOME, "dwelling"), ("L1", "elder"), (LIN, "person"), ("XQ01R00001", "person")):
        assert card(homes, kind, code, Role.GRID_WORKER, area="331002002001") is not None
        assert card(homes, kind, code, Role.GRID_WORKER, area="331002003") is None
        assert card(homes, kind, code, Role.DISPATCHER) is None
        assert card(homes, kind, code, Role.WALL) is None
        assert card(homes, kind, code, Role.AUDITADMIN) is None


def test_that_what_nobody_knows_has_no_card(homes):
    for kind in ("dwelling", "person", "elder", "device", "building", "case", "dispute", "boat"):
        assert card(homes, kind, "nobody") is None


def test_that_a_case_of_any_stream_is_told_step_by_step(busy):
    from services.domain.promise import MakePromise

    due = NOW + timedelta(hours=1)
    made = busy.perform(MakePromise(to_whom="林女士", what="回电", due_at=due), officer(Role.DUTY), NOW)
    found = card(busy, "case", made.case.id)
    assert found is not None
    assert [line.words for line in part(found, "经过").lines] == ["承诺"]
    assert found.badges == ("在办",)


def test_that_open_alerts_stand_before_ended_ones(busy):
    first = alert_about_lin(busy, (Action.SIGN,))
    lines = part(card(busy, "person", LIN), "预警").lines
    assert (lines[0].subject, lines[0].signed) == (Subject("alert", first), True)


def test_that_every_safety_has_its_words():
    from services.domain.subject_card_elder import SAFETY_WORDS

    assert set(SAFETY_WORDS) == set(Safety)
