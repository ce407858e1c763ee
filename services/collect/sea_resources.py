"""Fences and calendars of the sea, from the shipped resources or the site's own folder."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from services.collect.site import Site, SiteError
from services.domain.fences import Fence, fences_from
from services.domain.moratorium import Moratorium, moratorium_from
from services.domain.safety_settings import SafetySettings, safety_from

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
Read = TypeVar("Read")


def read_fences(site: Site) -> tuple[Fence, ...]:
    """``fences.toml`` of the site's folder in place of the shipped one. Raises SiteError."""
    own = site.folder / "fences.toml"
    return _read(own if own.is_file() else RESOURCES / "fences.toml", fences_from)


def read_calendar(site: Site, year: int) -> Moratorium | None:
    """``calendars/moratorium-YEAR.toml`` of the site, else the shipped one; None when there is neither.
    Raises SiteError for one that cannot be used."""
    name = f"moratorium-{year}.toml"
    for path in (site.folder / "calendars" / name, RESOURCES / "calendars" / name):
        if path.is_file():
            return _read(path, moratorium_from)
    return None


def read_safety(site: Site) -> SafetySettings:
    """``[boats.safety]``. Raises SiteError."""
    try:
        return safety_from(site.boats.get("safety", {}))
    except ValueError as why:
        raise SiteError(str(why)) from why


def _read(path: Path, read: Callable[[Any], Read]) -> Read:
    try:
        return read(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as why:
        raise SiteError(f"{path}: 读不到：{why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SiteError(f"{path.name}: 不是有效的 TOML：{why}") from why
    except ValueError as why:
        raise SiteError(f"{path.name}: {why}") from why
