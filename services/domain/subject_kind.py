"""The kinds of subject that have a card, and which card an alert leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from services.domain.address import AddressError, building_code
from services.domain.alert import Alert
from services.domain.snapshot import Subject

KIND_WORDS: Mapping[str, str] = {
    "dwelling": "房",
    "person": "人",
    "elder": "老人",
    "case": "事",
    "dispute": "事",
    "device": "设备",
    "building": "楼",
}
CARDED = frozenset(KIND_WORDS)
COMMUNITY = "community"
_BUILDING = re.compile(r"(\d{1,3}|[A-Z]\d?) ?(?:幢|栋|座)")


def person_of(alert: Alert) -> str:
    """The gate's pseudonym an alert is about; empty when it is about nobody.

    Rules about persons key their alerts ``estate|pseudonym``, and a pseudonym begins with its estate.
    """
    if alert.scene != COMMUNITY:
        return ""
    if alert.subject_kind == "person":
        return alert.subject_id
    estate, _, person = alert.key.rpartition("|")
    estate = estate.rpartition("|")[2]
    return person if estate and person.startswith(f"{estate}-") else ""


def subject_of(alert: Alert) -> Subject | None:
    """The card that says most about what an alert is about; None when nothing it names has one."""
    if alert.subject_kind in CARDED and alert.subject_id:
        return Subject(alert.subject_kind, alert.subject_id)
    if person := person_of(alert):
        return Subject("person", person)
    home = next((link for link in alert.links if link.startswith("dwelling:")), "")
    if home:
        return Subject("dwelling", home.partition(":")[2])
    building = _building_of(alert) if alert.scene == COMMUNITY and alert.subject_kind == "estate" else ""
    return Subject("building", building) if building else None


def _building_of(alert: Alert) -> str:
    """The code of the building an estate's alert names in words: 白云新村 5 幢."""
    named = _BUILDING.search(f"{alert.place} {alert.subject}")
    try:
        return building_code(alert.subject_id, named[1]) if named else ""
    except AddressError:
        return ""


def card_of(subject: Subject | None, alert_id: str, alerts: Iterable[Alert]) -> Subject | None:
    """The card of what an officer points at: its own, or that of the alert he came by."""
    if subject is not None and subject.kind in CARDED:
        return subject
    alert = next((a for a in alerts if a.id == alert_id), None)
    return subject_of(alert) if alert is not None else None
