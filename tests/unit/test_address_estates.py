"""The six demo estates as shapes: blocks inside their walls, apart from each other, off the roads; no two alike."""

from itertools import combinations

import pytest
from shapely.geometry import LineString, Point, Polygon

from services.district.community_estates import building_plans, estate_plans, grid_rows, ground_rows, patrol_rows
from services.district.community_shapes import CANAL, SHAPES, STREETS, footprint, halves

PLANS = estate_plans(10_000)


def blocks(plan):
    """Each place with the widest block that may stand there."""
    widest = [(3, 4) if slot.form == "towers" else (3, 2) for slot in plan.shape.slots]
    return [Polygon(footprint(slot, *size)) for slot, size in zip(plan.shape.slots, widest, strict=True)]


def test_that_the_widest_blocks_are_those_the_demo_builds():
    built = {(b.units, b.across) for seed in (1, 7, 42) for plan in PLANS for b in building_plans(plan, seed)}
    assert max(units * across for units, across in built if across < 4) == 6
    assert all(len(building_plans(plan, 42)) == len(plan.shape.slots) for plan in PLANS)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_that_blocks_stand_within_their_estate_and_apart(plan):
    wall = Polygon(plan.shape.outline)
    found = blocks(plan)
    assert wall.is_valid and all(block.is_valid for block in found)
    assert all(wall.contains(block) for block in found)
    assert min(one.distance(other) for one, other in combinations(found, 2)) > 2


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_that_roads_green_and_water_run_round_the_blocks(plan):
    shape = plan.shape
    for block in blocks(plan):
        assert all(block.distance(LineString(road)) > 1 for road in shape.roads)
        assert not any(block.intersects(Polygon(area)) for area in (*shape.green, *shape.water))
    wall = Polygon(shape.outline)
    assert all(wall.exterior.distance(Point(gate)) < 3 for gate in shape.gates)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_that_two_grid_cells_make_up_an_estate(plan):
    cells = [Polygon(part) for part in halves(plan.shape.outline, plan.shape.cut)]
    assert sum(cell.area for cell in cells) == pytest.approx(Polygon(plan.shape.outline).area)
    assert min(cell.area for cell in cells) > 8_000


def test_that_no_two_estates_are_alike_and_none_is_a_box():
    for shape in SHAPES:
        assert len(shape.outline) >= 9
    turned = [sorted(round(slot.turn) for slot in shape.slots) for shape in SHAPES]
    assert len({tuple(turns) for turns in turned}) == len(SHAPES)
    areas = [round(Polygon(shape.outline).area, -2) for shape in SHAPES]
    assert len(set(areas)) == len(areas)


def test_that_streets_and_canal_leave_the_estates_alone():
    for shape in SHAPES:
        wall = Polygon(shape.outline)
        assert not any(LineString(line).buffer(wide / 2).intersects(wall) for _, wide, line in STREETS)
        assert not any(Polygon(bank).intersects(wall) for bank in CANAL)
    for one, other in combinations([Polygon(shape.outline) for shape in SHAPES], 2):
        assert not one.intersects(other)


def test_that_a_patrol_walks_within_its_estate_and_not_through_houses():
    for minute in range(0, 40, 3):
        spots = {row[1]: row[2:4] for row in patrol_rows(PLANS, 42, "", minute)}
        assert len(spots) == len(PLANS)
    for plan in PLANS:
        route = LineString((*plan.shape.walk, plan.shape.walk[0]))
        assert Polygon(plan.shape.outline).buffer(2).contains(route)
        assert not any(block.intersects(route) for block in blocks(plan))


def test_that_the_rows_of_the_ground_fit_their_columns():
    assert all(len(str(row[5])) <= 1000 for row in ground_rows(PLANS))
    cells = grid_rows(PLANS)
    assert [str(row[0]) for row in cells] == [f"331002002001{i:03d}" for i in range(1, 13)]
    assert all(len(str(row[3])) <= 1000 for row in cells)
