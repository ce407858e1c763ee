"""老人: is she all right today, who was asked, who comes next. Silence is unknown, never safe."""

from __future__ import annotations

from services.domain.community import CareClass, Elder, Safety
from services.domain.elder_call import NAME
from services.domain.snapshot import Subject
from services.domain.subject_around import Around
from services.domain.subject_card import Entry, Line, Part, Strip, SubjectCard, listed, of_alerts, unknown
from services.domain.subject_streams import KINDS
from services.domain.subject_timeline import calls_of
from services.domain.timebase import local

CARE_WORDS = {CareClass.HIGH: "高风险", CareClass.KEY: "重点", CareClass.GENERAL: "一般"}
SAFETY_WORDS = {
    Safety.CONFIRMED: "今日已确认平安",
    Safety.AWAY: "外出报备",
    Safety.PENDING: "今日待确认",
    Safety.UNKNOWN: "失联，情况未知",
}
PHONES = 3  # contacts whose number may be looked at
WATER_TOP_M3 = 0.04
PROOF_M3 = 0.01


def elder_card(elder: Elder, around: Around) -> SubjectCard:
    return SubjectCard(
        Subject("elder", elder.id),
        str(elder.name),
        f"{CARE_WORDS[elder.care]} · {elder.estate_name} {elder.building} **",
        (
            (_person(elder), _contacts(around), _water(elder), _home(elder)),
            (_today(elder), _chain(around), around.part("away")),
            (of_alerts(around.alerts), _visits(elder, around), _consent(elder)),
        ),
        around.at,
        badges=(SAFETY_WORDS[elder.safety],),
    )


def _contacts(around: Around) -> Part:
    """In the order in which they are called; each number is looked at by itself."""
    entries = [
        Entry(
            f"{one.rank} {one.relation}",
            str(one.phone),
            str(one.name),
            f"phone{one.rank}" if one.rank <= PHONES else "",
        )
        for one in around.contacts
    ]
    return Part("联系人", tuple(entries), empty="登记簿上没有联系人", note=f"{len(entries)} 人" if entries else "")


def _chain(around: Around) -> Part:
    """The chain that runs, or the last one that did, call by call."""
    if NAME not in around.cases:
        return unknown("联络链")
    chains = sorted(around.cases[NAME], key=lambda one: (one.is_open, one.opened_at), reverse=True)
    if not chains:
        return Part("联络链", empty="没有联络过")
    chain = chains[0]
    state = KINDS[NAME].state(chain)
    head = Line(chain.reason, chain.id, state, chain.opened_at, Subject("case", chain.id), is_open=chain.is_open)
    older = f"此前 {len(chains) - 1} 次" if len(chains) > 1 else ""
    calls = sorted(calls_of(chain), key=lambda line: line.at.timestamp() if line.at else 0.0)
    return listed("联络链", [head, *calls], note=older)


def _person(elder: Elder) -> Part:
    return Part(
        "老人",
        (
            Entry("姓名", str(elder.name), field="name"),
            Entry("管理类别", CARE_WORDS[elder.care]),
            Entry("住处", f"{elder.estate_name} {elder.building} **"),
        ),
    )


def _today(elder: Elder) -> Part:
    """What proves that she is well today, and when anything was last heard of her."""
    unheard, is_away = elder.safety is Safety.UNKNOWN, elder.safety is Safety.AWAY
    last = f"{local(elder.last_activity):%m-%d %H:%M}" if elder.last_activity else None
    return Part(
        "今日平安",
        (
            Entry("状态", None if unheard else SAFETY_WORDS[elder.safety], elder.note if unheard or is_away else ""),
            Entry("凭据", elder.proof or ("—" if not unheard else None), _proved(elder)),
            Entry("最近活动", None if unheard else last or "无记录"),
            Entry("下一步", elder.next_step or "—"),
            Entry("设备", f"{elder.devices_off} 台失联" if elder.devices_off else "都有上报", elder.silent_device),
        ),
    )


def _proved(elder: Elder) -> str:
    """When, of what a person or a device said; of water the strip shows it."""
    return f"{local(elder.proved_at):%m-%d %H:%M}" if elder.proof and elder.proved_at else "用水、门磁、电话或探访"


def _water(elder: Elder) -> Part:
    known = [value for value in elder.water_24h if value is not None]
    if not known or elder.safety is Safety.UNKNOWN:
        return unknown("24 时用水", "水表没有读数")
    total = sum(known)
    silent = len(elder.water_24h) - len(known)
    note = f"合计 {total:.3f} m³" + (f" · {silent} 时无读数" if silent else "")
    strip = Strip(elder.water_24h, "24 时前", "现在", "m³", WATER_TOP_M3, PROOF_M3, f"平安线 {PROOF_M3} m³")
    return Part("24 时用水", strip=strip, note=note)


def _home(elder: Elder) -> Part:
    if not elder.dwelling_id:
        return Part("住所", empty="登记簿上没有住所")
    line = Line(
        f"{elder.estate_name} {elder.building}", "室号已遮", "看房", subject=Subject("dwelling", elder.dwelling_id)
    )
    return listed("住所", [line], note="点开看房")


def _visits(elder: Elder, around: Around) -> Part:
    """The plan comes with the elder; what was done comes from the visits."""
    part = around.part("visit", title="探访")
    due = f"下次 {elder.visit_due:%m-%d}" if elder.visit_due else "没有排期"
    late = {True: "上次按时", False: "上次逾期", None: ""}[elder.visit_on_time]
    note = " · ".join(word for word in (due, late) if word)
    return Part(part.title, lines=part.lines, note=note, empty=part.empty, known=part.known, more=part.more)


def _consent(elder: Elder) -> Part:
    """Without one she is not watched, and that is said."""
    if elder.unmonitored:
        return Part("知情同意", (Entry("状态", elder.unmonitored, "不监测，不报警"),))
    if not elder.consent:
        return unknown("知情同意", "登记簿没有同意书")
    return Part("知情同意", (Entry("签署", elder.consent),))
