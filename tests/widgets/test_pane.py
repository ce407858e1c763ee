"""What every pane says of the age of what it shows."""

from datetime import UTC, datetime, timedelta

import pytest

from services.domain.snapshot import Quality, Snapshot
from widgets.look import Face, make_look
from widgets.pane import Pane

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


class Plain(Pane):
    def draw(self, snapshot):
        pass


@pytest.fixture
def pane(qtbot):
    made = Plain("格", {}, make_look(Face.DESK))
    qtbot.addWidget(made)
    return made


def said(pane, *snapshots):
    for number, (minutes, quality) in enumerate(snapshots):
        at = None if minutes is None else NOON + timedelta(minutes=minutes)
        pane.show_snapshot(Snapshot(str(number), (), at, quality))
    return pane.age_text()


def test_that_a_pane_that_has_nothing_waits(pane):
    assert said(pane, (None, Quality.WAITING)) == "等待数据"


def test_that_fresh_topics_show_the_newest(pane):
    assert said(pane, (-600, Quality.GOOD), (0, Quality.GOOD)) == "更新于 12:00:00"


def test_that_the_first_topic_that_stopped_is_told_and_not_an_old_one_that_is_well(pane):
    ages = (-600, Quality.GOOD), (-5, Quality.STALE), (-3, Quality.STALE), (0, Quality.GOOD)
    assert said(pane, *ages) == "停在 11:55:00"
