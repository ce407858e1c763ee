"""The usual sentence, one whole position report, found and read in blocks of lines.

What it does not know at sight (parts, other types, dirt) is left to the sentence reader.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Sequence

import numpy as np

from services.receivers.ais_bits import AisPosition, positions_of

_PLAIN = re.compile(
    rb"(?:\\([^\\]{1,400})\*([0-9A-Fa-f]{2})\\)?"
    rb"!(..VD[MO],1,1,[0-9]?,[^,]{0,2},([123B][0-W`-w]{27}),0)\*([0-9A-Fa-f]{2})\s*\Z",
    re.ASCII,
)
_TIME = re.compile(rb"(?:^|,)c:(\d{1,18})(?:,|$)")
MILLISECONDS_FROM = 100_000_000_000  # a station's time this large is in milliseconds

Plain = tuple[AisPosition, bytes, float | None]  # the report, its payload, the station's time


def plain_reports(lines: Sequence[bytes]) -> list[Plain | None]:
    """For each line its report, or None where the sentence reader has to look. Checksums are checked,
    of sentences and tag blocks."""
    found: list[Plain | None] = [None] * len(lines)
    match = _PLAIN.match
    hits = [(place, *hit.groups()) for place, line in enumerate(lines) if (hit := match(line))]
    if not hits:
        return found
    places, tags, tag_checks, bodies, payloads, checks = zip(*hits, strict=True)
    good = _are_good(bodies, checks)
    tagged = [i for i, tag in enumerate(tags) if tag is not None]
    if tagged:
        good[tagged] &= _are_good([tags[i] for i in tagged], [tag_checks[i] for i in tagged])
    for place, fine, tag, payload, report in zip(
        places, good.tolist(), tags, payloads, positions_of(payloads), strict=True
    ):
        if fine:
            found[place] = (report, payload, None if tag is None else time_of(tag))
    return found


def time_of(tag: bytes) -> float | None:
    """The receiving station's time in a tag block, Unix seconds."""
    told = _TIME.search(tag)
    if told is None:
        return None
    stamp = int(told[1])
    return stamp / 1000 if stamp > MILLISECONDS_FROM else float(stamp)


def _are_good(bodies: Sequence[bytes], checks: Sequence[bytes]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the bytes of each, one against the other, come to its checksum."""
    lengths = np.fromiter(map(len, bodies), np.intp, len(bodies))
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    sums = np.bitwise_xor.reduceat(np.frombuffer(b"".join(bodies), np.uint8), starts)
    return sums == np.frombuffer(unhexlify(b"".join(checks)), np.uint8)
