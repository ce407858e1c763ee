"""AIS from a socket or a file to the store's fleet: real sentences, broken links, honest counts."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from console import verbs
from services.collect.site import Site, SiteError
from services.district.part import DistrictSettings, Fault, Faults
from services.district.sea import Sea
from services.district.sea_radio import ShoreStation
from services.domain.beidou import FixBlock
from services.domain.event import Batch
from services.domain.fleet import ColourCode, Fleet, VesselKind
from services.domain.position import PositionReport, PositionSource
from services.domain.snapshot import Quality
from services.domain.timebase import Timebase, starting
from services.receivers.ais import QUARANTINED_A_MINUTE, AisReceiver, Ears, ingest_ais, receivers
from services.receivers.ais_links import FileReplay, Lines, Link, TcpClient, TcpServer, UdpServer
from services.receivers.fleet_keeper import FleetKeeper
from services.receivers.nmea import SentenceReader
from services.receivers.positions import Positions
from services.sources import boats_read
from services.store.schema import quarantine
from services.store.store import Store

RECORDED = Path(__file__).parents[1] / "recorded"
AIS = RECORDED / "ais"
START = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)
CLOCK = Timebase(0.0, START, 0.0)
LINE = b"!AIVDM,1,1,,B,B39H9GP0;@H136UI3ijEowU5oP06,0*14\r\n"


class Desk:
    """An intake that keeps what it is given."""

    def __init__(self) -> None:
        self.refused: list[Any] = []

    def submit(self, events: Sequence[Any], refused: Sequence[Any], source: str) -> Future[Any]:
        self.refused += refused
        return Future()


def receiver(link: Link, desk: Desk | None = None) -> AisReceiver:
    ears = Ears(Positions(), SentenceReader("ais"))
    return AisReceiver("ais", link, ears, desk or Desk(), START.timestamp)


def until(true: Callable[[], bool], seconds: float = 8.0) -> None:
    """Wait for another thread; fails when it never happens."""
    limit = time.monotonic() + seconds
    gate = threading.Event()
    while not true():
        assert time.monotonic() < limit, "it did not happen in time"
        gate.wait(0.02)


# -- links -------------------------------------------------------------------------------------


def test_that_lines_are_whole_however_the_bytes_come():
    lines = Lines()
    found = [line for at in range(0, 300, 7) for line in lines.feed((LINE * 6)[at : at + 7])]
    assert [line.strip() for line in found if line.strip()] == [LINE.strip()] * 6


def test_that_a_flood_without_line_ends_is_not_gathered():
    lines = Lines()
    assert len(lines.feed(b"x" * 10_000)) == 1
    assert lines.feed(b"y\n") == [b"y"]


def test_that_a_udp_datagram_is_heard():
    link = UdpServer("127.0.0.1", 0)
    heard = receiver(link)
    heard.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(LINE, ("127.0.0.1", link.port))
    until(lambda: heard.ears.stored == 1)
    heard.stop()


def test_that_several_senders_may_call_a_tcp_port_and_one_may_hang_up():
    link = TcpServer("127.0.0.1", 0)
    heard = receiver(link)
    heard.start()
    with socket.create_connection(("127.0.0.1", link.port)) as one:
        with socket.create_connection(("127.0.0.1", link.port)) as two:
            two.sendall(LINE)
            until(lambda: heard.ears.stored == 1)
        one.sendall(LINE.replace(b"B39H9GP0;@H136UI3ijEowU5oP06,0*14", b"") + LINE)
        until(lambda: heard.ears.echo.duplicates == 1)
    heard.stop()


def test_that_a_client_calls_again_when_the_feed_hangs_up():
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = receiver(TcpClient("127.0.0.1", server.getsockname()[1]))
        heard.start()
        first, _ = server.accept()
        first.sendall(LINE)
        until(lambda: heard.ears.stored == 1)
        first.close()
        until(lambda: "断开" in heard.error)
        second, _ = server.accept()
        second.sendall(LINE)
        until(lambda: heard.error == "")
        heard.stop()
        second.close()


def test_that_a_feed_that_is_not_there_is_an_error_and_no_crash():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    heard = receiver(TcpClient("127.0.0.1", port))
    heard.start()
    until(lambda: "连不上" in heard.error)
    heard.stop()


def test_that_a_recorded_file_is_played_to_its_end():
    heard = receiver(FileReplay([AIS / "pyais_nmea_data_sample.txt"], 1e6, repeat=False))
    heard.start()
    until(lambda: heard.ears.reader.read >= 890)
    heard.stop()
    assert heard.ears.stored > 700


def test_that_a_missing_file_is_said():
    heard = receiver(FileReplay([Path("/nowhere/x.nmea")], 100.0))
    heard.start()
    until(lambda: "读不到" in heard.error)
    heard.stop()


def test_that_the_quarantine_is_bounded_each_minute_and_the_counts_are_exact():
    desk = Desk()
    heard = receiver(FileReplay([], 1.0), desk=desk)
    heard.take([b"garbage"] * 1000)
    assert len(desk.refused) == QUARANTINED_A_MINUTE
    assert heard.ears.reader.refused["bad_sentence"] == 1000
    assert heard.not_kept == 1000 - QUARANTINED_A_MINUTE


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"mode": "pigeon"}, "可用：tcp_client"), ({"mode": "udp"}, "port"), ({"mode": "file"}, "files")],
)
def test_that_a_wrong_table_is_said_with_the_choices(settings, said):
    site = Site(receivers={"ais": settings})
    with pytest.raises(SiteError, match=said):
        receivers(site, None, Desk())  # pyright: ignore[reportArgumentType]


# -- the demo's shore station --------------------------------------------------------------------


def test_that_the_shore_station_is_heard_and_its_faults_do_no_harm():
    faults = Faults()
    clock = starting(START, factor=20.0)
    sea = Sea(DistrictSettings(boats=100, timebase=clock))
    station = ShoreStation(sea, "127.0.0.1", 0, clock, faults)
    link = TcpClient("127.0.0.1", station.port)
    heard = receiver(link)
    station.start()
    heard.start()
    try:
        until(lambda: heard.ears.stored > 10)
        faults.switch("ais", Fault.GARBAGE)
        until(lambda: sum(heard.ears.reader.refused.values()) > 3)
        faults.switch("ais", Fault.DUPLICATES)
        until(lambda: heard.ears.echo.duplicates > 3)
        assert not heard.ears.dropped["speed_jump"]
    finally:
        heard.stop()
        station.stop()


# -- into the store ------------------------------------------------------------------------------


def recorded(name: str) -> dict[str, Any]:
    return {"cursor": "", **json.loads((RECORDED / "boats" / f"{name}.json").read_text(encoding="utf-8"))}


def test_that_the_keeper_merges_ais_beidou_and_registers(sqlite_store):
    store: Store = sqlite_store
    for read, name in (
        (boats_read.register, "register"),
        (boats_read.positions, "positions"),
        (boats_read.vessels, "vessels"),
    ):
        store.take(read(recorded(name), START + timedelta(minutes=5)), name, START)
    positions, now_s = Positions(), START.timestamp()
    positions.take(
        [PositionReport(PositionSource.AIS, 413300101, now_s, now_s, 121.8, 28.5, 9.0, 10.0, 10.0)], Counter()
    )
    FleetKeeper(store, positions, (), CLOCK).beat()
    fleet = store.snapshot("fleet", START).records
    assert isinstance(fleet, Fleet)
    assert len(fleet) == 21
    assert fleet.find(413300101).kind is VesselKind.COLLECTION
    assert fleet.find(412410000).kind is VesselKind.FISHING
    assert {fix.code for fix in fleet} - {ColourCode.UNKNOWN}


def test_that_a_newer_beidou_fix_replaces_what_was_published(sqlite_store):
    store: Store = sqlite_store
    keeper = FleetKeeper(store, Positions(), (), CLOCK)
    answer = recorded("positions")
    store.take(boats_read.positions(answer, START + timedelta(minutes=9)), "boat_positions", START)
    keeper.beat()
    answer["fixes"][0][1:3], answer["fixes"][0][5] = [121.45, 28.692], answer["fixes"][0][5] + 1
    store.take(boats_read.positions(answer, START + timedelta(minutes=9)), "boat_positions", START)
    keeper.beat()
    assert store.snapshot("fleet", START).records.find(answer["fixes"][0][0]).lon == 121.45


def test_that_a_boat_only_ais_had_told_of_is_known_after_a_restart(sqlite_store):
    store: Store = sqlite_store
    positions, at_s = Positions(), START.timestamp() - 7200
    report = PositionReport(PositionSource.AIS, 412410000, at_s, at_s, 121.8, 28.5, 9.0, 10.0, 10.0)
    positions.take([report], Counter())
    FleetKeeper(store, positions, (), CLOCK).beat()
    seen: list[Any] = []
    keeper = FleetKeeper(store, Positions(), (), CLOCK, {"seen": lambda heard, _now: seen.append(heard)})
    keeper.beat()
    for _, tick in keeper.ticks:
        tick(CLOCK.now())
    (heard,) = seen
    assert (heard.fleet[0].mmsi, heard.fleet[0].at.timestamp()) == (412410000, at_s)
    assert heard.heard_ms.tolist() == [[at_s * 1000, 0, 0]]


@pytest.mark.allows_logs
def test_that_a_broken_feed_is_said_once_and_mends(sqlite_store, caplog):
    store: Store = sqlite_store
    link = FileReplay([], 1.0)
    heard = receiver(link)
    keeper = FleetKeeper(store, heard.ears.positions, (heard,), CLOCK)
    link.error = "连不上 127.0.0.1:1"
    with caplog.at_level(logging.WARNING):
        keeper.beat()
        keeper.beat()
    assert len([r for r in caplog.records if "连不上" in r.message]) == 1
    status = store.snapshot("sources", START).first()
    assert (status.quality, status.error) == (Quality.STALE, "连不上 127.0.0.1:1")
    link.error = ""
    heard.take([LINE])
    keeper.beat()
    assert store.snapshot("sources", START).first().quality is Quality.GOOD


def test_that_a_store_that_cannot_write_does_not_end_the_keeper(sqlite_store, caplog):
    keeper = FleetKeeper(sqlite_store, Positions(), (), CLOCK)
    keeper._store = Refusing()  # pyright: ignore[reportAttributeAccessIssue]
    with caplog.at_level(logging.WARNING):
        keeper._safely(keeper.beat)
        keeper._safely(keeper.beat)
    assert len(caplog.records) == 1


class Refusing:
    def changes_since(self, seq: int) -> Any:
        from services.store.errors import StoreFull

        raise StoreFull("磁盘已满")


def test_that_ingest_stores_positions_and_quarantines_every_refused_line(sqlite_store):
    told = ingest_ais(sorted(AIS.glob("*_*.*")), sqlite_store)
    fleet = sqlite_store.snapshot("fleet", START).records
    assert told["vessels"] == len(fleet) > 400
    assert (abs(fleet.rows["lat"]) <= 90).all()
    assert (abs(fleet.rows["lon"]) <= 180).all()
    with sqlite_store.read() as connection:
        rows = connection.execute(select(quarantine.c.reason, func.count()).group_by(quarantine.c.reason)).all()
    assert {row[0]: row[1] for row in rows} == told["quarantined"]
    assert told["ignored"]["proprietary"] > 900
    assert told["dropped"]["no_position"] > 0


def test_that_the_verb_prints_one_json_line(sqlite_url, capsys):
    assert verbs.main(["ingest", "ais", str(AIS / "gpsd_sample.aivdm"), "--store", sqlite_url]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["read"] == 1120
    assert told["quarantined"] == {"bad_sentence": 1}


def test_that_a_fix_block_survives_the_store(sqlite_store):
    fleet = boats_read.positions(recorded("positions"), START + timedelta(minutes=5)).states["beidou_fixes"][0]
    sqlite_store.take(Batch({"beidou_fixes": (fleet,)}), "boat_positions", START)
    back = sqlite_store.snapshot("beidou_fixes", START).first()
    assert isinstance(back, FixBlock)
    assert back.fleet.rows.tobytes() == fleet.fleet.rows.tobytes()
