"""The parts of the collector that keep the custody log, by the site's settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.collect.custody_checking import TICK_S as CHECK_S
from services.collect.custody_checking import CustodyChecking
from services.collect.custody_keeper import TICK_S as KEEP_S
from services.collect.custody_keeper import CustodyKeeper
from services.collect.custody_told import CustodyTold
from services.collect.custody_witness import TICK_S as WITNESS_S
from services.collect.custody_witness import CustodyWitnessing, HttpWitness
from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.domain.custody_settings import custody_from
from services.reports.custody_key import FOLDER, LogSigner
from services.store.store import Store

Tick = tuple[str, Callable[[datetime], None], float]


@dataclass(frozen=True, slots=True)
class Custody:
    """What runs on the collector's clock."""

    ticks: Sequence[Tick]
    summary: Summary


def custody_of(site: Site, store: Store) -> Custody | None:
    """None for a site without boats. Raises SiteError for settings or a key that cannot be used."""
    if "boats" not in site.sources:
        return None
    try:
        told = custody_from(site.boats.get("custody", {}))
        signer = LogSigner(site.folder / FOLDER, told.origin)
    except (ValueError, OSError) as why:
        said = why.strerror if isinstance(why, OSError) else why
        raise SiteError(f"存证日志：{said}") from why
    checking = CustodyChecking(store, signer.key, told)
    ticks: list[Tick] = [
        ("custody", CustodyKeeper(store, signer).tick, KEEP_S),
        ("custody_check", checking.tick, CHECK_S),
    ]
    witnessing = None
    if told.witness:
        witnessing = CustodyWitnessing(store, HttpWitness(told.witness), told.witness_keys[0])
        ticks.append(("custody_witness", witnessing.tick, WITNESS_S))
    return Custody(tuple(ticks), CustodyTold(signer.key, told, checking, witnessing).summary)
