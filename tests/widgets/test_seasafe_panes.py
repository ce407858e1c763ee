"""海安: what its panes say of wind, silence, recall, the moratorium and the feeds of positions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.alert import AlertLevel
from services.domain.boats import SeaWeather
from services.domain.moratorium import moratorium_from
from services.domain.position import DoubtedBoat, FeedHealth
from services.domain.sea_safety import RatingRow, RecallRow, SeaSafety, SilentBoat
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.look import Face, make_look
from widgets.moratorium import MoratoriumPane
from widgets.pane import Pane
from widgets.position_feeds import DoubtedBoatsPane, PositionFeedsPane, doubted_row, feed_row
from widgets.recall_list import RecallListPane
from widgets.sea_wind import SeaWindPane, force_at
from widgets.silent_boats import SilentBoatsPane, row_of

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)
HOUR = timedelta(hours=1)


def silent(minutes: float = 130, **changes: Any) -> SilentBoat:
    told = {
        "id": "1", "vessel_no": "浙椒渔 1", "home_port": "海门港", "last_at": NOW - timedelta(minutes=minutes),
        "last_source": "北斗", "ais_at": None, "beidou_at": None, "at_sea": True, "poor_reception": False,
        "place": "大陈渔港西 5 海里", "lon": 121.8, "lat": 28.5, "wind_bft": 5,
    }  # fmt: skip
    return SilentBoat(**(told | changes))


def safety(**changes: Any) -> SeaSafety:
    told = {
        "id": "sea", "at": NOW, "at_sea": 3400, "in_port": 980, "silent": 1, "doubted": 0,
        "ratings": (RatingRow(6, 250, 250), RatingRow(8, 1900, 0)), "recalled": 250, "far": 40,
    }  # fmt: skip
    return SeaSafety(**(told | changes))


def weather(*forecast: tuple[datetime, int]) -> SeaWeather:
    return SeaWeather(
        "t", "台州沿海", 45.0, "东北风", 5, 6, 1.4, 8.0, "海上大风蓝色预警", AlertLevel.BLUE, NOW, forecast
    )


def shown(qtbot, kind: type[Pane], *states: tuple[str, tuple[Any, ...]]) -> Pane:
    pane = kind("窗", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(606, 400)
    pane.tick(NOW)
    for topic, records in states:
        pane.show_snapshot(Snapshot(topic, records, NOW, Quality.GOOD))
    assert not pane.grab().isNull()
    return pane


def test_that_the_longest_silent_boats_at_sea_stand_first_and_the_watched_are_marked(qtbot):
    boats = (silent(300, id="2", at_sea=False), silent(40, id="3"), silent())
    pane = shown(qtbot, SilentBoatsPane, ("silent_boats", boats))
    assert [pane.model.record(row).id for row in range(3)] == ["1", "3", "2"]
    assert [pane.model.record(row).level for row in range(3)] == [AlertLevel.ORANGE, None, None]
    assert pane.note == "海上 2 · 在港 1 · 超 2 小时 1"


def test_that_a_gale_reddens_a_silent_boat_and_dark_water_explains_it():
    assert row_of(silent(wind_bft=8), NOW).level is AlertLevel.RED
    dark = row_of(silent(poor_reception=True), NOW)
    assert dark.level is None
    assert dark.place.endswith("信号盲区")


def test_that_the_recall_list_says_what_time_is_left_before_the_gale(qtbot):
    def row(hours: float, known: bool) -> RecallRow:
        return RecallRow(
            str(hours), f"浙椒渔 {hours:.0f}", 6, known, 8, NOW + 10 * HOUR, hours, hours > 12, "港", "港东", 122, 28
        )

    rows = (row(14.0, True), row(4.0, False))
    pane = shown(qtbot, RecallListPane, ("sea_safety", (safety(),)), ("recall_list", rows))
    lines = [pane.model.record(i) for i in range(2)]
    assert [(line.rating, line.left) for line in lines] == [("6", "差 4.0"), ("6*", "余 6.0")]
    assert pane.note == "列 2/250 · 超时限 40 · *按船长"


def test_that_selecting_a_silent_boat_asks_for_it(qtbot):
    pane = shown(qtbot, SilentBoatsPane, ("silent_boats", (silent(),)))
    with qtbot.waitSignal(pane.asked) as asked:
        pane.view.clicked.emit(pane.model.index(0, 0))
    assert asked.args == ["select", Subject("boat", "1")]


def test_that_feeds_say_their_counts_in_words_and_an_error_first():
    feed = FeedHealth("ais", "AIS 岸站", NOW, 1200, (("speed_jump", 2), ("bad_checksum", 3), ("undecodable", 4)))
    assert feed_row(feed).said == "跳点 2 · 读不懂 7"
    broken = FeedHealth("ais", "AIS 岸站", None, 0, (), "连不上")
    assert (feed_row(broken).said, feed_row(broken).heard_at) == ("连不上", None)


def test_that_a_twin_is_told_with_both_places(qtbot):
    twin = DoubtedBoat("1", 1, "浙椒渔 1", "一码两船", NOW, 121.7, 28.4, 121.9, 28.6, 15.1)
    row = doubted_row(twin)
    assert (row.doubt, row.where) == ("一码两船，相距 15 海里", "121.700, 28.400　121.900, 28.600")
    pane = shown(qtbot, DoubtedBoatsPane, ("doubted_boats", (twin,)))
    assert pane.note == "1 艘不参与海上规则"
    assert shown(qtbot, PositionFeedsPane, ("position_feeds", ())).note == ""


TABLE = moratorium_from(
    {
        "year": 2026,
        "ordered_by": "演示",
        "period": [
            {"gear": "张网", "types": ["张网"], "season": "banned", "from": NOW - HOUR, "until": NOW + 24 * HOUR},
            {"gear": "围网", "types": ["围网"], "season": "permit", "from": NOW + HOUR, "until": NOW + 9 * HOUR},
            {"gear": "拖网", "types": ["拖网"], "season": "banned", "from": NOW - 9 * HOUR, "until": NOW - HOUR},
            {"gear": "钓具", "types": ["钓具"], "season": "open"},
        ],
    }
)


def test_that_the_calendar_says_of_each_gear_how_it_stands(qtbot):
    pane = shown(qtbot, MoratoriumPane, ("moratorium", (TABLE,)))
    told = [pane._state([p], p if p.holds(NOW) else None) for p in TABLE.periods]
    assert told == ["休渔至 11-22 14:32", "11-21 15:32 起", "今年已结束", "不休渔"]


def test_that_a_year_without_a_table_is_said(qtbot):
    fault = safety(season_fault="没有 2026 年休渔日历，R-FSH-10 暂停")
    pane = shown(qtbot, MoratoriumPane, ("moratorium", ()), ("sea_safety", (fault,)))
    assert pane.note == ""


@pytest.mark.parametrize("forecast", [(), ((NOW - HOUR, 6), (NOW + 5 * HOUR, 8))])
def test_that_the_wind_is_shown_with_a_forecast_and_without(qtbot, forecast):
    pane = shown(qtbot, SeaWindPane, ("sea_weather", (weather(*forecast),)), ("sea_safety", (safety(),)))
    assert pane.note == "台州沿海"
    assert force_at(weather(*forecast), NOW) == (6 if forecast else 5)
    assert shown(qtbot, SeaWindPane, ("sea_weather", ())).note == ""
