"""房: who is registered at one address, how it is used, what was found there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.domain.address_book import Device, Dwelling, DwellingFound, Resident
from services.domain.community_told import MeterKind, PersonCategory
from services.domain.estates import Use
from services.domain.fire import KIND_WORDS
from services.domain.rental_safety import COLOUR_WORDS
from services.domain.snapshot import Subject
from services.domain.subject_around import Around
from services.domain.subject_card import Entry, Line, Part, SubjectCard, daily, listed, of_alerts
from services.domain.timebase import local

USE_WORDS = {
    Use.OWN: "自住",
    Use.LET_REGISTERED: "出租 · 已登记",
    Use.LET_OPEN: "出租 · 待登记",
    Use.VACANT: "空置",
}
DEVICE_WORDS: Mapping[str, str] = {
    **KIND_WORDS,
    "water_meter": "水表",
    "power_meter": "电表",
    "gas_meter": "燃气表",
    "camera": "相机",
    "gate": "门禁",
}
SILENT_AFTER = timedelta(hours=24)
METERS = ((MeterKind.WATER, "用水 30 日", "m³"), (MeterKind.POWER, "用电 30 日", "kWh"))


def dwelling_card(found: DwellingFound, around: Around) -> SubjectCard:
    home = found.dwelling
    return SubjectCard(
        Subject("dwelling", home.code),
        found.place.text,
        _detail(home),
        (
            (_address(found), _let(around), *(_meter(around, *one) for one in METERS)),
            (_residents(found), around.part("stay"), around.part("residence")),
            (
                of_alerts(around.alerts),
                around.part("rental_check"),
                around.part("rectification"),
                _devices(found, around.at),
            ),
        ),
        around.at,
        home.building,
        badges=() if found.standing.valid else ("登记已注销",),
    )


def _detail(home: Dwelling) -> str:
    rooms = f"{home.rooms} 室" if home.rooms else ""
    area = f"{home.area_m2:.0f} m²" if home.area_m2 else ""
    return " · ".join(part for part in (USE_WORDS.get(Use(home.use), "用途未知"), rooms, area) if part)


def _address(found: DwellingFound) -> Part:
    home, seen = found.dwelling, found.standing
    return Part(
        "房屋",
        (
            Entry("地址编码", f"{home.unit} ****", "标准地址，室号已遮"),
            Entry("室号", str(home.room), field="room"),
            _owner(home),
            Entry("用途", USE_WORDS.get(Use(home.use))),
            Entry("位置", f"{home.floor} 层"),
            Entry("来源", f"{seen.source} · {local(seen.seen_at):%m-%d %H:%M}"),
        ),
    )


def _owner(home: Dwelling) -> Entry:
    return Entry("产权人", str(home.owner), field="owner") if home.owner else Entry("产权人", None, "登记簿未填")


def _let(around: Around) -> Part:
    """As the register of lets has it. What no check has found has no colour: 未查."""
    let = around.let
    if let is None:
        return Part("出租", empty="不在出租房名册")
    checked = f"{let.checked_on:%Y-%m-%d} 检查" if let.checked_on else "从未检查"
    lease = f"{let.lease_end:%Y-%m-%d}" if let.lease_end else None
    regulars = f"常来往 {let.regulars} 人" if let.regulars is not None else "来往人数未统计"
    return Part(
        "出租",
        (
            Entry("安全色", COLOUR_WORDS[let.colour], checked),
            Entry("旅馆式管理", "已纳管" if let.hotel_style else "未纳管"),
            Entry("租期至", lease),
            Entry("登记入住", f"{let.guests} 人", regulars),
        ),
    )


def _meter(around: Around, kind: MeterKind, title: str, unit: str) -> Part:
    return daily(title, around.meters.get(kind, ()), unit, "户表")


def _checks(around: Around) -> tuple[Part, ...]:
    return around.part("rental_check"), around.part("rectification")


def _residents(found: DwellingFound) -> Part:
    ranked = sorted(found.residents, key=lambda r: (r.registered, r.code))
    left = f" · 已迁出 {found.past_residents}" if found.past_residents else ""
    note = f"{len(ranked)} 人{left}"
    return listed("住户", [_resident(one) for one in ranked], empty="登记簿上无人居住", note=note)


def _resident(person: Resident) -> Line:
    return Line(
        str(person.name),
        " · ".join(part for part in (CATEGORY_WORDS.get(person.category, "类别未知"), sex_and_age(person)) if part),
        registration(person),
        subject=Subject("person", person.code),
        is_open=not person.registered,
    )


CATEGORY_WORDS: Mapping[str, str] = {
    PersonCategory.RESIDENT: "常住",
    PersonCategory.FLOATING: "流动",
    PersonCategory.VISITOR: "访客",
    PersonCategory.COURIER: "配送保洁",
    PersonCategory.PROPERTY: "物业",
    PersonCategory.UNKNOWN: "名单外",
}


def sex_and_age(person: Resident) -> str:
    sex = {"m": "男", "f": "女"}.get(person.sex, "")
    born = f"{person.birth_year // 10 * 10} 年代生" if person.birth_year else ""
    return " · ".join(part for part in (sex, born) if part)


def registration(person: Resident) -> str:
    if person.cancelled_on is not None:
        return f"{person.cancelled_on:%Y-%m-%d} 注销"
    if not person.registered:
        return "未登记"
    return f"{person.registered_on:%Y-%m-%d} 登记" if person.registered_on else "已登记"


def _devices(found: DwellingFound, at: datetime) -> Part:
    lines = [_device(device, at) for device in found.devices]
    return listed("户内设备", lines, empty="没有登记的设备", note=f"{len(lines)} 台" if lines else "")


def _device(device: Device, at: datetime) -> Line:
    silent = is_silent(device, at)
    heard = f"{local(device.heard_at):%m-%d %H:%M} 上报" if device.heard_at else "从未上报"
    state = "失联，未知" if silent else device.state or "有上报"
    return Line(
        device_words(device),
        f"{device.code} · {heard}",
        state,
        subject=Subject("device", device.code),
        is_open=silent,
    )


def device_words(device: Device) -> str:
    """独立烟感 南侧: what it is, and where the register says it hangs."""
    word = DEVICE_WORDS.get(device.kind, device.kind)
    return word if device.title in ("", word) else f"{word} {device.title}"


def is_silent(device: Device, at: datetime) -> bool:
    """What has not spoken for a day is not known to work."""
    return device.heard_at is None or at - device.heard_at > SILENT_AFTER
