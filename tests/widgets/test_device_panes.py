"""登记库 and 上级视图库: what is stale or refused stands first and says what it costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from services.domain.platform import Disposition, OurSubscription, Platform, Standing
from services.domain.register import RegisterHealth
from services.domain.snapshot import Quality, Snapshot
from widgets.look import Face, load_fonts, make_look
from widgets.platform_pane import PlatformPane
from widgets.registers_pane import RegistersPane
from widgets.table import TablePane

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


def made(qtbot: QtBot, kind: type[TablePane]) -> TablePane:
    pane = kind("题", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(668, 440)
    return pane


def show(pane: TablePane, topic: str, *records: Any) -> None:
    pane.show_snapshot(Snapshot(topic, records, NOW, Quality.GOOD))
    pane.tick(NOW)


def rows(pane: TablePane) -> list[Any]:
    return [pane.model.record(row) for row in range(pane.model.rowCount())]


def register(name: str, **more: Any) -> RegisterHealth:
    return RegisterHealth(**{"id": name, "title": name, "owner": "交警", "stale_after_h": 48.0, "stale": False, **more})


def test_that_a_stale_register_stands_first_with_the_rules_it_silences(qtbot: QtBot) -> None:
    pane = made(qtbot, RegistersPane)
    stale = register("检验", as_of=NOW - timedelta(days=3), entries=12, stale=True, held_rules=("R-CKP-04", "R-CKP-05"))
    show(pane, "registers", register("登记", as_of=NOW, entries=900), stale, register("未来过", stale=True))
    assert [row.title for row in rows(pane)] == ["未来过", "检验", "登记"]
    assert [row.held for row in rows(pane)] == ["未收到：无规则停判", "超过 48 时：R-CKP-04、R-CKP-05", None]
    assert pane.note == "3 份 · 过期 2"


def test_that_lines_that_could_not_be_read_are_told_of_a_current_register(qtbot: QtBot) -> None:
    pane = made(qtbot, RegistersPane)
    show(pane, "registers", register("检验", as_of=NOW, entries=12, unread=3))
    assert rows(pane)[0].held == "3 条读不懂，按未知" and pane.note == "1 份 · 均在有效期"


def test_that_the_platform_its_subscriptions_and_orders_are_one_list(qtbot: QtBot) -> None:
    pane = made(qtbot, PlatformPane)
    end = NOW + timedelta(days=9)
    show(pane, "viid_platforms", Platform("3310", "市局视图库", "127.0.0.1:1", None, None, NOW, "连不上"))
    show(pane, "subscriptions", OurSubscription("1", "13", "3310", "http://x", Standing.RUNNING, NOW, end, NOW))
    order = Disposition("2", "BK-261121-001", Standing.RUNNING, end, NOW)
    show(pane, "dispositions", order, Disposition("3", "BK-261121-002", Standing.NONE, end, NOW, error="号牌未读全"))
    assert [(row.what, row.state) for row in rows(pane)] == [
        ("市局视图库", "故障"),
        ("订阅 机动车", "生效"),
        ("布控 BK-261121-001", "生效"),
        ("布控 BK-261121-002", "未确认"),
    ]
    assert rows(pane)[0].error == "连不上" and pane.note == "在控 1"
