"""The wall: what it shows by itself, and what it never hides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.app import show_filling
from console.board import Board
from console.night import _linear, night_tokens
from console.playlist import Playlist, pinned, read_playlist
from console.session import DEMO_ROSTER, on_duty
from console.wall import Wall
from services.collect.site import SiteError
from services.domain.alert import AlertLevel
from services.domain.snapshot import Snapshot
from tests.scenes.fakes import KINDS, NOW, alert, alerts, scene
from widgets.look import read_tokens

RED, ORANGE, YELLOW = AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW
SCENES = (scene("home", "fleet"), scene("boats", "fleet"))


class Hall:
    """A wall and the board it reads."""

    def __init__(self, qtbot, size=(1920, 1080), playlist=None) -> None:
        self.board = Board()
        playlist = playlist or Playlist(("home", "boats"), 30)
        self.wall = Wall("椒江区指挥中心", True, SCENES, KINDS, self.board, playlist, on_duty(DEMO_ROSTER))
        qtbot.addWidget(self.wall)
        self.wall.resize(*size)
        self.wall.show()

    def arrive(self, snapshot: Snapshot) -> None:
        self.board.put(snapshot)
        self.wall.take(snapshot)


def test_that_a_playlist_goes_round_in_its_own_time():
    playlist = Playlist(("a", "b", "c"), 30)
    shown = [playlist.turn(float(second), None) for second in range(0, 121, 30)]
    assert shown == ["a", "b", "c", "a", "b"]


def test_that_an_unsigned_red_holds_the_playlist_on_its_own_scene_until_it_is_signed():
    playlist = Playlist(("a", "b"), 30)
    assert playlist.turn(0, None) == "a"
    assert [playlist.turn(second, "b") for second in (5, 100, 1000)] == ["b"] * 3
    assert playlist.held
    assert playlist.turn(1001, None) == "b"
    assert playlist.turn(1031, None) == "a"


def test_that_a_red_of_a_scene_that_is_not_on_the_playlist_holds_where_it_is():
    playlist = Playlist(("a", "b"), 30)
    playlist.turn(0, None)
    assert playlist.turn(500, "elsewhere") == "a"


def test_that_a_pinned_wall_stays_and_says_nothing_of_a_hold():
    playlist = pinned(("a", "b"), "b")
    assert [playlist.turn(second, red) for second, red in ((0, None), (500, "a"), (900, None))] == ["b"] * 3
    assert not playlist.held


@pytest.mark.parametrize(
    ("wall", "said"),
    [
        ({"playlist": ["boatz"]}, "场景 'boatz' 不认识，可用：home、boats"),
        ({"playlist": []}, "须为场景名的列表"),
        ({"seconds": 5}, "须在 30 与 60 之间"),
    ],
)
def test_that_a_wrong_playlist_names_the_key_and_the_choices(wall, said):
    with pytest.raises(SiteError, match=said):
        read_playlist(wall, ("home", "boats"))


def test_that_an_unsigned_red_turns_the_wall_to_its_scene(qtbot):
    hall = Hall(qtbot)
    hall.wall.tick(NOW)
    hall.arrive(alerts(alert(1, RED, scene="boats")))
    hall.wall.tick(NOW + timedelta(seconds=1))
    assert hall.wall.scene == "boats"
    assert hall.wall.title._heading.held


@pytest.mark.parametrize("signed", [False, True])
def test_that_the_banner_stays_while_a_red_is_open_signed_or_not(qtbot, signed):
    hall = Hall(qtbot)
    hall.arrive(alerts(alert(1, RED, signed=signed), alert(2, ORANGE), alert(3, ORANGE)))
    assert hall.wall.banner.isVisible()
    assert (hall.wall.banner.alert.id, hall.wall.banner._orange) == ("YJ-1121-0001", 2)


def test_that_the_banners_orange_count_is_the_lists_count(qtbot):
    hall = Hall(qtbot)
    hall.arrive(alerts(alert(2, ORANGE), alert(3, ORANGE), alert(4, YELLOW)))
    assert (hall.wall.banner.alert.level, hall.wall.banner._orange) == (ORANGE, 2)


def test_that_the_scene_takes_the_banners_room_when_nothing_is_red_or_orange(qtbot):
    hall = Hall(qtbot)
    hall.arrive(alerts(alert(1, YELLOW)))
    calm = hall.wall.stage.geometry()
    hall.arrive(alerts(alert(2, ORANGE)))
    alarmed = hall.wall.stage.geometry()
    assert not calm.isEmpty()
    assert (calm.top(), alarmed.top() - calm.top()) == (54, 42)


@pytest.mark.parametrize(
    ("size", "canvas"),
    [((1920, 1080), (0, 0, 1920, 1080)), ((2880, 540), (960, 0, 960, 540)), ((1000, 1000), (0, 219, 1000, 562))],
)
def test_that_the_canvas_is_scaled_uniformly_and_centred(qtbot, size, canvas):
    hall = Hall(qtbot, size)
    assert hall.wall.canvas().getRect() == canvas
    assert hall.wall.look.scale == pytest.approx(canvas[2] / 3840, rel=1e-3)


def test_that_the_names_on_duty_carry_the_walls_mask():
    assert on_duty(DEMO_ROSTER) == ("带班 陈**", "值班长 李**", "值班 王**")


def test_that_midnight_and_a_clock_that_jumps_back_repaint_the_date(qtbot, monkeypatch):
    hall = Hall(qtbot)
    painted = []
    monkeypatch.setattr(hall.wall.title, "update", lambda *area: painted.append(bool(area)))
    for step in (0, 1, 12 * 3600, -30 * 3600):
        hall.wall.title.tick(NOW + timedelta(seconds=step))
    assert painted == [False, True, False, False]  # whole bar, clock only, whole, whole


def test_that_the_wall_paints_whole_with_and_without_alerts(qtbot):
    hall = Hall(qtbot)
    hall.wall.tick(NOW)
    assert not hall.wall.grab().isNull()
    hall.arrive(alerts(alert(1, RED), alert(2, ORANGE), alert(3, YELLOW)))
    hall.wall.tick(NOW + timedelta(seconds=1))
    assert not hall.wall.grab().isNull()


def test_that_the_wall_dims_its_text_at_night_and_keeps_it_readable(qtbot):
    hall = Hall(qtbot)
    hall.wall.tick(NOW)
    day = hall.wall.look.colour("text").lightness()
    hall.wall.tick(NOW.replace(hour=15))  # 23:00 in Shanghai
    assert hall.wall.look.colour("text").lightness() < day
    assert hall.wall.stage.panes[0].look is hall.wall.look
    hall.wall.tick(NOW.replace(hour=22))  # 06:00
    assert hall.wall.look.colour("text").lightness() == day


def test_that_dimmed_text_keeps_a_contrast_of_four_and_a_half_on_its_grounds():
    night = night_tokens(read_tokens(), "dark")["dark"]
    pairs = [(text, ground) for text in ("text", "text2") for ground in ("panel", "raised", "hover")]
    for text, ground in [*pairs, ("text3", "panel")]:
        assert contrast(night["text"][text]["hex"], night["ground"][ground]) >= 4.5, (text, ground)


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_that_the_alert_colours_are_the_same_by_night():
    tokens = read_tokens()
    assert night_tokens(tokens, "dark")["dark"]["alert"] == tokens["dark"]["alert"]


def test_that_a_wall_fills_its_screen_without_a_window_manager(qtbot, monkeypatch):
    hall = Hall(qtbot)
    monkeypatch.setattr(hall.wall, "showFullScreen", hall.wall.show)
    show_filling(hall.wall)
    assert hall.wall.geometry() == hall.wall.screen().geometry()
