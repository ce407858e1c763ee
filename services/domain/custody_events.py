"""What the custody log and the manifests tell the rules. Masses are kg, spans hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MassBalance:
    """Event ``mass_balance``: one hand-over of a manifest whose two masses are known. What treatment took away
    is not in it: ``given_kg`` after 减量化 is what was left by it."""

    manifest: str
    request_id: str
    number: str
    vessel_no: str
    stage: str
    stage_word: str
    giver: str
    taker: str
    pollutant: str
    given_kg: float
    taken_kg: float
    diff_kg: float
    diff_pct: float
    at: datetime
    place: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class ManifestStage:
    """Event ``manifest_stage``: a manifest has reached a stage, or waited another whole hour for the next
    limit. ``unstored_h`` counts from collection until it is stored, ``undisposed_h`` from there until it is
    disposed of; each is 0 when it does not run."""

    manifest: str
    request_id: str
    number: str
    vessel_no: str
    stage: str
    stage_word: str
    holder: str
    pollutant: str
    mass_kg: float | None
    unstored_h: int
    undisposed_h: int
    at: datetime
    place: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class CustodyCheck:
    """Event ``custody_check``: the log from ``first`` to ``last`` was read again. ``broken`` is the first entry
    that does not hold, 0 when all do; ``unwitnessed_h`` how long entries have waited for a witness."""

    log: str
    scope: str  # new | all
    first: int
    last: int
    holds: bool
    broken: int
    manifest: str
    reason: str
    witnessed: int
    unwitnessed_h: int
    at: datetime
