"""What the community's own system writes of disputes and branches, read or refused with its reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.district.community_disputes import DisputeLife
from services.district.community_party import activity_rows
from services.domain.event import Batch
from services.domain.mediation import DisputeType
from services.domain.timebase import SHANGHAI
from services.sources.community_cases import CaseRows, ask_cases, read_dispute
from services.sources.community_tables import DZHD, JIUFEN
from services.sources.community_upstream import Answer, Upstream
from tests.unit.community_demo import START, community

NOW = START


def row(**said: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {column.name: "" for column in JIUFEN.c} | {
        "jfbh": "JF1",
        "jflx": "物业",
        "slrq": "20261118",
        "dqrq": "20261203",
        "djsj": "20261118093000",
        "jfsy": "停车收费",
        "xqbh": "XQ02",
        "hhbm": "XQ02-a, XQ02-b,XQ02-a",
        "dfbm": "DW1",
        "jtbz": 1,
        "blbz": 0,
        "jjbz": 0,
        "ly": "2",
        "xqmc": "云西小区",
        "ldmc": "2 幢",
        "dfx": "物业公司",
        "tjx": "徐",
        "sqnr": "业主林小明，13812345678，要求退费",
    }
    return plain | said


def answer(*disputes: dict[str, Any], branches: Any = (), activities: Any = ()) -> Answer:
    return Answer({"jiufen": disputes, "dang": tuple(branches), "huodong": tuple(activities)})


def test_that_a_row_is_put_into_our_words_without_persons():
    found = read_dispute(row(), NOW)
    assert (found.type, found.topic, found.channel, found.collective) == (
        DisputeType.PROPERTY,
        "停车收费",
        "phone",
        True,
    )
    assert found.households == ("XQ02-a", "XQ02-b")
    assert (found.opponent, found.mediator) == ("物业公司", "徐*")
    assert found.words == "业主林*，138****5678，要求退费"
    assert found.accepted_at == found.filed_at == datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)


def test_that_a_person_on_the_other_side_is_a_mask():
    assert read_dispute(row(dfbm="GR1", dfx="陈"), NOW).opponent == "陈*"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"jfbh": " "}, "no_number"),
        ({"jflx": "宗族"}, "unknown_type"),
        ({"xqmc": None}, "unknown_estate"),
        ({"djsj": "", "slrq": ""}, "no_date"),
        ({"slrq": "20261332"}, "bad_date"),
        ({"djsj": "20261118256000"}, "bad_time"),
        ({"djsj": "20261130080000", "slrq": ""}, "future_time"),
        ({"slrq": "20261101"}, "accepted_before_filed"),
        ({"slrq": "", "hjrq": "20261119"}, "resolved_unaccepted"),
        ({"hjrq": "20261117"}, "resolved_before_accepted"),
        ({"hjrq": "20261119", "hf7": "20261101"}, "visit_before_resolution"),
        ({"hf7": "20261120"}, "visit_before_resolution"),
    ],
)
def test_that_a_row_that_cannot_be_is_refused_once_and_without_its_words(said, reason):
    rows = CaseRows()
    batch = rows(answer(row(jfbh="JF0"), row(**said)), NOW)
    assert [one.reason for one in batch.refused] == [reason]
    assert "林小明" not in batch.refused[0].raw.decode()
    assert [one.number for one in batch.states["filed_disputes"]] == ["JF0"]
    assert rows(answer(row(jfbh="JF0"), row(**said)), NOW).refused == ()


def test_that_an_activity_of_no_branch_or_kind_is_refused_and_the_others_stay():
    branch = {"zbbh": "ZB01", "zbmc": "第1支部", "dys": 30, "sbd": 4, "zyss": 90, "jhs": 4, "wcs": 4}
    plain = {"hdmc": "", "jhsj": "20261110190000", "jlsj": "", "ydrs": 30, "sdrs": 0, "fwss": 0.0}
    good, bad, odd = (
        {"hdbh": "H1", "zbbh": "ZB01", "hdlx": "4", **plain},
        {"hdbh": "H2", "zbbh": "ZB99", "hdlx": "4", **plain},
        {"hdbh": "H3", "zbbh": "ZB01", "hdlx": "9", **plain},
    )
    batch = CaseRows()(answer(branches=[branch], activities=[good, bad, odd]), NOW)
    assert [one.reason for one in batch.refused] == ["unknown_branch", "unknown_kind"]
    assert [a.id for a in batch.states["party_branches"][0].activities] == ["H1"]
    assert (batch.states["party"][0].meetings_done, batch.states["party"][0].meetings_planned) == (0, 1)


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'community.db'}"


def polled(url: str, at: datetime = NOW) -> Batch:
    return CaseRows()(Upstream(url).ask(**ask_cases(at)), at)


def test_that_the_demo_community_grows_a_collective_matter_within_the_first_hour(url):
    with community(url) as (life, database):
        disputes = DisputeLife(42, START, life.world.census.people)
        for minutes in (10, 20, 40, 60):
            with database.begin() as connection:
                disputes.go_on(connection, START + timedelta(minutes=minutes - 20), START + timedelta(minutes=minutes))
        found = [d for d in polled(url, START + timedelta(hours=1)).states["filed_disputes"] if d.filed_at > START]
    assert len({d.households for d in found}) == 6
    assert {(d.estate_id, d.topic, d.accepted_at) for d in found} == {("XQ02", "停车收费", None)}


def test_that_a_case_of_last_year_is_still_told_while_it_is_visited(url):
    with community(url) as (_, database), database.begin() as connection:
        old = {"slrq": "20251201", "djsj": "20251201090000"}
        connection.execute(update(JIUFEN).where(JIUFEN.c.jfbh == "JF20260020").values(**old, hjrq="20251210"))
        connection.execute(update(JIUFEN).where(JIUFEN.c.jfbh == "JF20260021").values(**old, hjrq="20251210"))
        connection.execute(update(JIUFEN).where(JIUFEN.c.jfbh == "JF20260021").values(hjrq="20250310"))
    january = datetime(2026, 1, 20, 9, 0, tzinfo=SHANGHAI)
    told = {one["jfbh"] for one in Upstream(url).ask(**ask_cases(january)).rows["jiufen"]}
    assert "JF20260020" in told
    assert "JF20260021" not in told


def test_that_no_name_leaves_their_system(url):
    with community(url) as (_, database), database.begin() as connection:
        connection.execute(update(JIUFEN).values(dfmc="金丝雀名", dfbm="GR1", tjy="金丝雀员"))
    said = repr(polled(url))
    assert "金丝雀名" not in said
    assert "金丝雀员" not in said
    assert "金*" in said


def test_that_one_activity_of_the_demo_turns_out_late_a_quarter_of_an_hour_after_the_start(url):
    with community(url) as (life, database), database.begin() as connection:
        disputes = DisputeLife(42, START, life.world.census.people)
        before = connection.execute(select(DZHD).where(DZHD.c.jlsj == "", DZHD.c.jhsj < "20261119")).all()
        disputes.go_on(connection, START + timedelta(minutes=14), START + timedelta(minutes=16))
        late = connection.execute(select(DZHD).where(DZHD.c.jlsj == "", DZHD.c.jhsj < "20261119")).all()
    forgotten = [(one.zbbh, one.hdlx, one.jhsj[:8]) for one in late if one.jhsj[:8] <= "20261118"]
    assert forgotten == [("ZB04", "4", "20261118")]
    assert before == []
    assert activity_rows(START, 42, START) == activity_rows(START, 42, START)
