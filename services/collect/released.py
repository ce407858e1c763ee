"""Which rule texts run: what officers released takes the place of the shipped files, nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from services.domain.release import NAME, Release, Stage
from services.store import codec
from services.store.schema import casework
from services.store.store import Store


@dataclass(frozen=True, slots=True)
class Released:
    """Rule id → TOML text. ``mark`` differs whenever a text does."""

    active: Mapping[str, str] = field(default_factory=dict)
    shadow: Mapping[str, str] = field(default_factory=dict)
    mark: tuple[tuple[str, str], ...] = ()


def texts(store: Store) -> Released:
    """The texts of the versions that are active or in the shadow now. One small query."""
    query = select(casework.c.body).where(casework.c.stream == NAME, casework.c.is_open.is_(True))
    with store.read() as reader:
        cases = codec.decode_all(Release, reader.execute(query.order_by(casework.c.case_id)).scalars())
    active = {case.rule_id: case.text for case in cases if case.stage is Stage.ACTIVE}
    shadow = {case.rule_id: case.text for case in cases if case.stage in (Stage.SHADOW, Stage.READY)}
    mark = tuple((case.id, case.stage.value) for case in cases if case.stage in _RUNNING)
    return Released(active, shadow, mark)


def running(store: Store, shipped: Mapping[str, str]) -> Mapping[str, str]:
    """Every rule's text as it runs: the shipped ones, each overridden by its released version."""
    return {**shipped, **texts(store).active}


def shipped_texts(folder: Path, override: Path | None = None) -> Mapping[str, str]:
    """Rule id → text of the files, in their order; a file of the same name in ``override`` goes before."""
    files = {file.name: file for place in (folder, override) if place for file in sorted(place.glob("*.toml"))}
    return {file.stem: file.read_text(encoding="utf-8") for file in files.values()}


_RUNNING = (Stage.ACTIVE, Stage.SHADOW, Stage.READY)
