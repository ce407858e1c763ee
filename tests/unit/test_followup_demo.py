"""The demo's last month: one notice and transfer in each state, packages that verify, signs that remember."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.collect.followup_figures import figures
from services.collect.outbox_settings import outbox_from
from services.collect.packaging import FOLDER
from services.collect.site import Site, read_site
from services.district.gateways import Gateways, parts
from services.district.history_followup import PLOTS, followup_past
from services.district.http import BadQuestionError
from services.district.launch import _outbox, _toml
from services.district.part import DistrictSettings, Faults
from services.domain.notice import Occasion
from services.domain.timebase import SHANGHAI
from services.reports.evidence_check import check
from services.store.store import Store

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
STREAMS = ("inspection_notice", "case_transfer", "road_text")


@pytest.fixture
def past(sqlite_url, tmp_path):
    followup_past(sqlite_url, tmp_path, START)
    with Store.open(sqlite_url) as store:
        yield store


def test_that_the_past_has_one_of_everything_and_its_packages_verify(past, tmp_path):
    notices, transfers, texts = (past.cases(stream) for stream in STREAMS)
    assert {one.state.value for one in notices} == {"waiting", "failed", "passed"}
    assert {one.state.value for one in transfers} == {"ready", "sent", "accepted", "returned", "done"}
    assert {one.state.value for one in texts} == {"shown", "drafted"}
    assert len(notices) + len(transfers) == len(PLOTS)
    assert past.verify_chain() is None
    key = (tmp_path / FOLDER / "evidence.pub").read_bytes()
    for case in transfers:
        assert case.lacking == ()
        assert check((tmp_path / FOLDER / f"{case.sha256}.zip").read_bytes(), key).is_whole


def test_that_the_strip_counts_it(past):
    past.expire(START)
    told = {one.id: one for one in figures(*(past.cases(stream) for stream in STREAMS), START)}
    assert (told["waiting"].value, told["waiting"].note) == ("5", "超期 1 · 3 日内到期 1")
    assert (told["kept"].value, told["kept"].note) == ("50", "1 / 2")
    assert told["to_accept"].value == "1"
    assert told["to_accept"].note.startswith("超期 1")
    assert (told["evidence"].value, told["signs"].value) == ("3", "2")


def test_that_figures_of_nothing_are_not_numbers():
    told = {one.id: one.value for one in figures((), (), (), START)}
    assert told == {"waiting": "0", "kept": "—", "to_accept": "0", "working": "0", "evidence": "0", "signs": "0"}


def event(kind: str, number: str, text: str = "慢行") -> dict:
    return {"id": number, "type": f"cn.x.{kind}", "data": {"place": "二桥北", "text": text}}


def test_that_a_sign_shows_the_last_text_until_it_is_cleared_and_a_message_counts_once():
    gateways = Gateways()
    gateways.sign({}, event("road_sign", "1"))
    gateways.sign({}, event("road_sign", "2", "封闭"))
    gateways.message({}, event("owner_told", "3"))
    gateways.message({}, event("owner_told", "3"))
    assert gateways.shown({}) == {"signs": {"二桥北": "封闭"}, "messages": 1}
    gateways.sign({}, event("road_sign_cleared", "4", ""))
    assert gateways.shown({}) == {"signs": {}, "messages": 1}


@pytest.mark.parametrize("bad", [None, {}, [], {"id": "1"}, {"id": "1", "data": {"text": "x"}}])
def test_that_a_gateway_refuses_what_is_no_message(bad):
    with pytest.raises(BadQuestionError):
        Gateways().sign({}, bad)


def test_that_the_demo_site_routes_owners_and_drivers_to_its_gateways(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(_toml({"name": "x"}, _outbox(9)), encoding="utf-8")
    told = outbox_from(read_site(path).outbox)
    occasions = {route.channel: set(route.occasions) for route in told.routes}
    assert occasions == {
        "signs": {Occasion.ROAD_SIGN, Occasion.ROAD_SIGN_CLEARED},
        "sms": {Occasion.OWNER_TOLD, Occasion.ROAD_SMS},
    }
    assert parts(DistrictSettings(), Site(), Faults()) == ()
