"""Every verb ends when it is told to, however early, and leaves no child and no folder behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.system.running import ENDS_WITHIN_S, ROOT, Program, children_of, is_alive, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60), pytest.mark.allows_logs]


@pytest.fixture
def demo(tmp_path):
    """Where the demo's folder goes, and a seat of its own."""
    (tmp_path / "tmp").mkdir()
    return {
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


def both_children(program: Program) -> set[int]:
    return program.until(lambda: found if len(found := children_of(program.pid)) >= 2 else None)


def test_that_a_check_told_to_end_takes_its_district_collector_and_folder_along(tmp_path, demo):
    with Program("check", log=tmp_path / "out.log", **demo) as program:
        children = both_children(program)
        program.until_said("open on")
        assert program.insist(signal.SIGTERM) != 0  # it has not looked at everything
    assert not any(map(is_alive, children))
    assert not list(Path(demo["TMPDIR"]).glob("district-console-*"))
    assert "Traceback" not in program.said


def test_that_a_desk_that_is_killed_leaves_no_child(tmp_path, demo):
    with Program("desk", log=tmp_path / "out.log", **demo) as program:
        children = both_children(program)
        log = tmp_path / "state" / "district-console" / "console.log"
        program.until(lambda: log.exists() and "open" in log.read_text(encoding="utf-8"))
        program.kill()
    wait_for(lambda: not any(map(is_alive, children)), "the end of its children", ENDS_WITHIN_S)


@pytest.mark.parametrize("gone", ["PostgreSQL is not installed (no initdb)", ""])
def test_that_the_gate_fails_on_a_skipped_database_and_passes_on_what_fails_before_it(tmp_path, gone):
    """The gate itself, with words for tools."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    tools = ("run", *(f".venv/bin/{tool}" for tool in ("ruff", "basedpyright", "lint-imports", "python")))
    for tool in tools:
        script = tmp_path / tool
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text('#!/bin/sh\n[ "$(basename "$0")" != "$FAILS" ] || exit 3\necho "$SAYS"\n')
        script.chmod(0o755)
    (tmp_path / "bin").mkdir()
    for tool in ("uv", "cmp"):
        (tmp_path / "bin" / tool).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / tool).chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"

    def gate(says: str, fails: str = "") -> int:
        told = os.environ | {"PATH": path, "SAYS": says, "FAILS": fails}
        return subprocess.run([tmp_path / ".ci" / "run"], env=told, capture_output=True, check=False).returncode

    if gone:
        assert gate(f"SKIPPED [3] tests/conftest.py:96: {gone}") == 1
        return
    assert gate("4 passed") == 0
    assert {tool: gate("4 passed", Path(tool).name) for tool in tools} == dict.fromkeys(tools, 3)
