"""Whom to call about each elder, and the papers she signed. A row that cannot be taken is told once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from services.domain.consent import USES
from services.domain.elder_contact import ElderContact, FiledConsent
from services.domain.event import Batch, Refused
from services.domain.masked import Masked
from services.domain.timebase import SHANGHAI, local
from services.sources.asking import RowError
from services.sources.community_tables import LAOREN, LXR, TYS
from services.sources.community_upstream import Answer, Questions, Row

SOURCE = "community_elder_files"
_OF_PERSONS = ("xm", "dh", "qsr")
_SCOPE = dict(zip("123456", USES, strict=True))
Read = TypeVar("Read")


def ask_files(_now: datetime) -> Questions:
    known = LAOREN.c.lrbh.label("yz")
    return {
        "lxr": select(*LXR.c, known)
        .select_from(LXR.outerjoin(LAOREN, LAOREN.c.lrbh == LXR.c.lrbh))
        .order_by(LXR.c.lrbh, LXR.c.sx),
        "tys": select(*TYS.c, known)
        .select_from(TYS.outerjoin(LAOREN, LAOREN.c.lrbh == TYS.c.lrbh))
        .order_by(TYS.c.tybh),
    }


class FileRows:
    """``normalise`` of the source."""

    def __init__(self) -> None:
        self._refused: set[bytes] = set()

    def __call__(self, answer: Answer, now: datetime) -> Batch:
        contacts, misread = _read_all(answer.rows["lxr"], read_contact)
        consents, unread = _read_all(answer.rows["tys"], lambda row: read_consent(row, now))
        refused = {one.raw: one for one in (*misread, *unread)}
        new = [one for raw, one in refused.items() if raw not in self._refused]
        self._refused = set(refused)
        return Batch(states={"elder_contacts": contacts, "elder_consents": consents}, refused=tuple(new))


def _read_all(rows: Sequence[Row], read: Callable[[Row], Read]) -> tuple[tuple[Read, ...], list[Refused]]:
    taken: list[Read] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            taken.append(read(row))
        except RowError as why:
            raw = json.dumps({**row, **{key: "*" for key in _OF_PERSONS if key in row}}, ensure_ascii=False)
            refused.append(Refused(SOURCE, why.reason, str(why), raw.encode()))
    return tuple(taken), refused


def read_contact(row: Row) -> ElderContact:
    """Raises RowError with a counted reason."""
    _known_elder(row)
    rank = row["sx"]
    if not isinstance(rank, int) or not 1 <= rank <= 20:
        raise RowError("bad_order", f"联系顺序须为 1–20：{rank!r}")
    phone = str(row["dh"]).replace("-", "").strip()
    if not phone.isdigit() or not 7 <= len(phone) <= 12:
        raise RowError("bad_phone", "联系电话不像电话")
    if not str(row["xm"]).strip():
        raise RowError("no_name", "联系人没有姓名")
    name, relation = Masked(str(row["xm"]).strip()), str(row["gx"]).strip() or "家属"
    return ElderContact(f"{row['lrbh']}-{rank}", row["lrbh"], rank, relation, name, Masked(phone, _tail(phone)))


def _tail(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"


def read_consent(row: Row, now: datetime) -> FiledConsent:
    """Raises RowError with a counted reason. A paper without a readable day or use is no consent."""
    _known_elder(row)
    signed = _day(row["qsrq"], "签署日期")
    if signed > local(now).date():
        raise RowError("future_time", f"签署日期在未来：{row['qsrq']}")
    codes = [code.strip() for code in str(row["syfw"]).split(",") if code.strip()]
    odd = [code for code in codes if code not in _SCOPE]
    if odd or not codes:
        raise RowError("bad_scope", f"使用范围不认识：{row['syfw']!r}")
    withdrawn = _day(row["chrq"], "撤回日期") if row["chrq"] else None
    scope = tuple(_SCOPE[code] for code in dict.fromkeys(codes))
    return FiledConsent(row["tybh"], row["lrbh"], Masked(row["qsr"]), row["gx"] or "本人", signed, scope, withdrawn)


def _known_elder(row: Row) -> None:
    if row["yz"] is None:
        raise RowError("unknown_elder", f"老人不认识：{row['lrbh']}")


def _day(digits: Any, what: str) -> date:
    try:
        return datetime.strptime(str(digits), "%Y%m%d").replace(tzinfo=SHANGHAI).date()
    except ValueError:
        raise RowError("bad_time", f"{what}不可能：{digits}") from None
