"""Code tables of GA/T 1400 and of what vendors added to it, each in one place."""

from __future__ import annotations

from collections.abc import Mapping

from services.domain.community_told import CameraKind

# EventSort from here on is a vendor's own; those below it are the norm's (1 vehicle pass … 23 left object).
VENDOR_SORTS_FROM = 600
EVENT_SORTS: Mapping[int, CameraKind] = {
    600: CameraKind.FALLING_OBJECT,
    619: CameraKind.OPEN_FLAME,
    629: CameraKind.EBIKE,
    660: CameraKind.SHOP_OUTSIDE,
    664: CameraKind.ILLEGAL_CONSTRUCTION,
}


def camera_kind(event_sort: int | None) -> str:
    """The kind of a camera's event; ``vendor_<number>`` for one nobody told us the meaning of;
    ``""`` for the norm's own."""
    if event_sort is None or event_sort < VENDOR_SORTS_FROM:
        return ""
    known = EVENT_SORTS.get(event_sort)
    return known.value if known else f"vendor_{event_sort}"


# DispositionCategory. The drill of public health has no number in the norm: our own word.
CATEGORIES: Mapping[str, str] = {
    "1": "person",
    "2": "vehicle",
    "3": "nonmotor",
    "4": "keyword",
    "health_drill": "health_drill",
}

# Type of a picture: those kept as files, the one that shows most first. 04 and 05 (driver, co-driver),
# 10 (person) and 11 (face) are never written; nor is one that does not say what it shows.
KEPT_PICTURES: tuple[str, ...] = ("01", "09", "08", "07", "14", "100", "02", "12", "13", "03", "06")
PERSONAL_PICTURES = frozenset(("04", "05", "10", "11"))
