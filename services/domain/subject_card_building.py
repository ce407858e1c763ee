"""楼: one building in numbers, beside its section."""

from __future__ import annotations

from collections import Counter

from services.domain.address_book import BuildingFound, Device
from services.domain.estates import Building, Use
from services.domain.snapshot import Subject
from services.domain.subject_around import Around
from services.domain.subject_card import Entry, Line, Part, SubjectCard, listed, of_alerts, unknown
from services.domain.subject_card_dwelling import DEVICE_WORDS, USE_WORDS, is_silent
from services.domain.subject_card_elder import SAFETY_WORDS


def building_card(found: BuildingFound, around: Around) -> SubjectCard:
    code = found.building.code
    units = len(found.units)
    floors = max((home.floor for home in found.dwellings), default=0)
    return SubjectCard(
        Subject("building", code),
        found.place.text or found.building.name,
        f"{units} 单元 · {floors} 层 · {len(found.dwellings)} 套",
        (
            (_use(found), _people(found)),
            (_devices(found, around), _elders(around)),
            (of_alerts(around.alerts), around.part("rectification"), around.part("mediation")),
        ),
        around.at,
        code,
    )


def drawn_card(building: Building, around: Around) -> SubjectCard:
    """Of a building that is drawn, but that no register of ours has yet: who and what is in it is not known."""
    letters = "".join(floor for unit in building.units for floor in unit.floors)
    homes = sum(letter != Use.NONE for letter in letters)
    counts = tuple(Entry(words, f"{letters.count(use)} 套") for use, words in USE_WORDS.items())
    return SubjectCard(
        Subject("building", building.id),
        f"{building.estate_name} {building.name}",
        f"{len(building.units)} 单元 · {homes} 套 · 登记簿尚未读入",
        (
            (Part("房屋", counts, note=f"{homes} 套"), unknown("登记人口", "登记簿尚未读入")),
            (unknown("设备", "登记簿尚未读入"), _drawn_elders(building, around)),
            (of_alerts(around.alerts), around.part("rectification"), around.part("mediation")),
        ),
        around.at,
        building.id,
    )


def _drawn_elders(building: Building, around: Around) -> Part:
    """A ring that nobody is known behind is not nobody."""
    missing = building.elders > len(around.elders)
    return unknown("独居老人", f"{building.elders} 人，情况未读入") if missing else _elders(around)


def _use(found: BuildingFound) -> Part:
    counted = Counter(home.use for home in found.dwellings)
    entries = [Entry(words, f"{counted[use.value]} 套") for use, words in USE_WORDS.items()]
    unknown = sum(count for use, count in counted.items() if use not in {u.value for u in USE_WORDS})
    entries.append(Entry("用途未知", f"{unknown} 套"))
    return Part("房屋", tuple(entries), note=f"{len(found.dwellings)} 套")


def _people(found: BuildingFound) -> Part:
    lived = [count for _, count in found.people]
    vacant = {home.code for home in found.dwellings if home.use == Use.VACANT}
    strange = sum(code in vacant for code, _ in found.people)
    return Part(
        "登记人口",
        (
            Entry("人数", f"{sum(lived)} 人"),
            Entry("有人户", f"{len(lived)} 户"),
            Entry("每户最多", f"{max(lived, default=0)} 人"),
            Entry("空置房有登记", f"{strange} 户", "待核" if strange else ""),
        ),
    )


def _devices(found: BuildingFound, around: Around) -> Part:
    kinds: dict[str, list[Device]] = {}
    for device in found.devices:
        kinds.setdefault(DEVICE_WORDS.get(device.kind, device.kind), []).append(device)
    lines = []
    for title, devices in sorted(kinds.items()):
        silent = [d for d in devices if is_silent(d, around.at)]
        first = (silent or devices)[0]
        state = f"{len(silent)} 失联未知" if silent else "都有上报"
        lines.append(
            Line(title, f"{len(devices)} 台", state, subject=Subject("device", first.code), is_open=bool(silent))
        )
    return listed("设备", lines, empty="没有登记的设备", note=f"{len(found.devices)} 台")


def _elders(around: Around) -> Part:
    lines = [
        Line(str(elder.name), elder.note, SAFETY_WORDS[elder.safety], elder.last_activity, Subject("elder", elder.id))
        for elder in around.elders
    ]
    return listed("独居老人", lines, empty="没有登记的独居老人", note=f"{len(lines)} 人" if lines else "")
