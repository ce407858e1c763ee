"""Sentences into AIS messages: checksums, tag blocks, parts in any order, and a reason for every refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyais import decode
from pyais.exceptions import AISBaseException

from services.domain.event import Refused
from services.receivers.ais_bits import position_of
from services.receivers.ais_block import plain_reports, time_of
from services.receivers.ais_static import static_of

MOST_WAITING = 512  # messages whose parts have not all come
PART_WAITS_S = 60.0
EARLY_PART_LINES = 8  # a later part may come this much before the first; longer, and it is another message's
LONGEST = 1024  # bytes of a line; longer is noise
EPOCH_DIGITS = 10
SPOKEN = frozenset({b"VDM", b"VDO"})
WORDS = {
    "bad_checksum": "校验和不符",
    "no_checksum": "没有校验和",
    "bad_tag_block": "标签块校验和不符或不完整",
    "bad_sentence": "不是 NMEA 语句",
    "bad_parts": "分段编号不合理",
    "missing_part": "分段未收齐",
    "undecodable": "无法解码",
}


class Heard(NamedTuple):
    """One decoded message: an ``AisPosition``, an ``AisStatic``, or what pyais makes of any other type. ``at_s`` is the
    receiving station's time if a tag block tells it, else ours; ``timed`` is False where neither is when
    it was sent (files)."""

    message: Any
    payload: bytes
    at_s: float
    timed: bool
    parts: int = 1  # sentences it came in


_Key = tuple[bytes, bytes, bytes, int]  # talker, number, channel, how many parts


@dataclass(slots=True)
class _Waiting:
    parts: dict[int, bytes]
    since_s: float
    since_line: int
    tagged_s: float | None


@dataclass(slots=True)
class SentenceReader:
    """Feed it lines, get messages and refusals.

    ``ignored`` counts what is no error: proprietary (``$P``) and other talkers' sentences, comments.
    ``live`` False: our own time says nothing of when a sentence was sent. ``replayed``: nor does its tag
    block; everything happens now.
    """

    source: str = "ais"
    live: bool = True
    replayed: bool = False
    read: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _waiting: dict[_Key, _Waiting] = field(default_factory=dict)

    def hear(self, lines: Sequence[bytes], now_s: float) -> list[Heard | Refused]:
        """A block of lines, in their order; the usual sentences are read together."""
        out: list[Heard | Refused] = []
        always = self.live and not self.replayed
        if self._waiting:
            self._expire(now_s, out)
        for line, plain in zip(lines, plain_reports(lines), strict=True):
            if plain is None:
                self._look(line, now_s, out)
                continue
            self.read += 1
            message, payload, tagged_s = plain
            if tagged_s is None or self.replayed:
                out.append(Heard(message, payload, now_s, always))
            else:
                out.append(Heard(message, payload, tagged_s, True))
        return out

    def feed(self, line: bytes, now_s: float) -> list[Heard | Refused]:
        """What one line and the parts before it come to."""
        out: list[Heard | Refused] = []
        self._look(line, now_s, out)
        return out

    def close(self) -> list[Refused]:
        """The parts that never became a message."""
        return [refused for key in list(self._waiting) for refused in self._give_up(key)]

    def _look(self, line: bytes, now_s: float, out: list[Heard | Refused]) -> None:
        line = line.strip()
        if not line:
            return
        self.read += 1
        if line[:1] == b"#":
            self.ignored["comment"] += 1
            return
        if self._waiting:
            self._expire(now_s, out)
        sentence, tagged_s, fault = (line, None, "") if line[:1] != b"\\" else self._untagged(line)
        if fault or len(line) > LONGEST:
            out.append(self._refuse(fault or "bad_sentence", line))
        elif sentence[:1] == b"$":
            self.ignored["proprietary" if sentence[1:2] == b"P" else "other_sentence"] += 1
        elif sentence[:1] != b"!" or not sentence.isascii() or sentence[3:6].upper() not in SPOKEN:
            out.append(self._refuse("bad_sentence", line))
        else:
            self._ais(sentence, line, tagged_s, now_s, out)

    def _ais(
        self, sentence: bytes, line: bytes, tagged_s: float | None, now_s: float, out: list[Heard | Refused]
    ) -> None:
        body, star, check = sentence[1:].rpartition(b"*")
        if not star or _xor(body) != _hex(check[:2]):
            out.append(self._refuse("bad_checksum" if star else "no_checksum", line))
            return
        tail = check.rpartition(b",")[2]
        if tagged_s is None and not self.replayed and len(tail) == EPOCH_DIGITS and tail.isdigit():
            tagged_s = float(tail)  # USCG shore stations write the epoch behind the checksum
        fields = body.split(b",")
        if len(fields) < 7 or not (fields[1].isdigit() and fields[2].isdigit()):
            out.append(self._refuse("bad_sentence", line))
            return
        total, part = int(fields[1]), int(fields[2])
        if total == 1 and part == 1:
            out.append(self._decoded([sentence], [line], tagged_s, now_s))
        elif not 1 <= part <= total <= 9:
            out.append(self._refuse("bad_parts", line))
        else:
            self._part((fields[0], fields[3], fields[4], total), part, sentence, tagged_s, now_s, out)

    def _part(
        self, key: _Key, part: int, sentence: bytes, tagged_s: float | None, now_s: float, out: list[Heard | Refused]
    ) -> None:
        """Parts may come in any order; one that comes again with the same number starts anew."""
        waiting = self._waiting.get(key)
        if waiting is not None and waiting.parts.get(part) == sentence:
            self.ignored["repeated_part"] += 1
            return
        if waiting is not None and (part in waiting.parts or self._is_strange(waiting, part)):
            out += self._give_up(key)
            waiting = None
        if waiting is None:
            if len(self._waiting) >= MOST_WAITING:
                out += self._give_up(next(iter(self._waiting)))
            waiting = self._waiting[key] = _Waiting({}, now_s, self.read, tagged_s)
        waiting.parts[part] = sentence
        if waiting.tagged_s is None:
            waiting.tagged_s = tagged_s
        if len(waiting.parts) == key[3]:
            del self._waiting[key]
            ordered = [waiting.parts[i] for i in range(1, key[3] + 1)]
            out.append(self._decoded(ordered, ordered, waiting.tagged_s, now_s))

    def _is_strange(self, waiting: _Waiting, part: int) -> bool:
        return part == 1 and self.read - waiting.since_line > EARLY_PART_LINES

    def _decoded(
        self, sentences: list[bytes], lines: list[bytes], tagged_s: float | None, now_s: float
    ) -> Heard | Refused:
        """pyais raises its own errors for most dirt, and others for bits that are not what they claim."""
        payload = b"".join(s.split(b",")[5] for s in sentences)
        try:
            # checksums were checked above
            message: Any = position_of(payload) or static_of(payload) or decode(*sentences)
        except (AISBaseException, ValueError, KeyError, IndexError, TypeError, OverflowError, UnicodeError) as why:
            detail = f"{WORDS['undecodable']}：{type(why).__name__}"
            self.refused["undecodable"] += 1
            return Refused(self.source, "undecodable", detail, b"\n".join(lines))
        at_s = now_s if tagged_s is None else tagged_s
        timed = tagged_s is not None or (self.live and not self.replayed)
        return Heard(message, payload, at_s, timed, len(sentences))

    def _untagged(self, line: bytes) -> tuple[bytes, float | None, str]:
        """The bare sentence, its time, and what is wrong with its tag block."""
        tag, slash, sentence = line[1:].partition(b"\\")
        body, star, check = tag.rpartition(b"*")
        if not slash or not star or _xor(body) != _hex(check):
            return sentence, None, "bad_tag_block"
        return sentence, None if self.replayed else time_of(body), ""

    def _expire(self, now_s: float, out: list[Heard | Refused]) -> None:
        for key in [key for key, waiting in self._waiting.items() if now_s - waiting.since_s > PART_WAITS_S]:
            out += self._give_up(key)

    def _give_up(self, key: _Key) -> list[Refused]:
        return [self._refuse("missing_part", part) for part in self._waiting.pop(key).parts.values()]

    def _refuse(self, reason: str, line: bytes) -> Refused:
        self.refused[reason] += 1
        return Refused(self.source, reason, WORDS[reason], line[:LONGEST])


def _xor(body: bytes) -> int:
    """All bytes against each other: a number of 128 bytes is folded in half until one is left."""
    folded = int.from_bytes(body[:128], "big")
    for start in range(128, len(body), 128):
        folded ^= int.from_bytes(body[start : start + 128], "big")
    folded ^= folded >> 512
    folded ^= folded >> 256
    folded ^= folded >> 128
    folded ^= folded >> 64
    folded ^= folded >> 32
    folded ^= folded >> 16
    return (folded ^ folded >> 8) & 0xFF


def _hex(digits: bytes) -> int:
    try:
        return int(digits.strip(), 16)
    except ValueError:
        return -1
