"""Sentences into AIS messages: checksums, tag blocks, parts in any order, and a reason for every refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Any

from pyais import decode
from pyais.exceptions import AISBaseException

from services.domain.event import Refused

MOST_WAITING = 512  # messages whose parts have not all come
PART_WAITS_S = 60.0
EARLY_PART_LINES = 8  # a later part may come this much before the first; longer, and it is another message's
LONGEST = 1024  # bytes of a line; longer is noise
EPOCH_DIGITS = 10
WORDS = {
    "bad_checksum": "校验和不符",
    "no_checksum": "没有校验和",
    "bad_tag_block": "标签块校验和不符或不完整",
    "bad_sentence": "不是 NMEA 语句",
    "bad_parts": "分段编号不合理",
    "missing_part": "分段未收齐",
    "undecodable": "无法解码",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One decoded message. ``at_s`` is the receiving station's time if a tag block tells it, else ours;
    ``timed`` is False where neither is when it was sent (files)."""

    message: Any
    payload: str
    at_s: float
    timed: bool
    parts: int = 1  # sentences it came in


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
    _waiting: dict[tuple[str, str, str, int], _Waiting] = field(default_factory=dict)

    def feed(self, line: bytes, now_s: float) -> Iterator[Heard | Refused]:
        line = line.strip()
        if not line:
            return
        self.read += 1
        if line[:1] == b"#":
            self.ignored["comment"] += 1
            return
        if self._waiting:
            yield from self._expire(now_s)
        sentence, tagged_s, fault = self._untagged(line)
        if fault or len(line) > LONGEST:
            yield self._refuse(fault or "bad_sentence", line)
            return
        if sentence[:1] == b"$":
            self.ignored["proprietary" if sentence[1:2] == b"P" else "other_sentence"] += 1
            return
        if sentence[:1] != b"!" or not sentence.isascii() or sentence[3:6].upper() not in (b"VDM", b"VDO"):
            yield self._refuse("bad_sentence", line)
            return
        yield from self._ais(sentence, line, tagged_s, now_s)

    def close(self) -> Iterator[Refused]:
        """The parts that never became a message."""
        for waiting in self._waiting.values():
            for part in waiting.parts.values():
                yield self._refuse("missing_part", part)
        self._waiting.clear()

    def _ais(self, sentence: bytes, line: bytes, tagged_s: float | None, now_s: float) -> Iterator[Heard | Refused]:
        body, star, check = sentence[1:].rpartition(b"*")
        if not star:
            yield self._refuse("no_checksum", line)
            return
        if _xor(body) != _hex(check[:2]):
            yield self._refuse("bad_checksum", line)
            return
        tail = check.rpartition(b",")[2]
        if tagged_s is None and not self.replayed and len(tail) == EPOCH_DIGITS and tail.isdigit():
            tagged_s = float(tail)  # USCG shore stations write the epoch behind the checksum
        fields = body.split(b",")
        if len(fields) < 7 or not (fields[1].isdigit() and fields[2].isdigit()):
            yield self._refuse("bad_sentence", line)
            return
        total, part = int(fields[1]), int(fields[2])
        if total == 1 and part == 1:
            yield self._decoded([sentence], [line], tagged_s, now_s)
        elif not 1 <= part <= total <= 9:
            yield self._refuse("bad_parts", line)
        else:
            yield from self._part(fields, sentence, total, part, tagged_s, now_s)

    def _part(
        self, fields: list[bytes], sentence: bytes, total: int, part: int, tagged_s: float | None, now_s: float
    ) -> Iterator[Heard | Refused]:
        """Parts may come in any order; one that comes again with the same number starts anew."""
        key = (fields[0].decode(), fields[3].decode(), fields[4].decode(), total)
        waiting = self._waiting.get(key)
        if waiting is not None and waiting.parts.get(part) == sentence:
            self.ignored["repeated_part"] += 1
            return
        if waiting is not None and (part in waiting.parts or self._is_strange(waiting, part)):
            for old in self._waiting.pop(key).parts.values():
                yield self._refuse("missing_part", old)
            waiting = None
        if waiting is None:
            if len(self._waiting) >= MOST_WAITING:
                for old in self._waiting.pop(next(iter(self._waiting))).parts.values():
                    yield self._refuse("missing_part", old)
            waiting = self._waiting[key] = _Waiting({}, now_s, self.read, tagged_s)
        waiting.parts[part] = sentence
        if waiting.tagged_s is None:
            waiting.tagged_s = tagged_s
        if len(waiting.parts) == total:
            del self._waiting[key]
            ordered = [waiting.parts[i] for i in range(1, total + 1)]
            yield self._decoded(ordered, ordered, waiting.tagged_s, now_s)

    def _is_strange(self, waiting: _Waiting, part: int) -> bool:
        return part == 1 and self.read - waiting.since_line > EARLY_PART_LINES

    def _decoded(
        self, sentences: list[bytes], lines: list[bytes], tagged_s: float | None, now_s: float
    ) -> Heard | Refused:
        """pyais raises its own errors for most dirt, and others for bits that are not what they claim."""
        try:
            message = decode(*sentences)  # checksums were checked above
        except (AISBaseException, ValueError, KeyError, IndexError, TypeError, OverflowError, UnicodeError) as why:
            detail = f"{WORDS['undecodable']}：{type(why).__name__}"
            self.refused["undecodable"] += 1
            return Refused(self.source, "undecodable", detail, b"\n".join(lines))
        payload = b"".join(s.split(b",")[5] for s in sentences).decode()
        at_s = now_s if tagged_s is None else tagged_s
        timed = tagged_s is not None or (self.live and not self.replayed)
        return Heard(message, payload, at_s, timed, len(sentences))

    def _untagged(self, line: bytes) -> tuple[bytes, float | None, str]:
        """The bare sentence, its time, and what is wrong with its tag block."""
        if line[:1] != b"\\":
            return line, None, ""
        tag, slash, sentence = line[1:].partition(b"\\")
        body, star, check = tag.rpartition(b"*")
        if not slash or not star or _xor(body) != _hex(check):
            return sentence, None, "bad_tag_block"
        for part in body.split(b","):
            if not self.replayed and part[:2] == b"c:" and part[2:].isdigit():
                stamp = int(part[2:])
                return sentence, stamp / 1000 if stamp > 100_000_000_000 else float(stamp), ""
        return sentence, None, ""

    def _expire(self, now_s: float) -> Iterator[Refused]:
        old = [k for k, w in self._waiting.items() if now_s - w.since_s > PART_WAITS_S]
        for key in old:
            for part in self._waiting.pop(key).parts.values():
                yield self._refuse("missing_part", part)

    def _refuse(self, reason: str, line: bytes) -> Refused:
        self.refused[reason] += 1
        return Refused(self.source, reason, WORDS[reason], line[:LONGEST])


def _xor(body: bytes) -> int:
    return reduce(xor, body, 0)


def _hex(digits: bytes) -> int:
    try:
        return int(digits.strip(), 16)
    except ValueError:
        return -1
