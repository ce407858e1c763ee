"""Does a condition say what SQL says, and refuse what it must not say?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.condition import LONGEST, ConditionError, Sort, columns_of, compiled, is_forbidden, sifted
from services.domain.masked import Masked
from services.domain.sieve import Columns, both

COLUMNS = {
    "a": Sort.NUMBER,
    "b": Sort.NUMBER,
    "s": Sort.TEXT,
    "t": Sort.TEXT,
    "p": Sort.BOOL,
    "q": Sort.BOOL,
    "at": Sort.TIME,
}
ROW = {"a": 1.0, "b": None, "s": "x", "t": None, "p": True, "q": None, "at": None}


def holds(text: str, **row: object) -> bool | None:
    return compiled(text, COLUMNS, "r.toml: where", itemgetter)({**ROW, **row})


def complaint(text: str) -> str:
    with pytest.raises(ConditionError) as refused:
        compiled(text, COLUMNS, "r.toml: where")
    return str(refused.value)


# ------------------------------------------------------------------- the same answers as a database

NUMBERS = st.one_of(st.none(), st.integers(-3, 3).map(float), st.sampled_from([0.5, -1.5]))
TEXTS = st.one_of(st.none(), st.sampled_from(["", "x", "X", "xy", "a%b", "浙J", "_"]))
ROWS = st.fixed_dictionaries(
    {
        "a": NUMBERS,
        "b": NUMBERS,
        "s": TEXTS,
        "t": TEXTS,
        "p": st.one_of(st.none(), st.booleans()),
        "q": st.one_of(st.none(), st.booleans()),
    }
)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


number_literals = st.sampled_from(["0", "1", "2.5", "-1", "3"])
text_literals = st.sampled_from(["", "x", "xy", "X", "浙J", "a%b"]).map(quoted)
patterns = st.sampled_from(["%", "x%", "_", "%y", "", "a\\%b", "浙_", "X"]).map(quoted)
operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
some_numbers = st.lists(number_literals, min_size=1, max_size=3).map(", ".join)
some_texts = st.lists(text_literals, min_size=1, max_size=3).map(", ".join)
numbers = st.recursive(
    st.one_of(st.sampled_from(["a", "b"]), number_literals),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*/"), part).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        part.map(lambda p: f"(- {p})"),
    ),
    max_leaves=4,
)
texts = st.one_of(st.sampled_from(["s", "t"]), text_literals)
simple = st.one_of(
    st.tuples(numbers, operators, numbers).map(" ".join),
    st.tuples(texts, operators, texts).map(" ".join),
    st.tuples(st.sampled_from(["s", "t"]), patterns).map(lambda t: f"{t[0]} LIKE {t[1]}"),
    st.tuples(numbers, numbers, numbers).map(lambda t: f"{t[0]} BETWEEN {t[1]} AND {t[2]}"),
    st.tuples(numbers, some_numbers).map(lambda t: f"{t[0]} IN ({t[1]})"),
    st.tuples(texts, some_texts).map(lambda t: f"{t[0]} NOT IN ({t[1]})"),
    st.sampled_from(["a", "b", "s", "t", "p", "q"]).map(lambda c: f"{c} IS NULL"),
    st.sampled_from(["a", "b", "s", "t", "p", "q"]).map(lambda c: f"{c} IS NOT NULL"),
    st.sampled_from(["p", "q", "TRUE", "FALSE", "p = TRUE", "p = q", "q <> FALSE"]),
)
conditions = st.recursive(
    simple,
    lambda part: st.one_of(
        st.tuples(part, part).map(lambda t: f"({t[0]} AND {t[1]})"),
        st.tuples(part, part).map(lambda t: f"({t[0]} OR {t[1]})"),
        st.tuples(part, part, part).map(lambda t: f"({t[0]} AND {t[1]} OR {t[2]})"),
        part.map(lambda p: f"NOT ({p})"),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE r (a REAL, b REAL, s TEXT, t TEXT, p INTEGER, q INTEGER)")
    connection.execute("PRAGMA case_sensitive_like = ON")
    yield connection
    connection.close()


@settings(max_examples=400, deadline=None)
@given(text=conditions, rows=st.lists(ROWS, min_size=1, max_size=5))
def test_that_a_condition_answers_as_sqlite_does_nulls_included(
    database: sqlite3.Connection, text: str, rows: list[dict[str, object]]
) -> None:
    ours = compiled(text, COLUMNS, "where", itemgetter)
    database.execute("DELETE FROM r")
    database.executemany("INSERT INTO r VALUES (:a, :b, :s, :t, :p, :q)", rows)
    # Whole-number literals divide as whole numbers in SQLite; ours always divide truly.
    theirs = text.replace("/", "* 1.0 /")
    answers = [row[0] for row in database.execute(f"SELECT {theirs} FROM r ORDER BY rowid")]
    assert [ours(row) for row in rows] == [None if answer is None else bool(answer) for answer in answers]


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(conditions, min_size=1, max_size=3), rows=st.lists(ROWS, max_size=8), data=st.data())
def test_that_a_sieve_keeps_exactly_the_records_its_condition_is_true_for(
    texts: list[str], rows: list[dict[str, object]], data: st.DataObject
) -> None:
    for row in rows:
        if row["a"] is None and data.draw(st.booleans()):
            row["a"] = float("nan")
    columns = Columns([SimpleNamespace(**row) for row in rows])
    for text in texts:
        one = compiled(text, COLUMNS, "where", itemgetter)
        kept = both([sifted(text, COLUMNS, "where")])(columns, columns.every)
        assert list(kept) == [i for i, row in enumerate(rows) if one(row) is True]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("b > 1", None),
        ("NOT b > 1", None),
        ("b > 1 AND a > 5", False),
        ("b > 1 OR a = 1", True),
        ("b > 1 OR a > 5", None),
        ("b IS NULL AND s = 'x'", True),
        ("a IN (1, 2)", True),
        ("a / 0 > 1", None),
        ("1 < a", False),
        ("1 <= a", True),
        ("b BETWEEN 1 AND 2", None),
        ("a BETWEEN 2 AND b", False),
        ("q", None),
        ("p AND NOT q", None),
        ("at IS NULL", True),
        ("s LIKE 'X'", False),
        ("s = 'X'", False),
    ],
)
def test_that_unknown_stays_unknown_until_something_definite_beats_it(text: str, answer: bool | None) -> None:
    assert holds(text) is answer


def test_that_nested_ands_and_ors_do_not_mix_their_unknowns() -> None:
    assert holds("(b > 1 OR a = 1) AND (b > 1 OR s = 'x')") is True
    assert holds("(b > 1 AND a = 1) OR (b > 1 AND s = 'y')") is None


def test_that_nan_counts_as_null() -> None:
    assert holds("NOT a > 1", a=float("nan")) is None


# ------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("lower(s) = 'x'", "Lower"),
        ("length(s) > 3", "Length"),
        ("foo(a) = 1", "Anonymous"),
        ("a IN (SELECT 1)", "In"),
        ("EXISTS (SELECT 1)", "Exists"),
        ("a = (SELECT 1)", "Select"),
        ("CAST(a AS INT) = 1", "Cast"),
        ("CASE WHEN a = 1 THEN p END", "Case"),
        ("a = :x", "Placeholder"),
        ("s || t = 'x'", "DPipe"),
        ("s LIKE 'a' ESCAPE '!'", "Escape"),
        ("a % 2 = 1", "Mod"),
        ("a IS TRUE", "Is"),
        ("*", "Star"),
    ],
)
def test_that_whatever_is_not_on_the_white_list_is_refused_by_name(text: str, named: str) -> None:
    why = complaint(text)
    assert why.startswith("r.toml: where")
    assert named in why
    assert "只能用" in why


@pytest.mark.parametrize("text", ["", "a = ", "a = 1; DROP TABLE r", "DROP TABLE r", "1=1 GROUP BY a", "((", "a = 'x"])
def test_that_what_is_no_condition_is_refused(text: str) -> None:
    assert "不是一个 SQL 条件" in complaint(text)


def test_that_an_endless_condition_is_refused() -> None:
    assert "过长" in complaint(" OR ".join(["a = 1"] * LONGEST))


def test_that_an_unknown_column_is_named_with_the_choices() -> None:
    assert complaint("speed > 1") == "r.toml: where: 没有字段 'speed'，可用：a、at、b、p、q、s、t"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = 'x'", "不能比较"),
        ("s > 1", "不能比较"),
        ("s + 1 > 1", "不能计算"),
        ("a IN (1, 'x')", "不能比较"),
        ("a IN (b)", "只能列常量"),
        ("p = 1", "不能比较"),
        ("a", "不能单独作条件"),
        ("a = NULL", "IS NULL"),
        ("a IN (1, NULL)", "只能列常量"),
        ("a LIKE 'x'", "LIKE 只用于"),
        ("s LIKE t", "LIKE 只用于"),
        ("r.a = 1", "不带表名"),
        ("at > '2026-01-01'", "不能比较"),
    ],
)
def test_that_a_condition_that_could_never_mean_what_it_says_is_refused(text: str, why: str) -> None:
    assert why in complaint(text)


@pytest.mark.parametrize("column", ["ethnicity", "religion", "place_of_origin", "health_code", "hukou_province"])
def test_that_no_rule_may_look_at_what_a_person_is(column: str) -> None:
    with pytest.raises(ConditionError, match="不得使用字段"):
        compiled(f"{column} = 'x'", {column: Sort.TEXT}, "where")


@pytest.mark.parametrize("text", ["s = '回族'", "s LIKE '%籍贯%'", "t IN ('x', '精神障碍')", "NOT s <> '户籍人口'"])
def test_that_no_rule_may_compare_with_what_a_person_is(text: str) -> None:
    assert "不得与" in complaint(text)


def test_that_ordinary_words_are_not_taken_for_forbidden_ones() -> None:
    assert not any(is_forbidden(name) for name in ("national_plate", "healthy", "direction", "originally", "plate_no"))


def test_that_the_columns_of_a_record_are_its_fields_with_their_sorts() -> None:
    assert columns_of(Odd) == {
        "n": Sort.NUMBER,
        "maybe": Sort.NUMBER,
        "word": Sort.TEXT,
        "yes": Sort.BOOL,
        "at": Sort.TIME,
        "name": Sort.MASKED,
        "many": Sort.OTHER,
    }


@pytest.mark.parametrize("text", ["name = 'x'", "name IS NULL", "n > 1 OR NOT name <> 'x'"])
def test_that_personal_data_is_no_operand(text: str) -> None:
    with pytest.raises(ConditionError, match="只凭事由显示"):
        compiled(text, columns_of(Odd), "where")


@dataclass(frozen=True, slots=True)
class Odd:
    n: int
    maybe: float | None
    word: str
    yes: bool | None
    at: datetime | None
    name: Masked
    many: tuple[str, ...]
