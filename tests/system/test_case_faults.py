"""The process dies between any two writes of an act on alerts: all of it was done, or nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.dying import ACTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_that_a_death_at_any_statement_leaves_all_or_nothing(store_url: str) -> None:
    dying = [sys.executable, "-m", "tests.system.dying", store_url]
    told = subprocess.run(dying, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert told.returncode == 0, told.stderr
    lines = [line.split() for line in told.stdout.splitlines()]
    assert [line[0] for line in lines] == list(ACTS), told.stdout
    for act, deaths, outcome in lines:
        assert outcome == ("nothing" if act == "refused" else "done")
        assert int(deaths) >= (2 if act == "refused" else 8)
