"""Is a rule file read for what it says, and refused with file, key and choices for what it must not say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from services.domain.alert import AlertLevel, Parameter, Stance
from services.domain.condition import ConditionError, Sort, columns_of
from services.domain.event import Event
from services.domain.rule import Found, Rule
from services.domain.rule_check import failures
from services.domain.rule_file import RuleError, rule_from
from services.domain.template import template

AT = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)  # 14:32:07 in Shanghai


@dataclass(frozen=True, slots=True)
class Reading:
    plate_no: str
    opacity_pct: float | None
    place: str
    seen_at: datetime
    known_as: str = ""
    lon: float | None = None
    lat: float | None = None


KINDS = {"reading": columns_of(Reading)}
TABLE: dict[str, Any] = {
    "id": "R-9",
    "version": 4,
    "title": "超标 {opacity_pct:pct|}",
    "text": "不透光度超过 30 %",
    "event": "reading",
    "scene": "checkpoints",
    "where": "opacity_pct > 30",
    "detect": {"kind": "attribute"},
    "level": "yellow",
    "raise_level": [{"where": "opacity_pct > 60", "level": "orange", "title": "严重超标"}],
    "clear": "opacity_pct <= 30",
    "key": "{plate_no}",
    "subject": "{place} · {plate_no:plate} {known_as|}",
    "wall_subject": "{place} · {plate_no:wall_plate}",
    "subject_kind": "passage",
    "subject_id": "{plate_no}",
    "place": "{place}",
    "department": "生态环境",
    "support": ["公安"],
    "parameters": [{"label": "不透光度 %", "value": "{opacity_pct:.1f}", "limit": "≤ 30"}],
    "evidence": [
        {"text": "读数", "value": "{seen_at:time}"},
        {"text": "偏高", "when": "opacity_pct > 60"},
        {"text": "单次", "value": "1 次", "stance": "against"},
    ],
    "guidance": ["先核对"],
    "privacy": "只用号牌",
    "tests": [{"name": "检出", "detections": 1, "events": [{"opacity_pct": 31.0}]}],
}


OFTEN = {"kind": "frequency", "by": ["plate_no"], "at_least": 2, "within_days": 1}


def read(**changes: Any) -> Rule:
    table = {key: value for key, value in {**TABLE, **changes}.items() if value is not ...}
    return rule_from(table, "R-9.toml", KINDS)


def complaint(**changes: Any) -> str:
    with pytest.raises(RuleError) as refused:
        read(**changes)
    why = str(refused.value)
    assert why.startswith("R-9.toml: ")
    return why


def found(rule: Rule, opacity_pct: float = 38.25, **fields: Any) -> Found:
    record = Reading("浙J8T56K", opacity_pct, "椒江二桥", AT, **fields)
    return Found(Event("gate", "e1", "reading", AT, record), {}, ("e1",))


def test_that_a_hit_is_put_into_the_words_of_the_rule() -> None:
    rule = read()
    said = rule.detection(found(rule, lon=121.4, lat=28.7))
    assert said.key == "R-9|浙J8T56K"
    assert (said.title, said.level, said.rule_version) == ("超标 38.2 %", AlertLevel.YELLOW, 4)
    assert said.subject == "椒江二桥 · 浙J·8T56K"
    assert said.wall_subject == "椒江二桥 · 浙J·8**6K"
    assert said.parameters == (Parameter("不透光度 %", "38.2", "≤ 30"),)
    assert [(line.text, line.value, line.stance) for line in said.evidence] == [
        ("读数", "14:32:07", Stance.FOR),
        ("单次", "1 次", Stance.AGAINST),
    ]
    assert (said.department, said.support, said.guidance) == ("生态环境", ("公安",), ("先核对",))
    assert (said.lon, said.lat, said.event_ids, said.occurred_at) == (121.4, 28.7, ("e1",), AT)
    assert said.standing


def test_that_worse_figures_raise_the_level_and_bring_their_evidence() -> None:
    rule = read()
    said = rule.detection(found(rule, 61.0))
    assert (said.level, said.title) == (AlertLevel.ORANGE, "严重超标")
    assert "偏高" in [line.text for line in said.evidence]


def test_that_unless_takes_out_what_where_let_in_but_not_what_is_unknown() -> None:
    rule = read(unless="place = '检测站'")
    record = Reading("浙J1", 40.0, "检测站", AT)
    assert rule.matches(record) is False
    assert rule.matches(Reading("浙J1", 40.0, "桥", AT)) is True
    assert read(unless="lon > 1").matches(Reading("浙J1", 40.0, "桥", AT)) is True


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"titel": "x"}, ("titel", "不认识的键", "title")),
        ({"id": ...}, ("id", "缺少")),
        ({"privacy": ...}, ("privacy", "缺少")),
        ({"tests": ...}, ("tests", "缺少")),
        ({"text": " "}, ("text", "不能为空")),
        ({"version": "1"}, ("version", "int")),
        ({"version": True}, ("version", "int")),
        ({"event": "passge"}, ("event", "passge", "reading")),
        ({"scene": "harbour"}, ("scene", "harbour", "boats")),
        ({"level": "purple"}, ("level", "purple", "orange")),
        ({"level": "entry"}, ("level", "entry", "orange")),
        ({"where": "lower(place) = 'x'"}, ("where", "Lower")),
        ({"where": "speed > 1"}, ("where", "speed", "opacity_pct")),
        ({"clear": "count > 1"}, ("clear", "count")),
        ({"detect": {"kind": "magic"}}, ("detect.kind", "magic", "frequency")),
        ({"detect": {"kind": "attribute", "by": ["x"]}}, ("detect.by", "不认识的键")),
        ({"detect": {"kind": "watchlist", "list": "v"}}, ("detect.match", "缺少")),
        ({"detect": {"kind": "watchlist", "list": "v", "match": "plat"}}, ("detect.match", "plat", "plate_no")),
        ({"detect": {**OFTEN, "by": []}}, ("detect.by", "至少")),
        (
            {"detect": {"kind": "frequency", "by": ["plate_no"], "at_least": 0, "within_days": 1}},
            ("at_least", "正整数"),
        ),
        ({"raise_level": [{"where": "count > 1", "level": "purple"}]}, ("raise_level[1].level", "purple")),
        ({"raise_level": [{"where": "count > 'x'", "level": "red"}]}, ("raise_level[1].where", "不能比较")),
        ({"raise_level": ["red"]}, ("raise_level", "表")),
        ({"parameters": [{"label": "x", "value": "{nothing}", "limit": ""}]}, ("parameters[1].value", "nothing")),
        ({"evidence": [{"text": "x"}, {"text": "y", "stance": "maybe"}]}, ("evidence[2].stance", "maybe", "against")),
        ({"subject": "{plate_no:%s}"}, ("subject", "%s", "wall_plate")),
        ({"subject": "{plate_no:pct}"}, ("subject", "plate_no", "pct")),
        ({"subject": "{plate_no"}, ("subject", "花括号")),
        ({"subject": "{plate_no.__class__}"}, ("subject", "花括号")),
        ({"key": "{count}"}, ("key", "count")),
        ({"wall_subject": "{plate_no:plate}"}, ("wall_subject", "plate_no", "wall_plate")),
        ({"wall_subject": "{known_as}"}, ("wall_subject", "known_as", "不得上墙")),
        ({"tests": [{"name": "x", "detections": 0, "events": [{"opacity": 1}]}]}, ("tests[1].events", "opacity")),
    ],
)
def test_that_a_bad_rule_file_is_refused_with_key_and_choices(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    why = complaint(**changes)
    assert all(word in why for word in words), why


def test_that_no_text_key_or_grouping_may_name_what_a_person_is() -> None:
    kinds = {"reading": {**columns_of(Reading), "ethnicity": Sort.TEXT}}
    for changes in (
        {"subject": "{ethnicity}"},
        {"key": "{ethnicity}"},
        {"detect": {"kind": "frequency", "by": ["ethnicity"], "at_least": 2, "within_days": 1}},
        {"detect": {"kind": "watchlist", "list": "x", "match": "ethnicity"}},
    ):
        with pytest.raises(RuleError, match="不得使用字段"):
            rule_from({**TABLE, **changes}, "R-9.toml", kinds)


def test_that_a_rule_whose_own_test_fails_says_which_and_how() -> None:
    rule = read(tests=[{"name": "应有两次", "detections": 2, "events": [{"opacity_pct": 31.0}]}])
    assert failures(rule) == ("R-9.toml: 自带测试“应有两次”应检出 2 次，实际 1 次",)
    wrong_level = {"name": "红", "detections": 1, "level": "red", "events": [{"opacity_pct": 31.0}]}
    assert failures(read(tests=[wrong_level])) == ("R-9.toml: 自带测试“红”级别应为 RED，实际 YELLOW",)


COLUMNS = {"n": Sort.NUMBER, "s": Sort.TEXT, "at": Sort.TIME, "yes": Sort.BOOL}


@pytest.mark.parametrize(
    ("text", "figures", "filled"),
    [
        ("{n} 次", {"n": 12}, "12 次"),
        ("{n}", {"n": 12.0}, "12"),
        ("{n:.2f}", {"n": 1.239}, "1.24"),
        ("{n:pct}", {"n": 38.2}, "38.2 %"),
        ("{n}", {"n": None}, "未知"),
        ("甲 {s|} 乙", {"s": ""}, "甲 乙"),
        ("{s|身份待核}", {}, "身份待核"),
        ("{s:plate}", {"s": "浙J8T56K"}, "浙J·8T56K"),
        ("{at}", {"at": AT}, "11-21 14:32"),
        ("{at:day}", {"at": AT}, "11-21"),
        ("{yes}", {"yes": False}, "否"),
        ("{s}", {"s": "{n}", "n": 1}, "{n}"),
        ("没有洞", {}, "没有洞"),
    ],
)
def test_that_a_template_reads_as_an_officer_would_write(text: str, figures: dict[str, Any], filled: str) -> None:
    assert template(text, COLUMNS, "x").filled(figures) == filled


def test_that_a_zero_is_not_missing() -> None:
    assert template("{n|无}", COLUMNS, "x").filled({"n": 0}) == "0"


def test_that_a_stray_brace_is_refused() -> None:
    with pytest.raises(ConditionError, match="花括号"):
        template("{{n}}", COLUMNS, "x")
