"""From a signed hand-in, a book and a film to points, codes, findings and their alerts, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.collect.boat_standing import BoatStanding
from services.collect.rule_files import rules_from_texts
from services.collect.rules import RuleRunner
from services.collect.site import Site
from services.domain.alert import AlertLevel, Condition
from services.domain.boats import HandInState
from services.domain.certificates import Certificate
from services.domain.discharge_case import CheckResult, RecordCheck
from services.domain.fleet import ColourCode
from services.domain.hand_in_case import ReportFiled
from services.domain.officer import ENGINE
from tests.unit.boat_requests import DISPATCHER, NOW, request
from tests.unit.test_colour_code import MMSI, filled
from tests.unit.test_discharge import FILM, track

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
MINE = ("R-FSH-07", "R-FSH-08", "R-FSH-15", "R-FSH-16")


@pytest.fixture(scope="module")
def rules():
    return rules_from_texts({f"{name}.toml": (RULES / f"{name}.toml").read_text(encoding="utf-8") for name in MINE})


def look(standing, now):
    for _, tick, _ in standing.ticks:
        tick(now)


def alerts(store, now):
    return {alert.rule_id: alert for alert in store.snapshot("alerts", now).records}


def test_that_the_day_of_a_boat_ends_in_points_a_red_code_and_a_checked_finding(store, rules):
    store.use_rules(RuleRunner(rules, now=lambda: NOW))
    ledger = filled(store)
    store.put_topic("hand_in_ledger", (ledger,), NOW)
    three = [replace(request(number, HandInState.SIGNED, 0.3), signers=()) for number in (1, 2, 3)]
    assert store.perform(ReportFiled(request=three[0], more=tuple(three[1:])), ENGINE, NOW).done
    paper = Certificate("1:检验证书", "1", "渔清 04", "collection", "检验证书", NOW + timedelta(days=10))
    store.put_topic("certificates", (paper,), NOW)
    standing = BoatStanding(store, Site())
    look(standing, NOW)
    (account,) = store.cases("points")
    assert (account.boat_id, account.issued, len(account.lines)) == (str(MMSI), 45, 3)
    assert set(alerts(store, NOW)) == {"R-FSH-15", "R-FSH-16"}
    store.keep_fixes(track())
    store.put_topic("film_reports", (FILM,), NOW)
    look(standing, NOW)
    (finding,) = store.cases("finding")
    assert alerts(store, NOW)["R-FSH-08"].level is AlertLevel.ORANGE
    about = {"case_id": finding.id, "expected_version": finding.version}
    checked = RecordCheck(**about, result=CheckResult.CONFIRMED, text="取样比对一致")
    assert store.perform(checked, DISPATCHER, NOW).done
    later = NOW + timedelta(minutes=1)
    look(BoatStanding(store, Site()), later)  # as after a restart
    found = {one.id: one.code for one in store.snapshot("boat_codes", later).records}
    assert found[str(MMSI)] is ColourCode.RED
    assert found[str(MMSI + 7)] is ColourCode.GREEN
    shown = alerts(store, later)
    assert shown["R-FSH-07"].level is AlertLevel.YELLOW
    assert shown["R-FSH-08"].condition is Condition.RTN
    assert store.cases("points")[0].issued == 45
    store.put_topic("certificates", (replace(paper, valid_until=NOW + timedelta(days=375)),), later)
    look(BoatStanding(store, Site()), later)
    assert "R-FSH-16" not in alerts(store, later) or not alerts(store, later)["R-FSH-16"].is_open
