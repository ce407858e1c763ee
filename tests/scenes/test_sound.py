"""What is heard, when, and that a mute ends."""

from __future__ import annotations

import wave
from dataclasses import replace
from datetime import timedelta

import pytest

from console.sound import LONGEST_MUTE, SOUNDS, Mute, Policy
from services.domain.alert import AlertLevel
from tests.scenes.fakes import NOW, alert

RED, ORANGE, YELLOW, BLUE = AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW, AlertLevel.BLUE


def heard(policy: Policy, shown, seconds: int, *, muted: bool = False) -> list[tuple[int, AlertLevel]]:
    played = []
    for second in range(seconds):
        level = policy.due(shown, NOW + timedelta(seconds=second), muted=muted)
        if level is not None:
            played.append((second, level))
    return played


def test_that_red_sounds_each_second_until_it_is_signed():
    policy = Policy()
    assert len(heard(policy, [alert(1, RED)], 5)) == 5
    assert heard(policy, [alert(1, RED, signed=True)], 5) == []


def test_that_orange_repeats_each_half_minute():
    assert heard(Policy(), [alert(1, ORANGE)], 65) == [(0, ORANGE), (30, ORANGE), (60, ORANGE)]


def test_that_yellow_sounds_once_when_it_is_new_and_blue_never():
    policy = Policy()
    assert heard(policy, [alert(1, YELLOW)], 3) == []  # it was there when the desk opened
    assert heard(policy, [alert(1, YELLOW), alert(2, YELLOW)], 3) == [(0, YELLOW)]
    assert heard(policy, [alert(1, YELLOW), alert(2, YELLOW), alert(3, BLUE)], 3) == []


def test_that_in_a_flood_only_red_goes_on():
    policy = Policy()
    flood = [alert(n, ORANGE) for n in range(11)]
    assert heard(policy, flood, 40) == []
    assert heard(policy, [*flood, alert(99, RED)], 1) == [(0, RED)]


def test_that_in_a_flood_each_further_rule_is_heard_once_and_blue_never():
    policy = Policy()
    flood = [alert(n, ORANGE) for n in range(11)]
    assert heard(policy, flood, 1) == []
    flood += [replace(alert(n, YELLOW), rule_id="R-NEW", place=f"{n} 幢") for n in (20, 21)]
    assert heard(policy, flood, 40) == [(0, YELLOW)]
    flood += [replace(alert(22, ORANGE), rule_id="R-NEW"), replace(alert(23, BLUE), rule_id="R-BLUE")]
    assert heard(policy, flood, 40) == []


def test_that_a_yellow_that_came_while_muted_is_not_made_up_for_later():
    policy = Policy()
    heard(policy, [], 1)
    heard(policy, [alert(1, YELLOW)], 3, muted=True)
    assert heard(policy, [alert(1, YELLOW)], 3) == []


def test_that_orange_goes_on_sounding_after_the_clock_jumped_back():
    policy = Policy()
    heard(policy, [alert(1, ORANGE)], 1)
    back = NOW - timedelta(hours=5)
    assert policy.due([alert(1, ORANGE)], back, muted=False) is ORANGE


def test_that_a_mute_lasts_ten_minutes_at_most_and_a_second_press_ends_it():
    mute = Mute().pressed(NOW)
    assert mute.left_s(NOW) == LONGEST_MUTE.total_seconds() == 600
    assert mute.left_s(NOW + timedelta(minutes=10)) == 0
    assert mute.pressed(NOW + timedelta(minutes=1)) == Mute()


def test_that_a_mute_left_in_the_future_by_a_jumping_clock_is_cut_to_the_longest():
    mute = Mute(NOW + timedelta(days=2))
    assert mute.clipped(NOW).left_s(NOW) == 600


@pytest.mark.parametrize("level", [RED, ORANGE, YELLOW])
def test_that_the_shipped_sounds_are_short_and_start_and_end_in_silence(level):
    with wave.open(str(SOUNDS / f"{level.name.lower()}.wav")) as sound:
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
        assert 0.1 < sound.getnframes() / sound.getframerate() < 1.2
    assert abs(samples[0]) < 500
    assert abs(samples[-1]) < 500
