"""Is an error said with the line it stands on?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from services.collect.rule_files import areas_of, event_columns
from services.domain.area import Area
from services.domain.rule_file import rule_from
from services.domain.rule_lines import line_of, with_line

ROOT = Path(__file__).resolve().parents[2]
TEXT = """id = "R-1"
where = "speed_kmh > 80"
detect = { kind = "frequency", by = ["plate_no"],
  at_least = 3, within_days = 1 }
parameters = [
  { label = "一", value = "{speed_kmh}", limit = "≤ 80" },
  { label = "二", value = "{lane}", limit = "–" },
]
excused = { topic = "elders", match = "dwelling", of = "d", where = "away" }

[[evidence]]
text = "甲"

[[evidence]]
text = "乙"
when = "lane = 1"

[[tests]]
name = "它检出"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("id", 1),
        ("where", 2),
        ("detect", 3),
        ("detect.by", 3),
        ("detect.at_least", 4),
        ("detect.nonsense", 3),
        ("parameters[1].value", 6),
        ("parameters[2].label", 7),
        ("excused.where", 9),
        ("evidence[1].text", 12),
        ("evidence[2].when", 16),
        ("evidence[2].stance", 14),
        ("tests[1].events", 18),
        ("privacy", None),
    ],
)
def test_that_a_key_is_found_on_its_line(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("R-1.toml: where: 没有字段 'x'", "R-1.toml 第 2 行: where: 没有字段 'x'"),
        ("R-1.toml: evidence[2].when：不成立", "R-1.toml 第 16 行: evidence[2].when：不成立"),
        ("R-1.toml: privacy：缺少这个键", "R-1.toml 第 1 行: privacy：缺少这个键"),
        ("R-1.toml: 自带测试“它检出”应检出 1 次", "R-1.toml 第 19 行: 自带测试“它检出”应检出 1 次"),
        ("读不到", "读不到"),
    ],
)
def test_that_a_complaint_says_its_line(complaint: str, said: str) -> None:
    assert with_line(complaint, "R-1.toml", TEXT) == said


def test_that_the_manuals_examples_of_detections_can_be_read() -> None:
    """Each example of docs/rules.md, its detection put in place of a shipped rule's."""
    shipped = tomllib.loads((ROOT / "resources" / "rules" / "R-EYE-01.toml").read_text(encoding="utf-8"))
    plain = {key: shipped[key] for key in ("id", "version", "title", "text", "level", "privacy")}
    words = dict.fromkeys(("subject", "wall_subject", "subject_kind", "subject_id", "place", "key"), "一处")
    areas = {"油库": Area("油库", ((121.41, 28.66), (121.43, 28.66), (121.42, 28.68)))}
    examples = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.DOTALL)
    kinds = set()
    for example in examples:
        table = tomllib.loads(example)
        if "detect" in table and "id" not in table:
            event = "camera_event" if "camera_id" in example else "passage"
            head = {**plain, **words, "title": "例", "scene": "home", "event": event, "tests": []}
            kinds.add(rule_from({**head, **table}, "例.toml", event_columns(), areas).detect.__class__.__name__)
    assert kinds == {"Follow", "Band", "Fence", "Trips"}
    assert areas_of(ROOT / "resources" / "rules") == {}
