"""Numbers as panes show them: with unit, window, target and provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Provenance(StrEnum):
    """May this be quoted as fact? Only what the two source documents publish may."""

    PUBLISHED = "published"  # 公开数据
    DEMO = "demo"  # 演示数据
    LIVE = "live"  # measured from the site's own sources


@dataclass(frozen=True, slots=True)
class Part:
    """One line of what a figure is made of. ``opens`` is the scene a click on it leads to."""

    label: str
    value: str
    note: str = ""
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a strip or tile.

    ``value`` is text ready to be painted big (``4,400+``, ``93.8``, ``5 / 6``, ``—`` for missing),
    ``unit`` small behind it, ``note`` the quiet line under it (``目标 ≥ 98 · 61/65``).
    ``unknown`` is drawn hatched, never as a number. ``level`` is set only when an alert is about it.
    ``met`` says whether its target is; None while that is not known or not yet to be judged. ``opens`` is the
    scene a click leads to, ``parts`` what it is made of.
    """

    id: str
    label: str
    value: str
    unit: str = ""
    note: str = ""
    provenance: Provenance = Provenance.DEMO
    unknown: bool = False
    formula: str = ""  # shown on hover, with its numbers
    group: str = ""  # figures of one group stand together
    met: bool | None = None
    opens: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar list: ``label ▮▮▮▮ text``. ``share`` 0–1 of the longest bar; None is unknown."""

    label: str
    share: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """A curve over time with its usual range.

    ``points`` and ``band`` hold one entry per moment of ``moments``; a gap is None.
    """

    id: str
    title: str
    unit: str
    moments: tuple[datetime, ...]
    points: tuple[float | None, ...]
    band: tuple[tuple[float, float] | None, ...] = ()
    top: float | None = None  # fixed upper end of the axis: auto-range makes a flat line a storm
    kind: str = "line"  # or "bars"
