"""What a manifest tells the rules: each hand-over weighed twice, each stage and whole hour of waiting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.domain.custody_events import ManifestStage, MassBalance
from services.domain.manifest import PARTY_WORDS, Manifest, Party

HOUR = timedelta(hours=1)


def balances(manifest: Manifest) -> Iterator[MassBalance]:
    names = {copy.party: copy.name or PARTY_WORDS[copy.party] for copy in manifest.copies}
    for one in manifest.transfers:
        yield MassBalance(
            manifest=manifest.id,
            request_id=manifest.request_id,
            number=manifest.number,
            vessel_no=manifest.vessel_no,
            stage=one.taker.value,
            stage_word=f"{PARTY_WORDS[one.giver]}→{PARTY_WORDS[one.taker]}",
            giver=names[one.giver],
            taker=names[one.taker],
            pollutant=manifest.pollutant.value,
            given_kg=one.given_kg,
            taken_kg=one.taken_kg,
            diff_kg=one.diff_kg,
            diff_pct=one.pct,
            at=one.at,
            place=manifest.place,
            lon=manifest.lon,
            lat=manifest.lat,
        )


def stage_now(manifest: Manifest, word: str, now: datetime) -> ManifestStage:
    """How long it has waited, in whole hours; ``at`` is when the last of them was full."""
    unstored = undisposed = 0
    at = manifest.changed_at
    stored = next(copy.at for copy in manifest.copies if copy.party is Party.WAREHOUSE)
    if manifest.store_by is not None and manifest.collected_at is not None:
        unstored = _hours(manifest.collected_at, now)
        at = max(at, manifest.collected_at + unstored * HOUR)
    elif manifest.dispose_by is not None and stored is not None:
        undisposed = _hours(stored, now)
        at = max(at, stored + undisposed * HOUR)
    return ManifestStage(
        manifest=manifest.id,
        request_id=manifest.request_id,
        number=manifest.number,
        vessel_no=manifest.vessel_no,
        stage=manifest.stage.value,
        stage_word=word,
        holder=manifest.holder,
        pollutant=manifest.pollutant.value,
        mass_kg=manifest.mass_kg,
        unstored_h=unstored,
        undisposed_h=undisposed,
        at=min(at, now),
        place=manifest.place,
        lon=manifest.lon,
        lat=manifest.lat,
    )


def _hours(since: datetime, now: datetime) -> int:
    return max(0, int((now - since) / HOUR))
