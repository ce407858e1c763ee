"""Disputes and party branches of the community's own system, put into our words here.

Of a party's name only the first character leaves their system, of a body's the whole; a household is known by
the alias their system gives it. What they write of a request is masked before anything is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from services.domain.community import PartySummary
from services.domain.dispute_row import FiledDispute
from services.domain.event import Batch, Refused
from services.domain.mediation import DisputeType
from services.domain.mediation_filing import masked_words, topic_of
from services.domain.party import ActivityKind, PartyActivity, PartyBranch
from services.domain.timebase import SHANGHAI, local
from services.sources.asking import RowError
from services.sources.community_events import moment
from services.sources.community_tables import DANGZUZHI, DZHD, JIUFEN, LOUDONG, XIAOQU
from services.sources.community_upstream import Answer, Questions, Row, day

SOURCE = "community_cases"
BODY = "DW"  # how the alias of a body begins
CHANNELS = {"1": "window", "2": "phone", "3": "grid", "4": "zlb", "5": "police", "6": "upper"}
KINDS = dict(zip("123456", ActivityKind, strict=True))
VISITS = ((7, "hf7"), (30, "hf30"), (90, "hf90"))
_AHEAD = timedelta(minutes=5)
_VISITED = timedelta(days=150)  # after its resolution the last return visit is written down at the latest
_OF_PERSONS = ("sqnr", "tjx", "dfx")  # in no quarantined row as they came


def ask_cases(now: datetime) -> Questions:
    """Disputes of this year, those still open and those that are still visited; activities of this month and the
    last."""
    year = f"{local(now).year}0101"
    first = local(now).replace(day=1) - timedelta(days=1)
    opponent = case((JIUFEN.c.dfbm.like(f"{BODY}%"), JIUFEN.c.dfmc), else_=func.substr(JIUFEN.c.dfmc, 1, 1))
    plain = [column for column in JIUFEN.c if column.name not in ("dfmc", "tjy")]
    return {
        "jiufen": select(
            *plain,
            XIAOQU.c.xqmc,
            LOUDONG.c.ldmc,
            opponent.label("dfx"),
            func.substr(JIUFEN.c.tjy, 1, 1).label("tjx"),
        )
        .select_from(
            JIUFEN.outerjoin(XIAOQU, XIAOQU.c.xqbh == JIUFEN.c.xqbh).outerjoin(LOUDONG, LOUDONG.c.ldbh == JIUFEN.c.ldbh)
        )
        .where(
            or_(
                *(column >= year for column in (JIUFEN.c.slrq, JIUFEN.c.djsj)),
                *(JIUFEN.c.hjrq == "", JIUFEN.c.hjrq >= day(now - _VISITED)),
            )
        )
        .order_by(JIUFEN.c.jfbh),
        "dang": select(*DANGZUZHI.c).order_by(DANGZUZHI.c.zbbh),
        "huodong": select(*DZHD.c).where(DZHD.c.jhsj >= f"{first:%Y%m}01").order_by(DZHD.c.jhsj.desc(), DZHD.c.hdbh),
    }


class CaseRows:
    """``normalise`` of the source. A row that cannot be taken is told once, not at each poll."""

    def __init__(self) -> None:
        self._refused: set[bytes] = set()

    def __call__(self, answer: Answer, now: datetime) -> Batch:
        disputes: list[FiledDispute] = []
        refused: dict[bytes, Refused] = {}
        for row in answer.rows["jiufen"]:
            try:
                disputes.append(read_dispute(row, now))
            except RowError as why:
                raw = json.dumps({**row, **dict.fromkeys(_OF_PERSONS, "*")}, ensure_ascii=False).encode()
                refused[raw] = Refused(SOURCE, why.reason, str(why), raw)
        branches, misread = _branches(answer.rows["dang"], answer.rows["huodong"], now)
        refused |= {one.raw: one for one in misread}
        new = [one for raw, one in refused.items() if raw not in self._refused]
        self._refused = set(refused)
        states = {
            "filed_disputes": tuple(disputes),
            "party_branches": branches,
            "party": (_party(branches, now),),
        }
        return Batch(states=states, refused=tuple(new))


# --------------------------------------------------------------------------------------- disputes


def read_dispute(row: Row, now: datetime) -> FiledDispute:
    """Raises RowError with a counted reason."""
    number = str(row["jfbh"]).strip()
    if not number:
        raise RowError("no_number", "没有编号")
    if row["jflx"] not in set(DisputeType):
        raise RowError("unknown_type", f"纠纷类型不认识：{row['jflx']}")
    if row["xqbh"] and row["xqmc"] is None:
        raise RowError("unknown_estate", f"小区不认识：{row['xqbh']}")
    filed_at, accepted_at, resolved_at = _moments(row, now)
    body = str(row["dfbm"]).startswith(BODY)
    return FiledDispute(
        number=number,
        type=DisputeType(row["jflx"]),
        topic=topic_of(str(row["jfsy"])),
        estate_id=row["xqbh"],
        estate_name=row["xqmc"] or "",
        building=row["ldmc"] or "",
        households=tuple(dict.fromkeys(part.strip() for part in str(row["hhbm"]).split(",") if part.strip())),
        opponent=row["dfx"] if body or not row["dfx"] else f"{row['dfx']}*",
        opponent_id=row["dfbm"],
        words=masked_words(str(row["sqnr"])),
        channel=CHANNELS.get(row["ly"], "window"),
        collective=bool(row["jtbz"]),
        violent=bool(row["blbz"]),
        called_110=bool(row["jjbz"]),
        filed_at=filed_at,
        accepted_at=accepted_at,
        resolve_by=_day(row["dqrq"], "到期"),
        resolved_at=resolved_at,
        visited_at=_visits(row, resolved_at),
        mediator=f"{row['tjx']}*" if row["tjx"] else "",
    )


def _moments(row: Row, now: datetime) -> tuple[datetime, datetime | None, datetime | None]:
    """Filed, accepted, resolved: each not before the one before it on the same day."""
    accepted = _day(row["slrq"], "受理")
    filed = _moment(row["djsj"]) if row["djsj"] else accepted
    if filed is None:
        raise RowError("no_date", "没有登记或受理日期")
    if accepted is not None and accepted < filed:
        if local(accepted).date() < local(filed).date():
            raise RowError("accepted_before_filed", f"受理早于登记：{row['slrq']}")
        accepted = filed
    resolved = _day(row["hjrq"], "化解")
    if resolved is not None:
        if accepted is None:
            raise RowError("resolved_unaccepted", f"未受理却已化解：{row['hjrq']}")
        if local(resolved).date() < local(accepted).date():
            raise RowError("resolved_before_accepted", f"化解早于受理：{row['hjrq']}")
        resolved = max(resolved, accepted)
    if max(one for one in (filed, accepted, resolved) if one is not None) - now > _AHEAD:
        raise RowError("future_time", "日期在未来")
    return filed, accepted, resolved


def _visits(row: Row, resolved_at: datetime | None) -> tuple[tuple[int, datetime], ...]:
    found = [(days, _day(row[name], "回访")) for days, name in VISITS]
    made = tuple((days, at) for days, at in found if at is not None)
    if made and (resolved_at is None or min(at for _, at in made) < resolved_at - timedelta(days=1)):
        raise RowError("visit_before_resolution", "回访早于化解")
    return made


def _day(digits: Any, what: str) -> datetime | None:
    if not digits:
        return None
    try:
        return datetime.strptime(str(digits), "%Y%m%d").replace(tzinfo=SHANGHAI).astimezone(UTC)
    except ValueError:
        raise RowError("bad_date", f"{what}日期读不懂：{digits}") from None


def _moment(digits: Any) -> datetime:
    try:
        return moment(str(digits)).astimezone(UTC)
    except ValueError:
        raise RowError("bad_time", f"时间不可能：{digits}") from None


# ------------------------------------------------------------------------------------------- party


def _branches(
    branches: Iterable[Row], activities: Iterable[Row], now: datetime
) -> tuple[tuple[PartyBranch, ...], list[Refused]]:
    rows = list(branches)
    held: dict[str, list[PartyActivity]] = {row["zbbh"]: [] for row in rows}
    refused: list[Refused] = []
    for row in activities:
        try:
            held[_branch_of(row, held)].append(_activity(row, now))
        except RowError as why:
            refused.append(Refused(SOURCE, why.reason, str(why), json.dumps(dict(row), ensure_ascii=False).encode()))
    found = tuple(
        PartyBranch(
            row["zbbh"], row["zbmc"], int(row["dys"]), int(row["sbd"]), int(row["zyss"]), tuple(held[row["zbbh"]])
        )
        for row in rows
    )
    return found, refused


def _branch_of(row: Row, known: Mapping[str, Any]) -> str:
    if row["zbbh"] not in known:
        raise RowError("unknown_branch", f"支部不认识：{row['zbbh']}")
    return str(row["zbbh"])


def _activity(row: Row, now: datetime) -> PartyActivity:
    if row["hdlx"] not in KINDS:
        raise RowError("unknown_kind", f"活动类型不认识：{row['hdlx']}")
    planned, recorded = _moment(row["jhsj"]), _moment(row["jlsj"]) if row["jlsj"] else None
    if recorded is not None and recorded - now > _AHEAD:
        raise RowError("future_time", f"记录时间在未来：{row['jlsj']}")
    return PartyActivity(
        id=row["hdbh"],
        kind=KINDS[row["hdlx"]],
        title=row["hdmc"],
        planned_at=planned,
        recorded_at=recorded,
        present=int(row["sdrs"]) if recorded is not None else None,
        expected=int(row["ydrs"]),
        hours=float(row["fwss"]),
    )


def _party(branches: Iterable[PartyBranch], now: datetime) -> PartySummary:
    branches = tuple(branches)
    meetings = [branch.meetings(now) for branch in branches]
    return PartySummary(
        members=sum(branch.members for branch in branches),
        branches=len(branches),
        meetings_done=sum(done for done, _ in meetings),
        meetings_planned=sum(planned for _, planned in meetings),
        volunteer_hours=sum(branch.hours for branch in branches),
        double_reports=sum(branch.double_reports for branch in branches),
    )
