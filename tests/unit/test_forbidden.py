"""No rule may look at what a person is: in no place of a rule file, and in none of the ways to say it we thought of."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime

import pytest

from services.collect.rule_files import event_columns
from services.domain.condition import columns_of
from services.domain.forbidden import WHY, forbidden_in, forbidden_in_pattern, is_forbidden
from services.domain.masked import Masked
from services.domain.rule_file import RuleError, rule_from
from services.domain.rule_lines import with_line
from services.domain.sorts import Sort


@dataclass(frozen=True, slots=True)
class Sight:
    person_id: str
    dwelling_id: str
    estate_id: str
    count: float
    seen_at: datetime
    minzu: str
    hjss: str
    known_to_us: Masked
    holders: tuple[Masked, ...] = ()
    lon: float | None = None
    lat: float | None = None


KINDS = {"sight": columns_of(Sight)}
PLAIN = """id = "R-1"
version = 1
title = "异常"
text = "异常"
event = "sight"
scene = "community"
where = "count > 1"
level = "blue"
key = "{person_id}"
subject = "{estate_id}"
wall_subject = "{estate_id}"
subject_kind = "estate"
subject_id = "{estate_id}"
place = "{estate_id}"
privacy = "测试"
tests = []
"""
TRAVEL = 'kind = "impossible_travel", by = ["person_id"], over_kmh = 9, min_km = 1, within_minutes = 9'
TRIPS = 'kind = "trips", by = ["person_id"], longest_minutes = 9, at_least = 2, within_days = 3'
OFTEN = 'kind = "frequency", by = ["person_id"], at_least = 2, within_days = 3'
WITHIN = 'by = ["person_id"], within_minutes = 9'
# Every place a rule can name a column in; FIELD stands for it.
OWN_PLACES = {
    "where": ("where", 'where = "count > 1 AND FIELD IS NOT NULL"'),
    "unless": ("unless", 'unless = "NOT FIELD IS NULL"'),
    "clear": (
        "clear",
        'clear = "FIELD IS NULL"\ndetect = { kind = "threshold", by = ["person_id"], hold_minutes = 5 }',
    ),
    "key": ("key", 'key = "{person_id}|{FIELD}"'),
    "title": ("title", 'title = "异常 {FIELD|}"'),
    "subject": ("subject", 'subject = "{FIELD|}"'),
    "wall subject": ("wall_subject", 'wall_subject = "{FIELD|}"'),
    "subject id": ("subject_id", 'subject_id = "{FIELD}"'),
    "place": ("place", 'place = "{FIELD|}"'),
    "department": ("department", 'department = "{FIELD|社区}"'),
    "parameter": ("value", 'parameters = [{ label = "一", value = "{FIELD}", limit = "–" }]'),
    "evidence text": ("text", 'evidence = [{ text = "{FIELD}" }]'),
    "evidence value": ("value", 'evidence = [{ text = "一", value = "{FIELD}" }]'),
    "evidence when": ("when", 'evidence = [{ text = "一", when = "FIELD IS NULL" }]'),
    "raise": ("where", 'raise_level = [{ where = "FIELD IS NULL", level = "red" }]'),
    "raise title": ("title", 'raise_level = [{ where = "count > 2", level = "red", title = "{FIELD}" }]'),
    "excused of": ("of", 'EXCUSED match = "dwelling_id", of = "FIELD", where = "safety = \'away\'" }'),
    "counter of": ("of", 'counter = [{ topic = "elders", match = "id", of = "FIELD", text = "一" }]'),
    "by": ("by", 'detect = { kind = "frequency", by = ["FIELD"], at_least = 2, within_days = 3 }'),
    "different": (
        "column",
        f'detect = {{ {OFTEN}, different = {{ column = "FIELD", at_least = 2 }} }}',
    ),
    "rate": ("column", f'detect = {{ kind = "rate", {WITHIN}, column = "FIELD", direction = "rise", move = 2 }}'),
    "band": ("column", 'detect = { kind = "band", by = ["person_id"], column = "FIELD", direction = "high" }'),
    "match": ("match", 'detect = { kind = "watchlist", list = "one", match = "FIELD" }'),
    "then": ("then", f'detect = {{ kind = "expiry", {WITHIN}, then = "FIELD IS NULL" }}'),
    "then by": ("then_by", f'detect = {{ kind = "expiry", {WITHIN}, then = "count > 1", then_by = ["FIELD"] }}'),
    "place column": ("place_column", f'detect = {{ {TRAVEL}, place_column = "FIELD" }}'),
    "compare": ("compare", f'detect = {{ {TRAVEL}, place_column = "estate_id", compare = ["FIELD"] }}'),
    "highest": ("highest", f'detect = {{ {TRAVEL}, place_column = "estate_id", highest = "FIELD" }}'),
    "out": ("out", f'detect = {{ {TRIPS}, out = "FIELD IS NULL", back = "count > 1" }}'),
    "back": ("back", f'detect = {{ {TRIPS}, back = "FIELD IS NULL", out = "count > 1" }}'),
    "own test": ("events", 'tests = [{ name = "一", detections = 0, events = [{ FIELD = "x" }] }]'),
}
# The same of the topics a rule may look in: FIELD of the elders, and the origins that population counts.
TOPIC_PLACES = {
    "excused match": ("match", 'excused = { topic = "TOPIC", match = "FIELD", of = "person_id", where = "x = \'y\'" }'),
    "excused where": (
        "where",
        'excused = { topic = "TOPIC", match = "MATCH", of = "person_id", where = "FIELD IS NULL" }',
    ),
    "counter match": ("match", 'counter = [{ topic = "TOPIC", match = "FIELD", of = "person_id", text = "一" }]'),
    "counter where": (
        "where",
        'counter = [{ topic = "TOPIC", match = "MATCH", of = "person_id", text = "一", where = "FIELD IS NULL" }]',
    ),
    "counter known": (
        "known",
        'counter = [{ topic = "TOPIC", match = "MATCH", of = "person_id", text = "一", known = "FIELD IS NULL" }]',
    ),
    "counter found": (
        "found",
        'counter = [{ topic = "TOPIC", match = "MATCH", of = "person_id", text = "一", found = "{FIELD}" }]',
    ),
}
EXCUSED = 'excused = { topic = "elders",'
THRESHOLD = 'detect = { kind = "threshold", by = ["person_id"], hold_minutes = 5 }'


def refusal(line: str) -> str:
    """What is said of the plain rule with ``line`` in the place of its own."""
    keys = {part.partition("=")[0].strip() for part in line.splitlines()}
    kept = [one for one in PLAIN.splitlines() if one.partition("=")[0].strip() not in keys]
    extra = []
    if "excused" in keys:
        extra = [THRESHOLD, 'clear = "count <= 1"']
    elif not any("detect =" in part for part in line.splitlines()):
        extra = ['detect = { kind = "attribute" }']
    text = "\n".join([*kept, *extra, line])
    with pytest.raises(RuleError) as refused:
        rule_from(tomllib.loads(text), "R-1.toml", KINDS)
    said = with_line(str(refused.value), "R-1.toml", text)
    number = int(said.partition("第 ")[2].partition(" 行")[0])
    assert line.splitlines()[0].partition("=")[0].strip() in text.splitlines()[number - 1]
    return said


@pytest.mark.parametrize("place", OWN_PLACES)
@pytest.mark.parametrize(("column", "why"), [("minzu", WHY), ("hjss", WHY), ("known_to_us", "只凭事由显示")])
def test_that_no_place_of_a_rule_takes_such_a_column(place: str, column: str, why: str) -> None:
    key, line = OWN_PLACES[place]
    said = refusal(line.replace("FIELD", column).replace("EXCUSED", EXCUSED))
    assert why in said
    assert repr(column) in said
    assert key in said.partition("：")[0]


@pytest.mark.parametrize("place", TOPIC_PLACES)
@pytest.mark.parametrize(
    ("topic", "match", "column", "why"),
    [("elders", "id", "name", "只凭事由显示"), ("rentals", "rentals", "origins", WHY)],
)
def test_that_no_topic_a_rule_looks_in_gives_such_a_column(
    place: str, topic: str, match: str, column: str, why: str
) -> None:
    key, line = TOPIC_PLACES[place]
    said = refusal(line.replace("TOPIC", topic).replace("MATCH", match).replace("FIELD", column))
    assert why in said
    assert key in said.partition("：")[0]


def test_that_what_holds_personal_data_within_is_no_column_either() -> None:
    assert columns_of(Sight)["holders"] is Sort.MASKED
    assert "只凭事由显示" in refusal('where = "holders IS NULL"')


@pytest.mark.parametrize(
    "line",
    [
        "where = \"estate_id = '回族'\"",
        "where = \"estate_id IN ('E1', '新疆')\"",
        "where = \"'福建省' = estate_id\"",
        "where = \"estate_id LIKE '%族%'\"",
        "where = \"estate_id LIKE '维_尔%'\"",
        "where = \"person_id LIKE '新%'\"",
        "where = \"estate_id BETWEEN '回族' AND '回族'\"",
        "unless = \"NOT estate_id <> 'Uyghur'\"",
        'key = "{person_id}|回族"',
        'title = "少数民族聚集"',
        'raise_level = [{ where = "count > 2", level = "red", title = "精神病人" }]',
        'detect = { kind = "watchlist", list = "minority_people", match = "person_id" }',
        'detect = { kind = "watchlist", list = "精神障碍患者", match = "person_id" }',
        'detect = { kind = "geofence", by = ["person_id"], areas = ["清真寺"], crossing = "enter" }',
    ],
)
def test_that_no_text_of_a_rule_speaks_of_what_a_person_is(line: str) -> None:
    assert WHY in refusal(line)


@pytest.mark.parametrize(
    "column",
    [
        *("ethnicity", "ethnicgroup", "mz", "mzdm", "is_minority", "zongjiao", "religious", "mosque_visits"),
        *("jiguan", "hjszd", "hukou_type", "native_place", "origin_province", "waidi", "birthplace", "dialect"),
        *("health_state", "jkm", "bs", "disability_grade", "canji", "dementia", "diagnosis_code", "zzmm", "HJSS"),
    ],
)
def test_that_a_column_is_known_by_its_word_its_pinyin_and_its_initials(column: str) -> None:
    assert is_forbidden(column)


@pytest.mark.parametrize(
    "word", ["土家族", "维吾尔", "伊斯兰教", "新疆", "福建人", "户 籍", "糖尿病史", "MUSLIM", "minzu"]
)
def test_that_a_word_is_known_however_it_is_written(word: str) -> None:
    assert forbidden_in(word)


@pytest.mark.parametrize(
    "word", ["医疗", "消费", "家庭", "courier", "浙J8T56K", "海南路 12 号", "物业", "上班族", "E1", ""]
)
def test_that_ordinary_words_go_through(word: str) -> None:
    assert not forbidden_in(word)
    assert not forbidden_in_pattern(f"%{word}%")


def test_that_no_event_a_rule_sees_holds_personal_data_or_a_forbidden_column() -> None:
    """What is not in the event cannot be looked at, whatever the words are."""
    odd = {
        f"{kind}.{name}"
        for kind, columns in event_columns().items()
        for name, sort in columns.items()
        if is_forbidden(name) or sort is Sort.MASKED
    }
    assert not odd
