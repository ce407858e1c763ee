"""Rows of the address tree: estate, building, unit, dwelling; what is open, and the worst alert below each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.domain.address import address_or_none, dwelling_code, unit_code
from services.domain.alert import Alert
from services.domain.estates import Building, Estate, Use
from services.domain.snapshot import Subject
from services.domain.subject_kind import subject_of
from widgets.duty_rows import Row
from widgets.section_plan import USE_WORDS

HIGH = 28
UNIT = "unit"  # no subject: it only holds dwellings


@dataclass(frozen=True, slots=True)
class Node:
    """``is_open`` None holds nothing below. ``unknown``: its devices are silent."""

    subject: Subject
    depth: int
    title: str
    detail: str = ""
    is_open: bool | None = None
    alert: Alert | None = None
    elder: bool = False
    unknown: bool = False


def key_of(subject: Subject) -> str:
    return f"{subject.kind} {subject.id}"


def worst_by_code(alerts: Sequence[Alert], buildings: Sequence[Building]) -> Mapping[str, Alert]:
    """Of every estate, building, unit and dwelling: the worst alert in it. ``alerts`` worst first."""
    homes = {m.subject_id: b for b in buildings for m in b.marks}
    found: dict[str, Alert] = {}
    for alert in alerts:
        for code in _codes(alert, homes):
            found.setdefault(code, alert)
    return found


def _codes(alert: Alert, homes: Mapping[str, Building]) -> Iterator[str]:
    named = [alert.subject_id, *(link.partition(":")[2] for link in (*alert.links, *alert.within))]
    marked = homes.get(alert.subject_id) or homes.get(alert.key.rpartition("|")[2])
    about = subject_of(alert)
    named += [one.id for one in (marked, about) if one is not None]
    for name in named:
        address = address_or_none(name)
        if address is not None:
            yield from dict.fromkeys(c for c in (address.code, address.unit, address.building, address.estate) if c)


def tree_rows(
    estates: Sequence[Estate], buildings: Sequence[Building], opened: Collection[str], worst: Mapping[str, Alert]
) -> list[Row]:
    rows: list[Row] = []
    for estate in estates:
        subject = Subject("estate", estate.id)
        is_open = key_of(subject) in opened
        detail = f"{estate.people:,} 人 · {estate.buildings} 幢"
        node = Node(subject, 0, estate.name, detail, is_open, worst.get(estate.id), unknown=estate.unknown)
        rows.append(Row(key_of(subject), node, HIGH))
        if is_open:
            for building in buildings:
                if building.estate_id == estate.id:
                    rows += _building(building, opened, worst)
    return rows


def _building(building: Building, opened: Collection[str], worst: Mapping[str, Alert]) -> list[Row]:
    subject = Subject("building", building.id)
    is_open = key_of(subject) in opened
    homes = sum(len(floor.replace(Use.NONE, "")) for unit in building.units for floor in unit.floors)
    elders = f" · 老人 {building.elders}" if building.elders else ""
    node = Node(subject, 1, building.name, f"{homes} 套{elders}", is_open, worst.get(building.id))
    rows = [Row(key_of(subject), node, HIGH)]
    if is_open:
        for number, unit in enumerate(building.units, 1):
            code = unit_code(building.id, number)
            inside = Subject(UNIT, code)
            shown = key_of(inside) in opened
            rows.append(Row(key_of(inside), Node(inside, 2, unit.name, unit.lift, shown, worst.get(code)), HIGH))
            if shown:
                rows += _dwellings(building, number, code, worst)
    return rows


def _dwellings(building: Building, number: int, unit: str, worst: Mapping[str, Alert]) -> list[Row]:
    """From the top down, as the section shows them."""
    elders = {(m.floor, m.at) for m in building.marks if m.kind == "elder" and m.unit == number}
    rows: list[Row] = []
    for floor, letters in reversed(list(enumerate(building.units[number - 1].floors, 2))):
        for at, letter in enumerate(letters):
            if letter != Use.NONE:
                code = dwelling_code(unit, floor, at + 1)
                title = f"{floor} 层 第 {at + 1} 户"
                about, alone = Subject("dwelling", code), (floor, at) in elders
                node = Node(about, 3, title, USE_WORDS[letter], None, worst.get(code), alone, letter == Use.UNKNOWN)
                rows.append(Row(key_of(about), node, HIGH))
    return rows


def home_of(subject: Subject, buildings: Sequence[Building]) -> Subject:
    """The row a subject stands in: an elder's is her dwelling's; what stands in no row is its own."""
    for building in buildings:
        for mark in building.marks:
            if mark.subject_id == subject.id:
                return Subject("dwelling", dwelling_code(unit_code(building.id, mark.unit), mark.floor, mark.at + 1))
    return subject


def path_to(subject: Subject) -> tuple[str, ...]:
    """The keys that must be open for a row to be seen; none for what stands at no address."""
    address = address_or_none(subject.id) if subject.kind in ("dwelling", "building") else None
    if address is None:
        return ()
    levels = [("estate", address.estate), ("building", address.building if address.room else ""), (UNIT, address.unit)]
    return tuple(f"{kind} {code}" for kind, code in levels if code)
