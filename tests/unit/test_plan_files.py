"""Instances of the literature: read right, refused with the reason, and measured by our checker."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.plan import measured
from benchmarks.plan_files import BadFileError, Instance, read
from services.planning.greedy import greedy
from services.planning.problem import Problem, Solution
from services.planning.schedule import Sailing, planned

SOLOMON = """T3

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        100          0
    1      3         4         10          0         50          5
    2      6         8         10         12         50          5
    3      1         1          5          0         90          5
"""
CVRP = """NAME : kleines
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 15
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 1 1
DEMAND_SECTION
1 0
2 10
3 10
4 5
DEPOT_SECTION
1
-1
EOF
"""
HVRP = CVRP.replace("CAPACITY : 15\n", "VEHICLES : 2\n").replace(
    "DEPOT_SECTION",
    "CAPACITY_SECTION\n1 20\n2 30\nVEHICLES_FIXED_COST_SECTION\n1 100\n2 200\n"
    "VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 2\n2 3\nDEPOT_SECTION",
)


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str, name: str = "t.txt") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def cost(instance: Instance, *fleet: tuple[int, ...]) -> float:
    plan = planned(instance.problem, Sailing(instance.problem), fleet)
    assert plan is not None
    return plan.cost / instance.scale


def test_that_a_solomon_file_keeps_exact_distances_windows_and_vehicles(file):
    instance = read(file(SOLOMON))
    assert (instance.name, instance.convention) == ("T3", "exact")
    assert cost(instance, (0, 1, ~0), (2, ~0)) == pytest.approx(20 + 2 * 2**0.5, abs=0.002)
    job = instance.problem.requests[1]
    assert (job.amounts_kg, job.windows, job.service_s, job.required) == ((10,), ((12_000, 50_000),), 5000, True)
    assert [boat.duty_end_s for boat in instance.problem.boats] == [100_000] * 2


def test_that_dimacs_truncates_to_one_decimal(file):
    instance = read(file(SOLOMON), "dimacs")
    assert cost(instance, (0, 1, ~0), (2, ~0)) == pytest.approx(20 + 2 * 1.4)


def test_that_a_cvrp_file_rounds_and_takes_the_cost_beside_it(file):
    path = file(CVRP, "k.vrp")
    path.with_suffix(".sol").write_text("Route #1: 1 2\nCost 21\n", encoding="utf-8")
    instance = read(path)
    assert (instance.name, instance.convention, instance.best) == ("kleines", "round", 21)
    assert {boat.capacity_kg for boat in instance.problem.boats} == {(15,)}
    assert cost(instance, (1, ~0), (0, 2, ~0), *[()] * (len(instance.problem.boats) - 2)) == 20 + 5 + 4 + 1


def test_that_a_heterogeneous_fleet_pays_its_fixed_and_unit_costs(file):
    instance = read(file(HVRP, "h.vrp"))
    assert [boat.capacity_kg for boat in instance.problem.boats] == [(20,), (30,)]
    assert cost(instance, (0, 1, ~0), (2, ~0)) == 100 + 2 * 20 + 200 + 3 * 2


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("", "a.txt", "空文件"),
        ("hello\nworld\n", "a.vrp", "VRPLIB"),
        (SOLOMON.replace("CUSTOMER\n", ""), "a.txt", "缺 VEHICLE 或 CUSTOMER"),
        (SOLOMON.replace(" 10          0         50", " 10          0         5x"), "a.txt", "不是数"),
        (SOLOMON.replace("90          5", "90"), "a.txt", "应有 7 个数"),
        (SOLOMON.replace("    3      1", "    4      1"), "a.txt", "连续"),
        (SOLOMON.replace("12         50", "60         50"), "a.txt", "时间窗不对"),
        (CVRP.replace("DIMENSION : 4", "DIMENSION : 5"), "a.vrp", "DIMENSION 是 5"),
        (CVRP.replace("CAPACITY : 15\n", ""), "a.vrp", "缺 CAPACITY"),
        (CVRP.replace("2 10\n3 10", "2 10\n3 -10"), "a.vrp", "DEMAND"),
        (CVRP.replace("DEPOT_SECTION\n1", "DEPOT_SECTION\n2"), "a.vrp", "站点"),
        (CVRP.replace("DEPOT_SECTION", "BACKHAUL_SECTION\n1 0\n2 1\n3 0\n4 0\nDEPOT_SECTION"), "a.vrp", "回程货"),
        (HVRP.replace("1 2\n2 3\nDEPOT", "1 2\n2 3\n3 4\nDEPOT"), "a.vrp", "应有 2 个数"),
    ],
)
def test_that_a_bad_file_says_what_is_wrong(file, text, name, words):
    with pytest.raises(BadFileError, match=words):
        read(file(text, name))


def test_that_a_missing_file_is_told(tmp_path):
    with pytest.raises(BadFileError, match="读不了"):
        read(tmp_path / "no.vrp")


def test_that_a_line_of_the_benchmark_has_cost_and_gap_only_of_a_checked_plan(file):
    path = file(CVRP, "k.vrp")
    instance = read(path, best=30)

    def right(problem: Problem, seconds: float) -> Solution:
        return greedy(problem)

    def wrong(problem: Problem, seconds: float) -> Solution:
        plan = greedy(problem)
        return Solution(plan.routes, plan.unserved, plan.cost - 1)

    line = measured(instance, "ours", right, 1.0)
    assert line["cost"] >= 30 and line["gap"] >= 0
    line = measured(instance, "theirs", wrong, 1.0)
    assert line["cost"] is None and line["gap"] is None and "校核不通过" in str(line["error"])
