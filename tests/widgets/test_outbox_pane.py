from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.alert import AlertLevel
from services.domain.figures import Figure
from services.domain.notice import News, Notice, NoticeState, Occasion
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.shots.sheet import NOW
from widgets.look import Face, load_fonts, make_look
from widgets.outbox_pane import OutboxPane

NEWS = News(
    NOW, AlertLevel.ORANGE, "尾气超标 46.0 %", "椒江二桥北 · 浙J·8**6K", "R-CKP-01", "checkpoints", "生态环境", NOW, 1
)
FIRST = Notice(
    "YJ-1121-0417.1.street",
    "YJ-1121-0417",
    1,
    Occasion.RAISED,
    "street",
    "",
    NEWS,
    NOW,
    NOW,
    NOW + timedelta(hours=1),
    NOW,
    NOW,
    NoticeState.SENT,
    1,
    "HTTP 202 Accepted",
)
NOTICES = (
    FIRST,
    replace(
        FIRST,
        id="b",
        occasion=Occasion.ESCALATED,
        channel="mail",
        recipient="lead@jiaojiang.example",
        attempts=2,
        news=replace(NEWS, role="shift_lead", level=AlertLevel.RED),
        state=NoticeState.PENDING,
        answer="连不上接收方",
    ),
    replace(FIRST, id="c", alert_id="YJ-1121-0418", state=NoticeState.WITHDRAWN, attempts=0, answer="预警已签收"),
    replace(
        FIRST,
        id="d",
        alert_id="YJ-1121-0409",
        occasion=Occasion.CLOSED,
        state=NoticeState.PENDING,
        attempts=0,
        answer="",
    ),
)


@pytest.fixture
def pane(qtbot) -> OutboxPane:
    load_fonts()
    pane = OutboxPane("通知外发", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(980, 300)
    pane.tick(NOW)
    pane.show_snapshot(Snapshot("outbox", NOTICES, NOW, Quality.GOOD))
    return pane


def said(pane: OutboxPane) -> list[list[str]]:
    model = pane.model
    return [[str(model.data(model.index(r, c))) for c in range(model.columnCount())] for r in range(model.rowCount())]


def test_that_each_notice_says_when_why_to_whom_and_what_became_of_it(pane):
    first, second, third, fourth = (row[1:] for row in said(pane))
    assert first == ["YJ-1121-0417", "预警", "street", "—", "已发", "1", "HTTP 202 Accepted"]
    assert second[1:] == ["升级 值班长", "mail", "lead@jiaojiang.example", "重试中", "2", "连不上接收方"]
    assert third[4:] == ["撤回", "0", "预警已签收"]
    assert fourth[1] == "办结"
    assert fourth[4] == "待发"


def test_that_counts_stand_beside_the_title_and_zeros_do_not(pane):
    figures = (Figure("pending", "待发", "2"), Figure("sent", "已发", "1"), Figure("failed", "拒收", "0"))
    pane.show_snapshot(Snapshot("outbox_figures", figures, NOW, Quality.GOOD))
    assert pane.note == "待发 2 · 已发 1"


def test_that_a_row_selects_its_alert(pane, qtbot):
    with qtbot.waitSignal(pane.asked) as asked:
        pane.view.clicked.emit(pane.model.index(2, 0))
    assert asked.args == ["select", Subject("alert", "YJ-1121-0418")]


def test_that_no_notices_are_said_as_none(pane):
    pane.show_snapshot(Snapshot("outbox", (), NOW, Quality.GOOD))
    assert not pane.view.isVisible()
    pane.grab()
