"""Sentences become messages, the same that pyais decodes, and every refusal has its reason."""

from __future__ import annotations

from functools import reduce
from math import nan
from operator import xor
from pathlib import Path
from typing import Any

import pyais
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais.exceptions import AISBaseException
from pyais.stream import IterMessages

from services.domain.event import Refused
from services.receivers.ais_bits import AisPosition, position_of
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


def plain(message: Any) -> str:
    """A message in words that are the same whoever read it: of a position what we use, else everything."""
    kind = int(message.msg_type)
    if kind == 5:
        return repr((kind, message.mmsi, message.callsign, message.shipname, int(message.ship_type)))
    if kind not in (1, 2, 3, 9, 18, 27):
        return repr(message.asdict())
    if isinstance(message, AisPosition):
        return repr(
            (kind, message.mmsi, message.lon, message.lat, message.sog_kn, message.cog_deg, message.heading_deg)
        )
    values = (message.speed, message.course, getattr(message, "heading", 511))
    limits = ({9: 1023, 27: 63}.get(kind, 102.3), 360, 360)
    known = (nan if v >= limit else float(v) for v, limit in zip(values, limits, strict=True))
    return repr((kind, message.mmsi, message.lon, message.lat, *known))


def valid_by_pyais(lines: list[bytes]) -> list[str]:
    """pyais' own reading of a file: its assembler, its checksum test, its decoder."""
    found = []
    for message in IterMessages(line.strip() for line in lines):
        try:
            if message.is_valid:
                found.append(plain(message.decode()))
        except (AISBaseException, ValueError):
            continue
    return found


@pytest.mark.parametrize("name", FILES)
def test_that_every_valid_message_of_a_recorded_file_is_decoded_as_pyais_decodes_it(name):
    lines = (RECORDED / name).read_bytes().splitlines()
    one_by_one = [plain(out.message) for out in feed(*lines) if isinstance(out, Heard)]
    blocks = [plain(out.message) for out in SentenceReader().hear(lines, 1000.0) if isinstance(out, Heard)]
    theirs = valid_by_pyais(lines)
    assert blocks == one_by_one
    assert not set(theirs) - set(blocks)
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
    assert plain(out[0].message) == plain(pyais.decode(FIRST, SECOND))


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
def test_that_no_bytes_raise_and_a_block_says_what_its_lines_say(lines):
    reader, in_blocks = SentenceReader(), SentenceReader()
    mixed = [each for line in lines for each in (line, ONE, line[:60] + ONE)]
    single = feed(*mixed, reader=reader) + list(reader.close())
    assert repr(list(in_blocks.hear(mixed, 1000.0)) + list(in_blocks.close())) == repr(single)
    assert in_blocks.read == reader.read


@given(
    st.sampled_from([1, 2, 3, 18]), st.integers(0, 2**30 - 1), st.integers(0, 1023),
    st.integers(-(2**27), 2**27 - 1), st.integers(-(2**26), 2**26 - 1), st.integers(0, 4095), st.integers(0, 511),
)  # fmt: skip
@settings(max_examples=60)
def test_that_every_field_of_a_position_is_read_as_pyais_reads_it(kind, mmsi, speed, lon, lat, course, heading):
    head = f"{kind:06b}00{mmsi:030b}" + ("0" * 8 if kind == 18 else "0" * 12)
    bits = f"{head}{speed:010b}0{lon & 0xFFFFFFF:028b}{lat & 0x7FFFFFF:027b}{course:012b}{heading:09b}".ljust(168, "0")
    letters = [int(bits[i : i + 6], 2) for i in range(0, 168, 6)]
    payload = bytes(v + 48 if v < 40 else v + 56 for v in letters)
    body = b"AIVDM,1,1,,A," + payload + b",0"
    line = b"!" + body + b"*%02X" % reduce(xor, body)
    theirs = plain(pyais.decode(line))
    assert plain(position_of(payload)) == theirs
    assert [plain(out.message) for out in SentenceReader().hear([line], 0.0)] == [theirs]


@given(st.integers(0, len(ONE) - 1), st.integers(0, 255))
def test_that_a_changed_byte_is_never_heard_as_another_position(at, byte):
    line = ONE[:at] + bytes([byte]) + ONE[at + 1 :]
    truth = pyais.decode(ONE)
    for out in feed(line):
        if isinstance(out, Heard):
            assert (out.message.lat, out.message.lon) == (truth.lat, truth.lon)
    assert repr(list(SentenceReader().hear([line], 1000.0))) == repr(feed(line))


def test_that_the_parts_that_wait_are_bounded():
    reader = SentenceReader()
    for n in range(2000):
        body = f"AIVDM,2,1,{n},A,53cMa3@0,0".encode()
        check = reduce(lambda a, b: a ^ b, body)
        feed(b"!" + body + f"*{check:02X}".encode(), reader=reader)
    assert len(reader._waiting) <= 512
    assert reader.refused["missing_part"] >= 2000 - 512
