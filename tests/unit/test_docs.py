"""The manual is true: what it points to exists."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
PAGES = [
    HOME / "README.md",
    HOME / "CONTRIBUTING.md",
    HOME / "benchmarks" / "README.md",
    *sorted((HOME / "docs").glob("*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_that_every_file_a_page_points_to_exists(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_that_every_page_of_the_manual_is_reached_from_the_readme():
    text = (HOME / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in sorted((HOME / "docs").glob("*.md")) if f"docs/{p.name}" not in text] == []


def test_that_each_benchmark_is_listed():
    text = (HOME / "benchmarks" / "README.md").read_text(encoding="utf-8")
    programs = [p.stem for p in (HOME / "benchmarks").glob("*.py") if "def main" in p.read_text(encoding="utf-8")]
    assert [name for name in programs if f"benchmarks.{name}" not in text] == []
