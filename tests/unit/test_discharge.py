"""待查发现: raised, revised and withdrawn by what is known; it asks for a look and judges nobody."""

from __future__ import annotations

import ast
import tomllib
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.discharge_reading import fleet_fixes, low_hand_ins
from services.collect.findings_keeper import FindingsKeeper
from services.domain.alert import Stance
from services.domain.boat_activity import HandedInLedger
from services.domain.colour_code import BoatCode
from services.domain.discharge import Known, of_film, of_slow, of_tank, worth_raising
from services.domain.discharge_case import CheckResult, FindingState, RaiseFinding, RecordCheck, WithdrawFinding
from services.domain.discharge_terms import TERMS, Ground, discharge_from
from services.domain.discharge_witness import FilmReport, TankCheck
from services.domain.fleet import ColourCode
from services.domain.officer import ENGINE, Officer, Role
from services.domain.track import TRACK_DTYPE
from services.domain.track_search import coverage, near, ordered, outside, slow_episodes
from services.store import events
from tests.unit.boat_requests import DISPATCHER, NOW, boat
from tests.unit.test_colour_code import MMSI, TODAY, filled

ROOT = Path(__file__).resolve().parents[2]
NOW_MS = round(NOW.timestamp() * 1000)
MINUTE_MS = 60_000
FILM = FilmReport("YM-1", NOW, 121.80, 28.50, "drone", 2400.0)


@pytest.fixture
def store(sqlite_store):
    """One database is enough here; test_boat_standing.py takes both."""
    return sqlite_store


def track(mmsi=MMSI, minutes=range(-120, 1, 5), lon=121.80, lat=28.50, east_per_min=0.0, sog=3.0):
    found = np.zeros(len(minutes), TRACK_DTYPE)
    found["mmsi"], found["at_ms"] = mmsi, NOW_MS + np.array(minutes) * MINUTE_MS
    found["lon"], found["lat"] = lon + np.array(minutes) * east_per_min, lat
    found["sog_kn"], found["cog_deg"] = sog, 90.0
    return found


def coded(code=ColourCode.RED, mmsi=MMSI):
    return BoatCode(
        str(mmsi), "浙椒渔 10007", "海门港", "单拖", code, 0.3, 700, 210, 80, 60, 0.95, 2.4, 2.1, 30, "交付比 0.30"
    )


def known(*fixes, codes=(), terms=TERMS, low=None):
    shown = codes or (coded(),)
    every = ordered(np.concatenate(fixes)) if fixes else np.empty(0, TRACK_DTYPE)
    return Known(every, {one.id: one for one in shown}, terms, lambda _boat, _at: low, NOW - timedelta(hours=12))


# ------------------------------------------------------------------------------------------ searching


def test_that_a_boat_between_two_fixes_is_on_the_straight_way():
    passing = track(minutes=[-10, 0], lon=121.90, east_per_min=0.02)
    found = near(ordered(passing), 121.80, 28.51, NOW_MS - 3_600_000, NOW_MS, 2.0)
    assert found.mmsi.tolist() == [MMSI]
    assert found.nm[0] == pytest.approx(0.6, abs=0.01)
    assert abs(found.at_ms[0] - (NOW_MS - 5 * MINUTE_MS)) < MINUTE_MS


def test_that_nobody_sails_through_a_silence_or_into_another_boat():
    silent = track(minutes=[-31, 0], lon=121.95, east_per_min=0.01)
    other = track(MMSI + 1, minutes=[0], lon=121.65)
    for fixes in (silent, np.concatenate([track(minutes=[-5], lon=121.95), other])):
        assert not len(near(ordered(fixes), 121.80, 28.50, NOW_MS - 3_600_000, NOW_MS, 2.0).mmsi)


def test_that_time_and_distance_are_kept_to():
    late, early = track(minutes=[1]), track(minutes=[-361])
    assert not len(near(late, 121.80, 28.50, NOW_MS - 21_600_000, NOW_MS, 2.0).mmsi)
    assert not len(near(early, 121.80, 28.50, NOW_MS - 21_600_000, NOW_MS, 2.0).mmsi)
    assert not len(near(track(lat=28.534), 121.80, 28.50, NOW_MS - 21_600_000, NOW_MS, 2.0).mmsi)
    assert len(near(track(lat=28.533), 121.80, 28.50, NOW_MS - 21_600_000, NOW_MS, 2.0).mmsi)


def plain_episodes(fixes, least_min):
    """The definition, fix by fix."""
    found, run = [], []
    for fix in [*fixes, None]:
        slow = fix is not None and 0.3 <= fix["sog_kn"] <= 2.0
        joined = run and slow and fix["mmsi"] == run[-1]["mmsi"] and fix["at_ms"] - run[-1]["at_ms"] <= 1_800_000
        if run and not joined:
            if run[-1]["at_ms"] - run[0]["at_ms"] >= least_min * MINUTE_MS:
                found.append((int(run[0]["mmsi"]), int(run[0]["at_ms"]), int(run[-1]["at_ms"])))
            run = []
        if slow:
            run.append(fix)
    return found


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 60), st.sampled_from([0.0, 0.3, 1.0, 2.0, 2.5])), max_size=30)
)
@settings(max_examples=80)
def test_that_slow_episodes_are_those_of_the_definition(rows):
    fixes = np.zeros(len(rows), TRACK_DTYPE)
    for at, (mmsi, minute, sog) in enumerate(rows):
        fixes[at] = (mmsi, minute * 7 * MINUTE_MS, 121.8, 28.5, np.float32(sog), 0, 0)
    fixes["sog_kn"] = np.where(np.isclose(fixes["sog_kn"], 0.3), 0.31, fixes["sog_kn"])
    fixes = ordered(fixes)
    found = slow_episodes(fixes, 0.3, 2.0, 20.0)
    told = list(zip(found.mmsi.tolist(), found.begin_ms.tolist(), found.end_ms.tolist(), strict=True))
    assert told == plain_episodes(list(fixes), 20)


def test_that_a_speed_nobody_told_is_that_of_the_way():
    drifting = track(minutes=range(0, 60, 10), east_per_min=0.0003, sog=np.nan)
    assert len(slow_episodes(ordered(drifting), 0.3, 2.0, 20.0).mmsi) == 1
    sailing = track(minutes=range(0, 60, 10), east_per_min=0.003, sog=np.nan)
    assert not len(slow_episodes(ordered(sailing), 0.3, 2.0, 20.0).mmsi)


def test_that_grounds_and_coverage_are_what_they_say():
    grounds = (Ground("大陈", 121.80, 28.50, 1.0),)
    assert outside(np.array([121.80, 121.90]), np.array([28.51, 28.50]), grounds).tolist() == [False, True]
    heard = ordered(np.concatenate([track(minutes=range(-60, 0, 20)), track(MMSI + 1)]))
    assert coverage(heard, MMSI, NOW_MS - 3_600_000, NOW_MS) == 0.5
    assert coverage(heard, MMSI + 9, NOW_MS - 3_600_000, NOW_MS) == 0.0


# ------------------------------------------------------------------------------------------ assessing


def test_that_a_film_leads_to_the_boats_whose_track_was_near():
    found = of_film(
        FILM, known(track(), track(MMSI + 7, lat=28.52), codes=(coded(), coded(ColourCode.GREEN, MMSI + 7)))
    )
    assert [one.boat_id for one in found] == [str(MMSI), str(MMSI + 7)]
    assert found[0].score > found[1].score
    assert found[0].others_near == 1
    assert {line.stance for line in found[1].evidence} == {Stance.FOR, Stance.AGAINST, Stance.UNKNOWN}


def test_that_a_crowd_makes_each_less_likely_and_one_report_leads_to_few():
    crowd = [track(MMSI + 7 * i, lat=28.50 + 0.001 * i) for i in range(9)]
    codes = tuple(coded(ColourCode.RED, MMSI + 7 * i) for i in range(9))
    alone = of_film(FILM, known(track()))[0].score
    assert of_film(FILM, known(*crowd, codes=codes))[0].score == alone - TERMS.film_others_most
    assert len(worth_raising(FILM, known(*crowd, codes=codes))) == TERMS.most_per_film


@pytest.mark.parametrize(
    ("code", "level", "raised"),
    [(ColourCode.RED, 4.0, True), (ColourCode.GREEN, 4.0, False), (ColourCode.UNKNOWN, 4.0, False)],
)
def test_that_an_empty_tank_is_looked_at_only_with_a_red_code(code, level, raised):
    check = TankCheck("CJ-1", str(MMSI), NOW, "海门港", level)
    found = of_tank(check, known(track(), codes=(coded(code),)))
    assert (found.score >= TERMS.raise_from) is raised
    assert of_tank(TankCheck("CJ-2", str(MMSI), NOW, "海门港", 10.1), known(track())) is None


def test_that_a_slow_episode_needs_two_low_hand_ins_or_a_silence_beside_it():
    drifting = track(minutes=range(-60, 1, 5), sog=1.0)
    assert [one.score for one in of_slow(known(drifting, low=True))] == [70]
    assert list(of_slow(known(drifting, low=False))) == []
    assert list(of_slow(known(drifting, low=None))) == []
    silent = np.concatenate([track(minutes=[-100]), drifting])
    (found,) = of_slow(known(silent, low=None))
    assert found.score == 65
    grounds = discharge_from({"grounds": [{"name": "渔场", "lon": 121.8, "lat": 28.5, "radius_nm": 3}]})
    assert list(of_slow(known(drifting, terms=grounds, low=True))) == []


# ---------------------------------------------------------------------------------------- in the store


def put(store, fixes, films=(FILM,), code=ColourCode.RED):
    store.keep_fixes(fixes)
    store.put_topic("boat_codes", (coded(code),), NOW)
    store.put_topic("film_reports", films, NOW)


def findings(store):
    return [(one.state, one.score, one.version) for one in store.cases("finding")]


def moved(store):
    with store.read() as connection:
        return sorted((one.version, one.state) for one in events.records(connection, "discharge_finding"))


def test_that_a_finding_is_raised_once_and_told_once(store):
    put(store, track())
    for _ in range(2):
        FindingsKeeper(store, TERMS).tick(NOW)
    assert findings(store) == [(FindingState.RAISED, 80, 1)]
    assert moved(store) == [(1, "raised")]


def test_that_a_finding_is_revised_and_withdrawn_when_late_messages_explain_it(store):
    """A boat thought to have sailed straight over the film had in truth gone round it."""
    put(store, track(minutes=[-20, 0], lon=121.84, east_per_min=0.004))
    keeper = FindingsKeeper(store, TERMS)
    keeper.tick(NOW)
    ((state, score, _),) = findings(store)
    assert state is FindingState.RAISED
    put(store, track(minutes=[]), code=ColourCode.YELLOW)
    keeper.tick(NOW)
    assert findings(store) == [(FindingState.RAISED, score - TERMS.red_score + TERMS.yellow_score, 2)]
    put(store, track(minutes=[-19, -10, -1], lon=121.84, lat=28.60, east_per_min=0.004))
    keeper.tick(NOW + timedelta(minutes=1))
    assert [(state, version) for state, _, version in findings(store)] == [(FindingState.WITHDRAWN, 3)]
    assert store.cases("finding")[0].text == "迟到船位表明该船不在附近，撤销待查"
    assert moved(store) == [(1, "raised"), (2, "raised"), (3, "withdrawn")]
    keeper.tick(NOW)
    assert len(findings(store)) == 1


def raised(store):
    put(store, track())
    FindingsKeeper(store, TERMS).tick(NOW)
    return store.cases("finding")[0]


def test_that_a_check_needs_words_and_ends_the_finding(store):
    finding = raised(store)
    about = {"case_id": finding.id, "expected_version": finding.version}
    check = RecordCheck(**about, result=CheckResult.CONFIRMED, text=" ")
    assert store.perform(check, DISPATCHER, NOW).refusal == "请写明核查经过"
    assert store.perform(check, ENGINE, NOW).refusal == "核查结果由人员填写"
    assert store.perform(RecordCheck(**about, result=CheckResult.CONFIRMED, text="取样比对一致"), DISPATCHER, NOW).done
    found = store.cases("finding")[0]
    assert (found.state, found.result, found.ended_by) == (FindingState.CHECKED, CheckResult.CONFIRMED, "周*")
    again = WithdrawFinding(case_id=finding.id, expected_version=found.version, reason="x")
    assert store.perform(again, DISPATCHER, NOW).refusal == "发现已了结"


def test_that_only_the_system_raises_and_only_those_in_charge_withdraw(sqlite_store):
    finding = raised(sqlite_store)
    (seen,) = worth_raising(FILM, known(track()))
    assert sqlite_store.perform(RaiseFinding(assessment=seen), DISPATCHER, NOW).refusal == "由系统比对产生"
    assert sqlite_store.perform(RaiseFinding(assessment=seen), ENGINE, NOW).refusal == "已有这一发现"
    wish = WithdrawFinding(case_id=finding.id, expected_version=1, reason="已见船在港")
    assert sqlite_store.perform(wish, Officer("a", "甲乙", Role.ANALYST), NOW).refusal
    assert sqlite_store.perform(wish, DISPATCHER, NOW).done


def test_that_a_finding_is_the_same_after_a_rebuild(store):
    finding = raised(store)
    store.rebuild()
    assert store.cases("finding") == (finding,)


def test_that_all_tracks_are_read_in_the_order_of_boat_and_moment(store):
    put(store, np.concatenate([track(MMSI + 7, minutes=range(-600, 0, 60)), track(minutes=[0, -30])]))
    fixes = fleet_fixes(store, NOW - timedelta(hours=8), NOW)
    assert fixes["mmsi"].tolist() == [MMSI] * 2 + [MMSI + 7] * 8
    assert (np.diff(fixes["at_ms"][2:]) > 0).all()


def test_that_low_hand_ins_are_judged_by_what_was_expected_between_them(sqlite_store):
    ledger = filled(sqlite_store, (MMSI,))
    days = [(MMSI, TODAY - timedelta(days=ago), kg) for ago, kg in ((60, 50), (40, 20), (20, 20), (10, 500))]
    sqlite_store.put_topic("hand_in_ledger", (HandedInLedger("b", ledger.since, TODAY, tuple(days)),), NOW)
    low = low_hand_ins(sqlite_store, 0.4, NOW)
    told = [low(str(MMSI), NOW - timedelta(days=ago)) for ago in (70, 50, 30, 15, 5)]
    assert told == [None, True, True, False, None]


# ---------------------------------------------------------------------------------------------- words


JUDGING = ("违法", "有罪", "犯罪", "违规", "处罚", "偷排者", "嫌疑人", "guilty", "illegal", "offender", "crime")
SPEAKING = (
    *(ROOT / "services" / "domain" / f"{name}.py" for name in ("discharge", "discharge_case", "colour_code")),
    *(ROOT / "services" / "collect" / f"{name}.py" for name in ("findings_keeper", "codes_keeper")),
    *sorted((ROOT / "widgets").glob("finding*.py")),
)


def strings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_that_no_string_of_a_finding_judges_anybody():
    spoken = [word for path in SPEAKING for word in strings(path)]
    rule = (ROOT / "resources" / "rules" / "R-FSH-08.toml").read_text(encoding="utf-8")
    assert tomllib.loads(rule)["title"].endswith("待查")
    found = [(bad, said) for said in (*spoken, rule) for bad in JUDGING if bad in said.lower()]
    assert found == []
    assert any("待查" in said for said in spoken)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"film": 1}, "不认识的键 boats.discharge.film"),
        ({"film_nm": "2"}, "boats.discharge.film_nm 须为"),
        ({"slow_from_kn": 3}, "须小于 slow_to_kn"),
        ({"keep_from": 90}, "不得大于 raise_from"),
        ({"grounds": [{"name": "x"}]}, "每项写作"),
    ],
)
def test_that_a_wrong_setting_names_its_key(table, said):
    with pytest.raises(ValueError, match=r"boats\.discharge") as refused:
        discharge_from(table)
    assert said in str(refused.value)


def test_that_a_boat_of_no_register_is_no_finding():
    assert of_film(FILM, known(track(999_999_999))) == ()
    assert boat().id == str(MMSI)
