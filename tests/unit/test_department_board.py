"""The board of departments with what was told and transferred, and the figure 告知复检."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from services.collect.checkpoint_alerts import figures_of_alerts
from services.collect.department_board import DEPARTMENTS, department_rows
from services.domain.alert import Ack, AlertLevel, Clock, Step, Verdict, Work
from services.domain.case_transfer import AcceptTransfer, AskPackage, RefuseTransfer, SendTransfer
from services.domain.inspection_notice import WithdrawNotice
from services.domain.officer import ENGINE, Officer, Role
from services.domain.reasons import ReturnReason
from tests.unit.exhaust_alerts import exhaust_alert
from tests.unit.followup_world import START, WU, World

NOW = START


alert = partial(exhaust_alert, NOW)


def test_that_the_board_has_six_departments_whatever_there_is() -> None:
    rows = department_rows((), NOW)
    assert tuple(r.department for r in rows) == DEPARTMENTS
    assert all((r.open, r.overdue, r.closed_today, r.worst) == (0, 0, 0, None) for r in rows)


def test_that_the_board_counts_open_overdue_and_closed_today() -> None:
    late = Clock(Step.ACK, NOW - timedelta(minutes=1))
    ended = {"work": Work.CLOSED, "verdict": Verdict.TRUE}
    rows = department_rows(
        (
            alert(1, "公安", AlertLevel.RED, ack=Ack.ACKED),
            alert(2, "公安交警", AlertLevel.RED, clocks=(late,)),
            alert(3, "公安", closed_at=NOW, **ended),
            alert(4, "公安", closed_at=NOW - timedelta(days=1), **ended),
            alert(5, "社区"),
        ),
        NOW,
    )
    police = rows[0]
    assert (police.open, police.overdue, police.closed_today) == (2, 1, 1)
    assert (police.worst, police.worst_signed) == (AlertLevel.RED, False)
    assert [item.alert_id for item in police.items] == ["YJ-2", "YJ-1"]
    assert sum(r.open for r in rows) == 2


@pytest.fixture
def world(sqlite_store):
    return World(sqlite_store)


def board(world):
    notices, transfers = world.store.cases("inspection_notice"), world.store.cases("case_transfer")
    alerts = world.store.snapshot("alerts", world.now).records
    return {row.department: row for row in department_rows(alerts, world.now, notices, transfers)}


def test_that_a_notice_is_one_matter_with_its_own_clock(world):
    notice = world.issued()
    row = board(world)["生态环境"]
    assert (row.open, row.overdue) == (1, 0)
    assert (row.items[0].word, row.items[0].due_at) == ("复检", notice.due_at)
    world.after(days=31)
    assert board(world)["生态环境"].overdue == 1


def test_that_a_transfer_shows_the_clock_that_runs(world):
    case = world.sent()
    assert board(world)["生态环境"].items[0].word == "接收"
    case = world.wish(AcceptTransfer(case_id=case.id, expected_version=case.version), WU)
    item = board(world)["生态环境"].items[0]
    assert (item.word, item.due_at) == ("反馈", case.due_at)


def test_that_a_supporting_department_has_the_matter_too(world):
    world.issued()
    case = world.made(world.wish(AskPackage(alert_id=world.alert_id, department="公安交警")))
    world.wish(SendTransfer(case_id=case.id, expected_version=case.version, text="请协助"))
    rows = board(world)
    assert (rows["公安"].open, rows["公安"].items[0].word) == (1, "接收")
    assert (rows["生态环境"].open, rows["生态环境"].items[0].word) == (1, "复检")


def test_that_what_is_returned_lies_with_nobody_beside_the_lead(world):
    world.issued()
    police = Officer("mei", "梅强", Role.DEPT_LIAISON, department="公安交警")
    case = world.made(world.wish(AskPackage(alert_id=world.alert_id, department="公安交警")))
    case = world.wish(SendTransfer(case_id=case.id, expected_version=case.version, text="请协助"))
    refuse = RefuseTransfer(case_id=case.id, expected_version=case.version, reason=ReturnReason.UNCLEAR)
    world.wish(refuse, police)
    assert board(world)["公安"].open == 0


def test_that_the_figure_is_of_those_inspected_in_time(world):
    notice = world.issued()

    def shown():
        told = world.store.snapshot("inspection_notices", world.now).records
        figure = next(one for one in figures_of_alerts((), world.now, (), told) if one.id == "notices")
        return figure.value, figure.note

    assert shown() == ("0 / 1", "待检 1")
    world.after(days=31)
    assert shown() == ("0 / 1", "待检 1 · 超期 1")
    notice = world.store.cases("inspection_notice")[0]
    world.wish(world.inspected(notice, passed=True), ENGINE)
    assert shown() == ("—", "近 30 日未告知")
    told = (replace(notice, overdue_at=None, issued_at=world.now),)
    figure = next(one for one in figures_of_alerts((), world.now, (), told) if one.id == "notices")
    assert figure.value == "0 / 1"


def test_that_a_withdrawn_notice_counts_nowhere(world):
    notice = world.issued()
    world.wish(WithdrawNotice(case_id=notice.id, expected_version=notice.version, reason="误告"))
    told = world.store.snapshot("inspection_notices", world.now).records
    assert next(one for one in figures_of_alerts((), world.now, (), told) if one.id == "notices").value == "—"
