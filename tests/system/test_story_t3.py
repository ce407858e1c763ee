"""Story T3, from the fisher's request to the sealed custody record: 浙椒渔 61588 hands in oily water.

The bureau, its vessels and the maritime witness speak real HTTP; the ways over water and the proposals come
from the real planning process; the outsider at the end has nothing but a file and two public keys.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.verbs import main
from services.domain.boats import HAND_IN_ORDER, HandInRequest, HandInState
from services.domain.dispatch_plan import AssignVessel
from services.domain.points import Stage
from services.domain.points_account import NAME
from services.domain.timebase import SHANGHAI
from services.store.store import Store
from tests.system.day_at_sea import DayAtSea
from tests.system.test_kill import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.allows_logs]

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MINE = "11"


def proposed(day: DayAtSea) -> list[Any]:
    """Vessels for the hand-in, over water, best first."""
    ways = day.topic("sea_ways")
    if not ways or ways[0].straight:
        return []
    return [one for one in day.topic("proposals") if one.number == MINE and not one.refusal]


def posted(day: DayAtSea, request: HandInRequest) -> tuple[Stage, int]:
    account = next(one for one in day.store.cases(NAME) if one.boat_id == request.boat_id)
    line = account.line(request.id)
    return line.stage, line.posted


def test_that_what_a_fisher_hands_in_is_proved_from_his_request_to_its_disposal(
    store: Store, store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with DayAtSea(store, tmp_path, START, free_port, every_min=10_000) as day:
        day.turn(5 * SECOND, lambda: day.has(MINE, HandInState.ACCEPTED))
        offers = day.wait_for(lambda: proposed(day), "proposals over water")
        assert [one.rank for one in offers] == [1, 2, 3]
        assert all(one.eta and one.reason and len(one.route) >= 2 and one.distance_nm > 0 for one in offers)

        plan = day.plan()
        request = day.hand_in(MINE)
        assert request is not None
        version = plan.version if plan else 0
        day.wish(AssignVessel(request_id=request.id, vessel_id=offers[0].vessel_id, expected_version=version))
        assert day.hand_in(MINE).state is HandInState.ASSIGNED
        assert day.hand_in(MINE).vessel_id == offers[0].vessel_id

        day.turn(20 * SECOND, lambda: day.has(MINE, HandInState.SIGNED))
        signed = day.hand_in(MINE)
        assert signed.vessel_id == offers[0].vessel_id
        assert abs((signed.reached(HandInState.ALONGSIDE) - offers[0].eta) / MINUTE) <= 10
        whole = round(signed.weighed_t * 1000) * 10 // 100  # ten points for 100 kg of oily water
        assert posted(day, signed) == (Stage.SIGNED, whole // 2)

        day.turn(10 * MINUTE, lambda: day.has(MINE, HandInState.STORED))
        day.turn(60 * MINUTE, lambda: day.has(MINE, HandInState.CLOSED))
        closed = day.hand_in(MINE)
        assert [step.state for step in closed.history] == list(HAND_IN_ORDER)
        assert posted(day, closed) == (Stage.CLOSED, whole)

        day.sum_up()
        (manifest,) = [one for one in day.topic("manifests") if one.request_id == closed.id]
        assert not manifest.is_open
        assert all(copy.at and copy.mass_kg and copy.signer for copy in manifest.copies)
        assert store.verify_chain() is None
        export = tmp_path / "custody.txt"
        capsys.readouterr()
        assert main(["custody-export", manifest.id, str(export), "--store", store_url]) == 0
    keys = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines() if "公钥" in line)
    trusted = ["--log-key", keys["日志公钥"], "--witness-key", keys["见证公钥"]]
    assert main(["verify-custody", str(export), *trusted]) == 0
    assert "核验通过" in capsys.readouterr().out
    whole = export.read_text(encoding="utf-8")
    changed = whole.replace(f'"{signed.vessel_no}"', '"浙椒渔 00000"', 1)
    assert changed != whole
    export.write_text(changed, encoding="utf-8")
    assert main(["verify-custody", str(export), *trusted]) == 1
    assert "核验不通过" in capsys.readouterr().out
