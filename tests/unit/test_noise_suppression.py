"""The suppression file: what it may say, and that no cause comes back to itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.collect.site import Site
from services.collect.suppression import SHIPPED, noise_rules, read_suppression
from services.domain.suppression import Edge, Suppression, SuppressionError, cycle, suppression_from

GOOD = {"cause": "R-A", "rules": ["R-B"], "on": "estate", "why": "停电"}


def test_that_the_shipped_file_names_rules_there_are():
    from services.collect.collector import RULES
    from services.collect.rules import read_rules

    known = {rule.id for rule in read_rules(RULES)}
    assert read_suppression(SHIPPED, known).edges


def test_that_a_site_file_takes_the_place_of_the_shipped_one(tmp_path):
    (tmp_path / "suppression.toml").write_text(
        '[[suppress]]\ncause = "R-A"\nrules = ["R-B", "R-C"]\non = "estate"\nwhy = "停电"\n', encoding="utf-8"
    )
    rules = noise_rules(Site(folder=tmp_path), {"R-A", "R-B", "R-C"})
    assert [edge.rule for edge in rules.suppression.edges] == ["R-B", "R-C"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rules": []}, "rules 须为规则编号的列表"),
        ({"rules": "R-B"}, "rules 须为规则编号的列表"),
        ({"on": "street"}, "on 不认识 'street'"),
        ({"why": ""}, "why 须为文字"),
        ({"cause": "R-Z"}, "没有规则 'R-Z'"),
        ({"extra": 1}, "不认识的键 'extra'"),
        ({"rules": ["R-A"]}, "抑制关系成环：R-A → R-A"),
    ],
)
def test_that_a_wrong_entry_is_refused_by_its_number(change, said):
    with pytest.raises(SuppressionError, match=said):
        suppression_from({"suppress": [GOOD | change]}, "suppression.toml", {"R-A", "R-B"})


@pytest.mark.parametrize("key", GOOD)
def test_that_a_missing_key_is_named(key):
    entry: dict[str, Any] = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(SuppressionError, match=f"suppress\\[1\\]: 缺少 {key}"):
        suppression_from({"suppress": [entry]}, "suppression.toml")


def test_that_a_cycle_over_three_rules_is_named_whole():
    table = {
        "suppress": [GOOD | {"cause": a, "rules": [b]} for a, b in (("R-A", "R-B"), ("R-B", "R-C"), ("R-C", "R-A"))]
    }
    with pytest.raises(SuppressionError, match="R-A → R-B → R-C → R-A"):
        suppression_from(table, "suppression.toml")


@pytest.mark.parametrize("text", ["suppress = 3", "[[suppress", 'other = "x"'])
def test_that_a_file_that_cannot_be_read_is_said_by_name(tmp_path, text):
    file = tmp_path / "suppression.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SuppressionError, match=r"suppression\.toml"):
        read_suppression(file)


edges = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14)


@given(edges)
def test_that_a_cycle_is_found_exactly_when_some_rule_is_reached_from_itself(pairs):
    graph = [Edge(f"R{a}", f"R{b}", "estate", "") for a, b in pairs]
    found = cycle(graph)
    reach: dict[int, set[int]] = {n: {b for a, b in pairs if a == n} for n in range(7)}
    for _ in range(7):
        reach = {n: some | {c for b in some for c in reach[b]} for n, some in reach.items()}
    assert bool(found) == any(n in some for n, some in reach.items())
    if found:
        assert found[0] == found[-1]
        named = set(pairwise(found))
        assert named <= {(edge.cause, edge.rule) for edge in graph}


def test_that_an_empty_graph_suppresses_nothing():
    assert suppression_from({}, "suppression.toml") == Suppression()
