"""Sentences become messages, the same that pyais decodes, and every refusal has its reason."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pyais
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais.exceptions import AISBaseException
from pyais.stream import IterMessages

from services.domain.event import Refused
from services.receivers.nmea import Heard, SentenceReader

RECORDED = Path(__file__).parents[1] / "recorded" / "ais"
FILES = sorted(p.name for p in RECORDED.iterdir() if p.suffix != ".md")
ONE = b"!AIVDM,1,1,,B,B39H9GP0;@H136UI3ijEowU5oP06,0*14"
FIRST = b"!AIVDM,2,1,1,,53cMa3@000010WSW?V105=<45B2222222222220t388151:9e2UiDm851DTh,0*65"
SECOND = b"!AIVDM,2,2,1,,j1C32CQp888,2*17"


def feed(*lines: bytes, reader: SentenceReader | None = None, now_s: float = 1000.0) -> list[Heard | Refused]:
    reader = reader or SentenceReader()
    return [out for line in lines for out in reader.feed(line, now_s)]


def reasons(*lines: bytes) -> list[str]:
    return [out.reason for out in feed(*lines) if isinstance(out, Refused)]


def tagged(body: str, sentence: bytes = ONE) -> bytes:
    check = reduce(lambda a, b: a ^ b, body.encode())
    return f"\\{body}*{check:02X}\\".encode() + sentence


def valid_by_pyais(lines: list[bytes]) -> list[dict]:
    """pyais' own reading of a file: its assembler, its checksum test, its decoder."""
    found = []
    for message in IterMessages(line.strip() for line in lines):
        try:
            if message.is_valid:
                found.append(message.decode().asdict())
        except (AISBaseException, ValueError):
            continue
    return found


@pytest.mark.parametrize("name", FILES)
def test_that_every_valid_message_of_a_recorded_file_is_decoded_as_pyais_decodes_it(name):
    lines = (RECORDED / name).read_bytes().splitlines()
    mine = [out.message.asdict() for out in feed(*lines) if isinstance(out, Heard)]
    theirs = valid_by_pyais(lines)
    told = sorted(map(repr, mine))
    missing = [t for t in map(repr, theirs) if t not in set(told)]
    assert missing == []
    assert len(theirs) > 0


@pytest.mark.parametrize("name", FILES)
def test_that_every_line_of_a_recorded_file_is_heard_refused_or_ignored(name):
    reader = SentenceReader()
    lines = [line for line in (RECORDED / name).read_bytes().splitlines() if line.strip()]
    out = feed(*lines, reader=reader)
    out += reader.close()
    used = 0
    for each in out:
        used += len(each.raw.split(b"\n")) if isinstance(each, Refused) else max(1, each.parts)
    assert used + sum(reader.ignored.values()) == len(lines) == reader.read


def test_that_proprietary_lines_are_ignored_and_no_error():
    reader = SentenceReader()
    assert feed(b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B", reader=reader) == []
    assert reader.ignored["proprietary"] == 1
    assert not reader.refused


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (ONE[:-2] + b"15", "bad_checksum"),
        (ONE.partition(b"*")[0], "no_checksum"),
        (ONE.replace(b"B39H", b"B49H"), "bad_checksum"),
        (b"\xff\xfe\x00garbage", "bad_sentence"),
        (b"!AIVDM", "no_checksum"),
        (b"!" + b"A" * 2000, "bad_sentence"),
        (b"\\s:x,c:1*00\\" + ONE, "bad_tag_block"),
        (b"\\s:x,c:1", "bad_tag_block"),
        (b"!AIVDM,1,1,,B,,0*25", "undecodable"),
        (b"!AIVDM,1,2,,B,B39H9GP0;@H136UI3ijEowU5oP06,0*17", "bad_parts"),
    ],
)
def test_that_a_bad_line_is_refused_with_its_reason_and_kept_whole(line, reason):
    refused = [out for out in feed(line) if isinstance(out, Refused)]
    assert [r.reason for r in refused] == [reason]
    assert refused[0].raw == line[:1024]
    assert refused[0].detail


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_that_two_parts_make_one_message_in_either_order(order):
    out = feed(*order)
    assert len(out) == 1
    assert isinstance(out[0], Heard)
    assert out[0].message == pyais.decode(FIRST, SECOND)


def test_that_a_part_of_another_message_is_not_joined_to_a_later_one():
    """An orphan second part lies around; the next first part with its number is another message."""
    reader = SentenceReader()
    feed(SECOND, reader=reader)
    feed(*[ONE] * 10, reader=reader)
    out = feed(FIRST, reader=reader)
    assert [o.reason for o in out if isinstance(o, Refused)] == ["missing_part"]
    assert not [o for o in out if isinstance(o, Heard)]


def test_that_a_part_waits_a_minute_and_then_is_given_up():
    reader = SentenceReader()
    assert feed(FIRST, reader=reader, now_s=0.0) == []
    out = feed(ONE, reader=reader, now_s=61.0)
    assert [o.reason for o in out if isinstance(o, Refused)] == ["missing_part"]


def test_that_the_stations_time_is_used_and_ours_only_without():
    assert [o.at_s for o in feed(tagged("s:demo,c:1418172113"))] == [1418172113.0]
    assert [o.at_s for o in feed(tagged("c:1418172113500"))] == [1418172113.5]
    assert [o.at_s for o in feed(ONE + b",d-103,T39.44353985,r08TPHI1,1242958962")] == [1242958962.0]
    assert [o.at_s for o in feed(ONE)] == [1000.0]


def test_that_a_replay_happens_now_whatever_its_tags_say():
    reader = SentenceReader(replayed=True)
    out = feed(tagged("s:demo,c:1418172113"), reader=reader)
    assert [(o.at_s, o.timed) for o in out] == [(1000.0, False)]


@given(st.lists(st.binary(max_size=120), max_size=20))
def test_that_no_bytes_raise(lines):
    reader = SentenceReader()
    feed(*lines, reader=reader)
    list(reader.close())


@given(st.integers(0, len(ONE) - 1), st.integers(0, 255))
def test_that_a_changed_byte_is_never_heard_as_another_position(at, byte):
    line = ONE[:at] + bytes([byte]) + ONE[at + 1 :]
    truth = pyais.decode(ONE)
    for out in feed(line):
        if isinstance(out, Heard):
            assert (out.message.lat, out.message.lon) == (truth.lat, truth.lon)


def test_that_the_parts_that_wait_are_bounded():
    reader = SentenceReader()
    for n in range(2000):
        body = f"AIVDM,2,1,{n},A,53cMa3@0,0".encode()
        check = reduce(lambda a, b: a ^ b, body)
        feed(b"!" + body + f"*{check:02X}".encode(), reader=reader)
    assert len(reader._waiting) <= 512
    assert reader.refused["missing_part"] >= 2000 - 512
