"""The suppression graph of a site: the shipped file, or the site's own in its place."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path

from services.collect.site import Site
from services.domain.suppression import Suppression, SuppressionError, suppression_from
from services.store.noise import NoiseRules

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "suppression.toml"


def noise_rules(site: Site, known: Collection[str] | None = None) -> NoiseRules:
    """What the store goes by; ``known`` are the rules there are. Raises SuppressionError."""
    own = site.folder / "suppression.toml"
    return NoiseRules(site.noise, read_suppression(own if own.exists() else SHIPPED, known))


def read_suppression(file: Path, known: Collection[str] | None = None) -> Suppression:
    """Raises SuppressionError for a file that cannot be read or used."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as why:
        raise SuppressionError(f"{file.name}: 读不到：{why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SuppressionError(f"{file.name}: 不是有效的 TOML：{why}") from why
    return suppression_from(table, file.name, known)
