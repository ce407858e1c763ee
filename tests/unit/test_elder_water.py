"""What water says of an elder: silence, drips, gaps, and a habit that may only tighten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.rules import rules_from_texts
from services.domain.community import CareClass, Elder, Safety
from services.domain.elder_baseline import Baseline, baseline_of, personal_limit
from services.domain.elder_terms import ElderTerms, elder_terms_from
from services.domain.elder_watch import DEFAULT_LOW_H, Heard, activity_of, is_quiet_stage, stage_of
from services.domain.elder_water import Use, counted_hours, quiet_of, steady_flow
from services.domain.masked import Masked
from services.domain.timebase import SHANGHAI

DAY = datetime(2026, 11, 21, tzinfo=SHANGHAI)
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"


def uses(*used: float, until: datetime = DAY + 24 * HOUR, step: timedelta = HALF) -> list[Use]:
    """Readings every half hour, the last at ``until``."""
    return [Use(until - (len(used) - 1 - i) * step, one) for i, one in enumerate(used)]


def elder(care: CareClass = CareClass.HIGH) -> Elder:
    return Elder("E1", Masked("林小明"), care, "云锦苑", "3 幢", Safety.PENDING, (), None, "", "", "", dwelling_id="D1")


def test_that_silence_is_counted_from_the_litre_that_made_it_ten() -> None:
    quiet = quiet_of(uses(0.02, *[0.0] * 10, 0.004, *[0.0] * 3, 0.005, *[0.0] * 24))
    assert quiet is not None
    assert quiet.heard_at - (quiet.since or quiet.heard_at) == 19.5 * HOUR
    flushed = quiet_of(uses(0.02, *[0.0] * 10, 0.006, *[0.0] * 3, 0.005, *[0.0] * 24))
    assert flushed is not None
    assert flushed.heard_at - (flushed.since or flushed.heard_at) == 14 * HOUR


def test_that_a_dripping_tap_is_no_sign_of_life() -> None:
    """2 litres an hour all day are 48 litres, and yet nobody used any since yesterday."""
    drip = [0.001] * 60
    quiet = quiet_of(uses(0.03, *drip))
    assert quiet is not None
    assert quiet.drip_m3h == pytest.approx(0.002)
    assert quiet.since == quiet.known_from
    heard = activity_of(Heard(elder(), quiet, feed_at=quiet.heard_at), quiet.heard_at)
    assert (heard.dry_h, heard.run_h >= 24, heard.some_use) == (30.0, True, True)


def test_that_a_tap_left_open_is_no_drip_and_so_not_taken_off() -> None:
    quiet = quiet_of(uses(*[0.05] * 60))
    assert quiet is not None
    assert (quiet.drip_m3h, quiet.since) == (0.0, quiet.heard_at)


def test_that_a_gap_proves_neither_a_drip_nor_a_running_tap() -> None:
    rows = [*uses(*[0.004] * 30, until=DAY), Use(DAY + 20 * HOUR, 0.04), Use(DAY + 20.5 * HOUR, 0.004)]
    assert steady_flow(rows) == 0.0
    quiet = quiet_of(rows)
    assert quiet is not None
    assert quiet.run_from == DAY + 20 * HOUR


def test_that_less_than_a_day_is_known_of_no_day() -> None:
    quiet = quiet_of(uses(0.02, *[0.0] * 20))
    assert quiet is not None
    assert quiet.day_m3 is None
    assert quiet_of([]) is None


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [(20, 30, 2.0), (22, 30, 0.0), (23, 36, 6.0), (8, 20, 12.0), (1, 7, 1.0), (20, 55, 2 + 16 + 1)],
)
def test_that_the_night_is_left_out(since: float, until: float, hours: float) -> None:
    assert counted_hours(DAY + since * HOUR, DAY + until * HOUR, nights=False) == pytest.approx(hours)
    assert counted_hours(DAY + since * HOUR, DAY + until * HOUR, nights=True) == until - since


@given(st.floats(0, 47), st.floats(0, 60))
def test_that_leaving_out_the_night_never_makes_a_silence_longer(since: float, lasts: float) -> None:
    begun = DAY + since * HOUR
    counted = counted_hours(begun, begun + lasts * HOUR, nights=False)
    assert -1e-9 <= counted <= lasts + 1e-6


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.001, 0.004, 0.02]), min_size=1, max_size=120))
def test_that_taking_a_drip_off_never_hides_a_silence(amounts: list[float]) -> None:
    """Without the drip the silence would only look shorter."""
    rows = uses(*amounts)
    gross, quiet = 0.0, quiet_of(rows)
    assert quiet is not None
    for use in reversed(rows):
        gross += use.used
        if round(gross, 6) >= 0.01:
            assert quiet.since is None or quiet.since <= use.at
            return


# ------------------------------------------------------------------------------------------ habits


def mornings(hour: float, days: int = 14, until: datetime = DAY) -> list[datetime]:
    return [until - timedelta(days=i) + hour * HOUR for i in range(1, days + 1)]


def test_that_nobody_has_a_habit_before_ten_mornings_are_known() -> None:
    assert baseline_of(mornings(7, 9), DAY) is None
    assert baseline_of([*mornings(7, 13), DAY - 14 * 24 * HOUR + 8.5 * HOUR], DAY) == Baseline(8.5, 14)
    assert baseline_of(mornings(7, 40), DAY + 30 * 24 * HOUR) is None  # too long ago


def test_that_who_is_late_by_her_own_habit_is_told_sooner() -> None:
    base = Baseline(7.0, 14)
    since = DAY + 22 * HOUR
    assert personal_limit(base, since, nights=True, default_h=12.0) == 11.0  # 9 o'clock
    assert personal_limit(base, since, nights=False, default_h=12.0) == 4.0  # ten: never less than four hours
    assert personal_limit(base, DAY + 8 * HOUR, nights=True, default_h=12.0) is None  # of the afternoon it says nothing
    assert personal_limit(None, since, nights=True, default_h=12.0) is None


@given(
    st.lists(st.floats(3.0, 23.9), max_size=20),
    st.floats(0, 48),
    st.booleans(),
    st.floats(1, 48),
    st.floats(0.5, 12),
)
def test_that_a_habit_may_only_tighten(
    hours: list[float], since: float, nights: bool, default_h: float, slack: float
) -> None:
    terms = replace(ElderTerms(), slack_h=slack)
    base = baseline_of([DAY - timedelta(days=i + 1) + hour * HOUR for i, hour in enumerate(hours)], DAY, terms)
    limit = personal_limit(base, DAY + since * HOUR, nights, default_h, terms)
    assert limit is None or limit < default_h


@settings(max_examples=40)
@given(st.floats(0, 30), st.one_of(st.none(), st.floats(0, 30)))
def test_that_the_rule_tells_with_a_habit_whatever_it_tells_without(low_h: float, personal_h: float | None) -> None:
    (rule,) = _RULE
    columns = dict.fromkeys(rule.columns) | {"state": "watched", "meter": "reports", "low_h": low_h}
    without = rule.matches(SimpleNamespace(**columns))
    with_habit = rule.matches(SimpleNamespace(**columns | {"personal_h": personal_h}))
    assert (without is True) == (low_h >= DEFAULT_LOW_H)
    assert with_habit is True or without is not True


_RULE = rules_from_texts({"R-ELD-01.toml": (RULES / "R-ELD-01.toml").read_text(encoding="utf-8")})


# ---------------------------------------------------------------------------------- what is known


def test_that_hours_stop_at_the_last_word_of_a_silent_meter() -> None:
    quiet = quiet_of(uses(0.02, *[0.0] * 10))
    assert quiet is not None
    silent = activity_of(Heard(elder(), quiet, feed_at=quiet.heard_at + 30 * HOUR), quiet.heard_at + 30 * HOUR)
    assert (silent.meter, silent.low_h) == ("silent", 5.0)
    down = activity_of(Heard(elder(), quiet, feed_at=quiet.heard_at), quiet.heard_at + 30 * HOUR)
    assert (down.meter, down.low_h) == ("reports", 5.0)  # all meters are silent: that is the feed


def test_that_where_no_sensor_ever_spoke_its_silence_says_nothing() -> None:
    now = DAY + 24 * HOUR
    assert activity_of(Heard(elder()), now).idle_h is None
    assert activity_of(Heard(elder(), proofs={"call": DAY}), now).idle_h is None
    assert activity_of(Heard(elder(), proofs={"door": DAY, "visit": DAY + 3 * HOUR}), now).idle_h == 21.0


def test_that_hours_begin_anew_when_she_comes_back() -> None:
    quiet = quiet_of(uses(*[0.0] * 80))
    assert quiet is not None
    back = activity_of(Heard(elder(), quiet, watched_from=quiet.heard_at - 3 * HOUR), quiet.heard_at)
    assert (back.low_h, back.dry_h) == (3.0, 3.0)


def test_that_an_ordinary_morning_is_told_to_no_rule() -> None:
    quiet = quiet_of(uses(*[0.01, 0.0] * 30))
    assert quiet is not None
    calm = activity_of(Heard(elder(), quiet), quiet.heard_at)
    assert is_quiet_stage(stage_of(calm))
    assert not is_quiet_stage(stage_of(replace(calm, low_h=12.0)))
    assert stage_of(replace(calm, low_h=12.1)) == stage_of(replace(calm, low_h=12.4))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"phone": 10}, "不认识的键 community.elders.phone"),
        ({"phone_min": 0}, "正数"),
        ({"door_at_high": "blue"}, "级别：yellow、orange、red"),
        ({"visit_high_d": 7.5}, "整数"),
        ({"night_from_h": 24}, "0–23"),
        ({"tries": True}, "正数"),
    ],
)
def test_that_settings_that_cannot_be_meant_are_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        elder_terms_from(table)
    assert elder_terms_from({"phone_min": 5, "door_at_general": "yellow"}).phone_min == 5
