"""The card of one subject, put together for one officer: the register, what happened, what is worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from services.domain.address_book import DwellingFound
from services.domain.community import Elder
from services.domain.dispute_row import household_alias
from services.domain.officer import Officer, Role
from services.domain.subject_card import SubjectCard, card_asked
from services.domain.subject_card_building import building_card, drawn_card
from services.domain.subject_card_case import case_card
from services.domain.subject_card_device import device_card
from services.domain.subject_card_dwelling import dwelling_card
from services.domain.subject_card_elder import elder_card
from services.domain.subject_card_person import person_card, unnamed_card
from services.store import casework, deeds, scoping
from services.store.address_answers import building_of, device_of, dwelling_of, person_of
from services.store.address_reading import one
from services.store.streams import STREAMS
from services.store.subject_reading import Reading


def subject_card_of(connection: Connection, about: str, officer: Officer | None = None) -> SubjectCard | None:
    """None for what no register, stream or gate knows, and for what the officer may not see. A wall has no cards."""
    asked = card_asked(about)
    if officer is not None and officer.role is Role.WALL:
        return None
    make = _OF_KIND.get(asked.subject.kind)
    return make(Reading(connection, officer, asked.at), asked.subject.id) if make is not None else None


def _dwelling(reading: Reading, code: str) -> SubjectCard | None:
    found = dwelling_of(reading.connection, code, reading.officer)
    if found is None:
        return None
    elders = [elder for elder in reading.elders() if elder.dwelling_id == code]
    around = reading.around(
        ids=(code, household_alias(found.dwelling.estate, code), *(elder.id for elder in elders)),
        links=_links(found, elders),
        dwelling=code,
        elders=elders,
    )
    return dwelling_card(found, around)


def _links(found: DwellingFound, elders: list[Elder]) -> tuple[str, ...]:
    devices = [f"device:{device.code}" for device in found.devices]
    return (f"dwelling:{found.dwelling.code}", *devices, *(f"elder:{elder.id}" for elder in elders))


def _person(reading: Reading, code: str) -> SubjectCard | None:
    found = person_of(reading.connection, code, reading.officer)
    estate = code.partition("-")[0]  # of a pseudonym: a case keys it estate|pseudonym
    around = reading.around(ids=(code, f"{estate}|{code}"), person=code)
    if found is not None:
        return person_card(found, around)
    known = reading.gate_known(code)
    if known is None or one(reading.connection, "estate", known.estate, reading.officer) is None:
        return None
    return unnamed_card(known, around)


def _elder(reading: Reading, code: str) -> SubjectCard | None:
    elder = reading.elder(code)
    if elder is None:
        return None
    home = elder.dwelling_id
    links = (f"elder:{elder.id}", *((f"dwelling:{home}", f"elder:{home}") if home else ()))
    around = reading.around(ids=(elder.id, home), links=links, dwelling=home, elders=(elder,))
    return elder_card(elder, around)


def _device(reading: Reading, code: str) -> SubjectCard | None:
    found = device_of(reading.connection, code, reading.officer)
    if found is None:
        return None
    return device_card(found, reading.around(ids=(code,), links=(f"device:{code}",), device=code))


def _building(reading: Reading, code: str) -> SubjectCard | None:
    found = building_of(reading.connection, code, reading.officer)
    if found is None:
        return _drawn(reading, code)
    homes = {home.code for home in found.dwellings}
    elders = [elder for elder in reading.elders() if elder.dwelling_id in homes]
    links = [f"dwelling:{home}" for home in sorted(homes)] + [f"device:{d.code}" for d in found.devices]
    return building_card(
        found, reading.around(ids=(code,), links=(f"building:{code}", *links), elders=elders, building=code)
    )


def _drawn(reading: Reading, code: str) -> SubjectCard | None:
    """A building of the sketch whose register has not been read; not for an officer with an area of his own."""
    building = reading.building(code)
    if building is None:
        return None
    marked = {mark.subject_id for mark in building.marks}
    elders = [elder for elder in reading.elders() if elder.id in marked]
    return drawn_card(building, reading.around(ids=(code,), links=(f"building:{code}",), elders=elders, building=code))


def _case(reading: Reading, case_id: str) -> SubjectCard | None:
    """A case of any stream; the community's own number of a dispute names its case as well."""
    for name, stream in STREAMS.items():
        for known in (case_id, f"{stream.prefix}-{case_id}"):
            if known.startswith(f"{stream.prefix}-") and (card := _case_of(reading, name, known)) is not None:
                return card
    return None


def _case_of(reading: Reading, stream: str, case_id: str) -> SubjectCard | None:
    officer, connection = reading.officer, reading.connection
    case: Any = casework.read_one(connection, stream, case_id)
    if case is None or (officer is not None and not scoping.sees_case(connection, stream, case_id, officer)):
        return None
    alert_id = getattr(case, "alert_id", "")
    around = reading.around(ids=(), links=(f"case:{case_id}", f"dispute:{case_id}"), alert_id=alert_id)
    return case_card(stream, case, deeds.deeds(connection, case_id), around)


_OF_KIND: Mapping[str, Callable[[Reading, str], SubjectCard | None]] = {
    "dwelling": _dwelling,
    "person": _person,
    "elder": _elder,
    "device": _device,
    "building": _building,
    "case": _case,
    "dispute": _case,
}
