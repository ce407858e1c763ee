"""``ingest`` on recorded files and on rubbish: one JSON line that adds up, or a sentence and status 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.verbs import main

pytestmark = [pytest.mark.timeout(30), pytest.mark.allows_logs]

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
AIS = sorted(p for p in (RECORDED / "ais").iterdir() if p.suffix != ".md")
VIID = sorted(p for p in (RECORDED / "viid").iterdir() if p.suffix != ".md")
LONG_LINE = 50_000_000


@pytest.fixture
def ingest(sqlite_url, capsys):
    def run(protocol: str, *files: Path, store: str = sqlite_url):
        status = main(["ingest", protocol, *map(str, files), "--store", store])
        said = capsys.readouterr()
        return status, json.loads(said.out) if status == 0 else said.err

    return run


STATES = 9  # of the recorded bodies tell how things are now, which is no event that could come twice


def adds_up(figures) -> bool:
    return figures["read"] == figures["stored"] + figures["duplicate"] + sum(figures["quarantined"].values())


def test_that_every_recorded_body_is_stored_or_quarantined_and_the_second_time_a_duplicate(ingest):
    status, first = ingest("viid", *VIID)
    assert (status, first["duplicate"], adds_up(first)) == (0, 0, True)
    assert first["stored"] > len(VIID) / 2
    status, again = ingest("viid", *VIID)
    assert (status, again["stored"], again["duplicate"]) == (0, STATES, first["stored"] - STATES)
    assert again["quarantined"] == first["quarantined"]
    assert adds_up(again)


@pytest.mark.parametrize("file", AIS, ids=lambda file: file.name)
def test_that_each_recorded_sentence_is_a_message_a_part_or_named_among_the_rest(ingest, file):
    status, told = ingest("ais", file)
    rest = told["duplicate"] + sum(told["ignored"].values()) + sum(told["quarantined"].values())
    assert status == 0
    assert told["read"] == sum(1 for line in file.read_bytes().splitlines() if line.strip())
    assert 0 < told["stored"] <= told["messages"] <= told["read"] - rest
    assert told["vessels"] <= told["stored"]


@pytest.mark.parametrize("protocol", ["ais", "viid"])
def test_that_rubbish_is_quarantined_and_ends_well(ingest, tmp_path, protocol):
    garbage, empty, long = tmp_path / "garbage.bin", tmp_path / "empty", tmp_path / "long"
    garbage.write_bytes(bytes(range(256)) * 40 + b"\n" + bytes(range(255, -1, -1)) * 40)
    empty.write_bytes(b"")
    long.write_bytes(b"x" * LONG_LINE + b"\n")
    status, told = ingest(protocol, garbage, empty, long)
    assert status == 0
    assert told["stored"] == 0
    assert sum(told["quarantined"].values()) >= 2


def test_that_a_passage_with_a_picture_of_fifty_megabytes_is_stored_without_it(ingest, tmp_path):
    picture = {"ImageID": "1", "Data": "x" * LONG_LINE}
    passage = {"PassTime": "20261121142907", "SubImageList": {"SubImageInfoObject": [picture]}}
    (tmp_path / "picture.json").write_text(json.dumps({"MotorVehicleObject": [passage]}), encoding="ascii")
    assert ingest("viid", tmp_path / "picture.json") == (
        0,
        {"read": 1, "stored": 1, "duplicate": 0, "quarantined": {}},
    )
    assert sum(f.stat().st_size for f in tmp_path.glob("store.db*")) < 5_000_000


@pytest.mark.parametrize("protocol", ["ais", "viid"])
def test_that_a_file_that_cannot_be_read_is_named_before_any_other_is_taken(ingest, tmp_path, protocol):
    good = (AIS if protocol == "ais" else VIID)[0]
    assert ingest(protocol, good, tmp_path / "none.txt") == (
        1,
        f"导入失败：读不到 {tmp_path / 'none.txt'}：没有这个文件\n",
    )
    assert ingest(protocol, tmp_path) == (1, f"导入失败：读不到 {tmp_path}：这是文件夹\n")
    assert ingest(protocol, good)[1]["duplicate"] <= 5  # of its own; nothing had been taken


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "须以 sqlite:/// 或 postgresql+psycopg:// 开头"),
        ("nonsense", "store.url 无法使用"),
        ("sqlite:////no/such/folder/x.db", "打不开数据库文件"),
        ("postgresql+psycopg://postgres@127.0.0.1:1/x", "连不上数据库服务器"),
    ],
)
def test_that_a_store_that_cannot_be_used_is_said_in_a_sentence(ingest, url, said):
    status, told = ingest("viid", VIID[0], store=url)
    assert status == 1
    assert told.startswith("导入失败：")
    assert said in told
