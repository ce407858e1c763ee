"""Is the record still what was written? Finds the first bad row and says whose it is and when it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from services.domain.happening import HAPPENING_WORDS, HappeningKind
from services.domain.masked import mask_name
from services.domain.sighting import Sighting, first_fault
from services.domain.timebase import local
from services.store import codec, ledger
from services.store.errors import StoreError
from services.store.rehearsal import Difference, first_difference
from services.store.schema import alert, case_event, casework, counter

_MANY = 500


class Part(StrEnum):
    """What was found broken."""

    CHAIN = "chain"  # a row was edited, taken out, put in or moved
    END = "end"  # rows after the last one the store itself wrote
    WITNESS = "witness"  # the second place's own chain
    SHORTER = "shorter"  # the log was cut: the second place saw more
    REWRITTEN = "rewritten"  # the chain was made anew: the second place saw another hash
    SHEET = "sheet"  # the chain was made anew: a hand-over sheet in the log had written down another hash
    REPLAY = "replay"  # the log cannot be told again
    PROJECTION = "projection"  # what is shown is not what the log says


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` is the first bad row of the log; of a projection, the last that speaks of its case."""

    part: Part
    message: str
    row: int | None = None
    case_id: str = ""
    officer: str = ""
    who: str = ""  # masked
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    rows: int
    alerts: int
    cases: int
    head_hash: str
    head_at: datetime | None
    sightings: int | None  # None: no second place was asked
    fault: Fault | None

    def spoken(self) -> Mapping[str, Any]:
        """For ``json.dumps``."""
        return {"ok": self.fault is None} | codec.decode(dict[str, Any], codec.encode(asdict(self)))


def verify(connection: Connection, sightings: Sequence[Sighting] | None = None) -> Verified:
    """The chain first, then the second place, then everything shown. Later parts are not asked once one
    is broken: they could only repeat it."""
    head = ledger.head(connection)
    return Verified(
        rows=_count(connection, case_event),
        alerts=_count(connection, alert),
        cases=_count(connection, casework),
        head_hash=head.hash,
        head_at=head.at,
        sightings=None if sightings is None else len(sightings),
        fault=_chain(connection, head.seq)
        or _seen(connection, head.seq, sightings)
        or signed_heads(connection)
        or _shown(connection),
    )


def _count(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


# --------------------------------------------------------------------------------------------- the chain


def _chain(connection: Connection, newest: int) -> Fault | None:
    broken = ledger.first_break(connection)
    if broken is not None:
        return _fault(connection, Part.CHAIN, broken.seq, broken.reason)
    written = connection.execute(select(counter.c.value).where(counter.c.name == "case_event")).scalar() or 0
    if newest > written:
        return _fault(
            connection, Part.END, written + 1, f"第 {written + 1} 条起不是本系统写入，本系统写到第 {written} 条"
        )
    return None


def _fault(connection: Connection, part: Part, seq: int, reason: str) -> Fault:
    """With whose row it is and when it was; of one that is gone, what stands before and after."""
    row = _row(connection, seq)
    if row is None:
        return Fault(part, f"{reason}。{_between(connection, seq)}", seq)
    who = _who(row.body)
    said = f"{_kind_words(row)}，{who or row.officer}，{local(row.at):%Y-%m-%d %H:%M:%S}"
    return Fault(part, f"{reason}（{row.case_id}，{said}）", seq, row.case_id, row.officer, who, row.at)


def _row(connection: Connection, seq: int) -> Row[Any] | None:
    return connection.execute(select(case_event).where(case_event.c.seq == seq)).first()


def _between(connection: Connection, seq: int) -> str:
    at = case_event.c.at
    before = connection.execute(select(at).where(case_event.c.seq < seq).order_by(case_event.c.seq.desc()).limit(1))
    after = connection.execute(select(at).where(case_event.c.seq > seq).order_by(case_event.c.seq).limit(1))
    moments = [(word, query.scalar()) for word, query in (("前一条写于", before), ("后一条写于", after))]
    return "，".join(f"{word} {local(moment):%Y-%m-%d %H:%M:%S}" for word, moment in moments if moment is not None)


def _who(body: str) -> str:
    """The masked name in a row's body, as far as it can still be read."""
    try:
        name = msgspec.json.decode(body).get("officer_name", "")
    except (msgspec.DecodeError, AttributeError):
        return ""
    return mask_name(name) if isinstance(name, str) else ""


def _kind_words(row: Row[Any]) -> str:
    if row.stream == ledger.ALERTS and row.kind in set(HappeningKind):
        return HAPPENING_WORDS[HappeningKind(row.kind)]
    return f"{row.stream} {row.kind}"


# ------------------------------------------------------------------------------------------ second place


def _seen(connection: Connection, newest: int, sightings: Sequence[Sighting] | None) -> Fault | None:
    if sightings is None:
        return None
    if not sightings:
        return Fault(Part.WITNESS, "副本是空的，不能证明日志没有被截短或重算")
    if why := first_fault(sightings):
        return Fault(Part.WITNESS, why)
    good = 0  # the last row that the second place vouches for
    for start in range(0, len(sightings), _MANY):
        part = sightings[start : start + _MANY]
        asked = select(case_event.c.seq, case_event.c.hash).where(case_event.c.seq.in_({s.seq for s in part}))
        hashes = {row.seq: row.hash for row in connection.execute(asked)}
        for one in part:
            if one.seq > newest:
                return _shorter(newest, one)
            if hashes.get(one.seq) != one.hash:
                return _rewritten(connection, good, one)
            good = one.seq
    return None


def _shorter(newest: int, seen: Sighting) -> Fault:
    reason = f"日志被截短：副本 {local(seen.at):%Y-%m-%d %H:%M:%S} 记到第 {seen.seq} 条，库中只到第 {newest} 条"
    return Fault(Part.SHORTER, reason, newest + 1, at=seen.at)


def _rewritten(connection: Connection, good: int, seen: Sighting) -> Fault:
    rows_ = f"第 {seen.seq} 条" if good + 1 == seen.seq else f"第 {good + 1} 至 {seen.seq} 条之间"
    reason = f"{rows_}被改写并重算过校验值：与副本 {local(seen.at):%Y-%m-%d %H:%M:%S} 所记不同"
    return _fault(connection, Part.REWRITTEN, good + 1, reason)


def signed_heads(connection: Connection) -> Fault | None:
    """Every hand-over sheet in the log names the head as it was: who makes the chain anew and forgets the
    sheets is found without a second place."""
    sheets = select(case_event).where(case_event.c.stream == "handover", case_event.c.kind == "handover_done")
    for sheet in connection.execute(sheets.order_by(case_event.c.seq)).all():
        fact = msgspec.json.decode(sheet.body).get("fact", {})
        seq, signed = fact.get("chain_seq", 0), fact.get("chain_hash", "")
        row = _row(connection, seq) if seq else None
        if seq and (row is None or row.hash != signed):
            reason = f"第 {seq} 条或其前被改写并重算过校验值：与交接单 {sheet.case_id}（第 {sheet.seq} 条）所记不同"
            return _fault(connection, Part.SHEET, seq, reason)
    return None


# -------------------------------------------------------------------------------------------- projections


def _shown(connection: Connection) -> Fault | None:
    try:
        found = first_difference(connection)
    except (StoreError, ValueError, LookupError, TypeError) as why:
        return Fault(Part.REPLAY, f"日志不能重放：{why}")
    return None if found is None else _differs(connection, found)


_TABLE_WORDS = {"alert": "预警", "casework": "事项", "deadline": "期限", "alert_link": "关联"}


def _differs(connection: Connection, found: Difference) -> Fault:
    what = f"{_TABLE_WORDS[found.table]} {found.case_id}"
    if not found.rebuilt:
        said = f"{what} 在库中，日志里没有"
    elif not found.stored:
        said = f"{what} 在日志里，库中没有"
    else:
        said = f"{what} 与日志重放的结果不同：{'、'.join(found.columns)}"
    last = select(func.max(case_event.c.seq)).where(case_event.c.case_id == found.case_id)
    seq = connection.execute(last).scalar()
    if seq is None:
        return Fault(Part.PROJECTION, said, case_id=found.case_id)
    return _fault(connection, Part.PROJECTION, seq, f"{said}；日志中它的最后一条是第 {seq} 条")
