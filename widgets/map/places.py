"""Names of water, islands, towns and streets of the bay."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from services.domain.snapshot import Subject
from widgets.look import RESOURCES
from widgets.map.items import Mark, Shape

_RANKS = {"port": 3, "sea": 4, "island": 4, "town": 5, "street": 6}

_SHAPES = {"sea": Shape.SEA_NAME, "port": Shape.PORT}


@cache
def _shipped(path: Path) -> tuple[tuple[str, str, float, float], ...]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple((p["kind"], p["name"], float(p["lon"]), float(p["lat"])) for p in table["place"])


def read_places(kinds: Collection[str], path: Path = RESOURCES / "basemap" / "places.toml") -> tuple[Mark, ...]:
    """The names of the given kinds (``sea island town street``; ``port`` has a mark) as labels without marks."""
    return tuple(
        Mark(
            Subject("place", name),
            lon,
            lat,
            _SHAPES.get(kind, Shape.NAME),
            label=name,
            rank=_RANKS[kind],
        )
        for kind, name, lon, lat in _shipped(path)
        if kind in kinds
    )
