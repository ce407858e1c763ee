"""The planning process from outside: heard without waiting, killed when late, replaced when it dies."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from services.collect.plan_process import RESTING_S, STARTING_S, PlanProcess
from services.planning.desk_words import Job, JobKind, Told
from tests.unit.fleet_days import fleet

ECHO = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"job_id": json.loads(line)["id"], "done": True}), flush=True)
"""
DEAF = "import time; time.sleep(60)"
FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("{}", flush=True)
print(child.pid, file=open(sys.argv[1], "w"), flush=True)
time.sleep(60)
"""
RUBBISH = "print('no json'); import time; time.sleep(60)"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def started(tmp_path: Path, clock):
    held: list[PlanProcess] = []

    def start(script: str, *arguments: str) -> PlanProcess:
        held.append(PlanProcess([sys.executable, "-c", script, *arguments, "", "", ""][:7], tmp_path / "work", clock))
        return held[-1]

    yield start
    for process in held:
        process.stop()


def job(ident: str = "plan-1", hand_ins=None) -> Job:
    state = fleet() if hand_ins is None else fleet(hand_ins=hand_ins)
    return Job(ident, JobKind.PLAN, state, 1.0)


def heard(process: PlanProcess, within_s: float = 8.0) -> list[Told]:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found = process.told()
        if found:
            return found
        threading.Event().wait(0.01)
    return []


def test_that_a_job_is_answered_and_the_process_is_free_again(started):
    process = started(ECHO)
    process.give(job(), 1.0)
    assert process.job is not None and not process.is_ready
    assert [(told.job_id, told.done, told.fault) for told in heard(process)] == [("plan-1", True, "")]
    assert process.job is None and process.is_ready


def test_that_a_job_larger_than_a_pipe_reaches_a_process_that_reads_late(started):
    many = tuple(fleet().hand_ins[0] for _ in range(4000))
    process = started("import time; time.sleep(0.3)\n" + ECHO)
    began = time.monotonic()
    process.give(job(hand_ins=many), 1.0)
    assert time.monotonic() - began < 0.3
    assert heard(process)[0].done


def test_that_a_process_that_hangs_is_killed_at_its_time_and_the_next_job_gets_a_fresh_one(started, clock):
    process = started(DEAF)
    process.give(job(), 4.0)
    clock.now = STARTING_S + 3.9
    assert process.told() == []
    clock.now = STARTING_S + 4.1
    assert [(told.done, told.fault) for told in process.told()] == [(True, "求解超时，已终止")]
    assert process.job is None and process.is_ready
    process.give(job("plan-2"), 4.0)
    assert process.job is not None


def test_that_a_job_has_its_time_from_the_moment_it_is_begun(started, clock):
    begun = "import json, sys, time\nprint(json.dumps({'job_id': 'plan-1'}), flush=True)\ntime.sleep(60)"
    process = started(begun)
    process.give(job(), 4.0, 100.0)
    clock.now = STARTING_S + 90
    assert [told.done for told in heard(process)] == [False]
    clock.now += 3.9
    assert process.told() == []
    clock.now += 0.2
    assert [told.fault for told in process.told()] == ["求解超时，已终止"]


def test_that_what_it_started_ends_with_it(started, clock, tmp_path):
    held = tmp_path / "pid"
    process = started(FAMILY, str(held))
    process.give(job(), 1.0)
    until = time.monotonic() + 8
    while not (held.exists() and held.read_text()) and time.monotonic() < until:
        process.told()
    grandchild = int(held.read_text())
    clock.now = STARTING_S + 2
    assert process.told()[0].fault
    while Path(f"/proc/{grandchild}").exists() and time.monotonic() < until:
        if Path(f"/proc/{grandchild}/stat").read_text().split()[2] == "Z":
            break
    else:
        assert not Path(f"/proc/{grandchild}").exists()


def test_that_a_process_that_died_says_so_and_is_not_started_again_at_once(started, clock):
    process = started("import sys; sys.exit(3)")
    process.give(job(), 60.0)
    assert [told.fault for told in heard(process)] == ["规划进程意外结束，已重新启动"]
    clock.now = RESTING_S - 1
    assert not process.is_ready
    clock.now = RESTING_S + 1
    assert process.is_ready


def test_that_a_line_nobody_can_read_is_no_answer(started, clock):
    process = started(RUBBISH)
    process.give(job(), 1.0)
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        assert process.told() == []


def test_that_a_program_that_is_not_there_is_told_as_an_error(tmp_path):
    process = PlanProcess([str(tmp_path / "missing")], tmp_path / "work")
    with pytest.raises(OSError, match="missing"):
        process.give(job(), 1.0)
    process.stop()


def test_that_its_folder_goes_with_it(started, tmp_path):
    process = started(ECHO)
    process.give(job(), 1.0)
    assert (tmp_path / "work").is_dir()
    process.stop()
    process.stop()
    assert not (tmp_path / "work").exists()
