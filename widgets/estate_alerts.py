"""Which open alert stands at which estate, building or person: one answer for section and sketch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.domain.alert import Alert, Visibility
from services.domain.estates import Building, CellMark


def showing(alerts: Iterable[object]) -> list[Alert]:
    """Open and visible ones, worst first, unsigned before signed."""
    found = [a for a in alerts if isinstance(a, Alert) and a.is_open and a.visibility is Visibility.VISIBLE]
    return sorted(found, key=lambda a: (-a.level, a.is_signed, -a.raised_at.timestamp()))


def at_estate(alerts: Sequence[Alert], estate_id: str, estate_name: str) -> Alert | None:
    """The worst one of an estate, by its id in the alert's key or its name in the alert's place."""
    return next((a for a in alerts if a.scene == "community" and (estate_id in a.key or estate_name in a.place)), None)


def at_building(alerts: Sequence[Alert], building: Building) -> Alert | None:
    """The worst one of a building: its subject lives there, or its text names estate and building."""
    ids = {mark.subject_id for mark in building.marks}
    for one in alerts:
        words = f"{one.place} {one.subject}"
        if building.estate_name in words and _names(words, building.name):
            return one
        if one.scene == "community" and any(i in one.key or i == one.subject_id for i in ids):
            return one
    return None


def at_block(alerts: Sequence[Alert], building_id: str, building: str, estate_name: str) -> Alert | None:
    """The worst one of a block of the sketch, by the alert's subject or by its words."""
    for one in alerts:
        if (one.subject_kind, one.subject_id) == ("building", building_id):
            return one
        words = f"{one.place} {one.subject}"
        if building and estate_name in words and _names(words, building):
            return one
    return None


def at_mark(alerts: Sequence[Alert], mark: CellMark) -> Alert | None:
    return next((a for a in alerts if mark.subject_id == a.subject_id or mark.subject_id in a.key), None)


def _names(words: str, building: str) -> bool:
    """``3 幢`` but not the end of ``13 幢``."""
    at = words.find(building)
    while at >= 0:
        if at == 0 or not words[at - 1].isdigit():
            return True
        at = words.find(building, at + 1)
    return False
