"""人: one registered resident, or somebody the gates know under a pseudonym only.

Where a person went stands on no card. It is asked for by itself, in an open verified case
(``movement``), and shown beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.address_book import PersonFound
from services.domain.estates import Use
from services.domain.snapshot import Subject
from services.domain.subject_around import Around
from services.domain.subject_card import Entry, Line, Part, SubjectCard, listed, of_alerts, unknown
from services.domain.subject_card_dwelling import CATEGORY_WORDS, USE_WORDS, registration, sex_and_age
from services.domain.timebase import local

TAIL = 4


@dataclass(frozen=True, slots=True)
class GateKnown:
    """What the newest passage says of a pseudonym; of the passages themselves nothing."""

    pseudonym: str
    estate: str
    estate_name: str
    building: str
    category: str
    registered: bool
    resident: bool
    known_as: str
    at: datetime


def alias(pseudonym: str) -> str:
    """化名 …3f9a: enough to tell two apart on a screen, useless elsewhere."""
    return f"化名 …{pseudonym[-TAIL:]}"


def person_card(found: PersonFound, around: Around) -> SubjectCard:
    person = found.person
    return SubjectCard(
        Subject("person", person.code),
        str(person.name),
        " · ".join(p for p in (CATEGORY_WORDS.get(person.category, "类别未知"), sex_and_age(person)) if p),
        ((_identity(found), _dwelling(found)), _work(around), (of_alerts(around.alerts), around.part("mediation"))),
        around.at,
        person.building,
        badges=() if found.standing.valid else ("已迁出",),
    )


def _identity(found: PersonFound) -> Part:
    person, seen = found.person, found.standing
    return Part(
        "身份",
        (
            Entry("姓名", str(person.name), field="name"),
            Entry("证件号", person.id_mask or None, "明文须二次审批" if person.id_mask else ""),
            Entry("类别", CATEGORY_WORDS.get(person.category)),
            Entry("居住登记", registration(person)),
            Entry("来源", f"{seen.source} · {local(seen.seen_at):%m-%d %H:%M}"),
        ),
    )


def _dwelling(found: PersonFound) -> Part:
    home = found.dwelling
    if home is None:
        return Part("住所", empty="登记簿上没有住所")
    return listed(
        "住所",
        [
            Line(
                found.place.text,
                USE_WORDS.get(Use(home.use), "用途未知"),
                f"同住 {found.others} 人" if found.others else "独居",
                subject=Subject("dwelling", home.code),
            )
        ],
        note="点开看房",
    )


def _work(around: Around) -> tuple[Part, ...]:
    return (around.part("residence"), around.part("visit"), around.part("stay"))


def unnamed_card(known: GateKnown, around: Around) -> SubjectCard:
    """Of a pseudonym: what the gate's lists say, and nothing that only a case may show."""
    words = CATEGORY_WORDS.get(known.category, "名单外")
    lists = Part(
        "门禁名单",
        (
            Entry("称呼", known.known_as or None, "" if known.known_as else "身份待核"),
            Entry("名单类别", words),
            Entry("居住登记", "有" if known.registered else "名单上没有", "以门禁名单为准，疑似"),
            Entry("常住户籍", "是" if known.resident else "否"),
            Entry("小区", f"{known.estate_name} {known.building}".strip()),
            Entry("名单时刻", f"{local(known.at):%m-%d %H:%M}"),
        ),
        note="化名，不与登记簿比对",
    )
    return SubjectCard(
        Subject("person", known.pseudonym),
        known.known_as or "身份待核",
        f"{alias(known.pseudonym)} · 仅为疑似，目的为上门服务",
        ((lists, unknown("证件与住所", "由公安核实后登记")), _work(around), (of_alerts(around.alerts),)),
        around.at,
    )
