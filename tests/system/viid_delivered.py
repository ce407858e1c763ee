"""What a store holds of a delivery, held against what its senders were told."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from services.store.store import Store
from tests.system.viid_independent import BAD_CONTENT, Ledger, Sight

_NAME = re.compile(rb'"MotorVehicleID": ?"(\d{48})"')


@dataclass(frozen=True)
class Held:
    """Of one store, read by plain SQL."""

    passages: Counter[str]
    said: dict[str, tuple[str, datetime]]  # plate as sent, moment
    inbox: Counter[str]
    refused: set[str]  # objects in the quarantine, by the id they came with
    halves: set[str]  # the first id of each cut body in the quarantine
    quarantined: int


def held(store: Store) -> Held:
    with store.read() as connection:
        rows = connection.execute(text("SELECT passage_id, plate_raw, passed_at FROM event_passage")).all()
        inbox = connection.execute(text("SELECT event_id FROM inbox WHERE kind = 'passage'")).scalars().all()
        quarantine = connection.execute(text("SELECT raw, reason FROM quarantine")).all()
    refused: set[str] = set()
    halves: set[str] = set()
    for raw, reason in quarantine:
        names = [name.decode() for name in _NAME.findall(bytes(raw))]
        (halves if reason == "bad_json" else refused).update(names[:1])
    return Held(
        Counter(row[0] for row in rows),
        {row[0]: (row[1], _moment(row[2])) for row in rows},
        Counter(inbox),
        refused,
        halves,
        len(quarantine),
    )


def differences(store: Store, sent: tuple[Sight, ...], ledger: Ledger) -> list[str]:
    """What does not agree; [] when every count and every word does."""
    found = held(store)
    good = {one.id: one for one in sent if one.is_good}
    bad = {one.id for one in sent} - good.keys()
    complaints = [
        *ledger.wrong,
        *_unlike("undelivered", set(ledger.undelivered), set()),
        *_unlike("status 0", ledger.accepted, set(good)),
        *_unlike(f"status {BAD_CONTENT}", ledger.refused, bad),
        *_unlike("stored", set(found.passages), set(good)),
        *_unlike("inbox", set(found.inbox), set(good)),
        *_unlike("quarantine", found.refused, bad),
        *_unlike("bodies cut in half", found.halves - (ledger.unsure - ledger.halves), ledger.halves),
    ]
    complaints += [f"{name} is there {times} times" for name, times in found.passages.items() if times > 1]
    for name, (plate, at) in found.said.items():
        one = good.get(name)
        if one is not None and (plate != one.plate or not timedelta(0) <= one.at - at < timedelta(seconds=1)):
            complaints.append(f"{name}: {plate} at {at} where {one.plate} at {one.at} was sent")
    return complaints


def _unlike(what: str, found: set[str], wanted: set[str]) -> list[str]:
    if found == wanted:
        return []
    missing, extra = wanted - found, found - wanted
    return [f"{what}: {len(missing)} missing {sorted(missing)[:3]}, {len(extra)} too many {sorted(extra)[:3]}"]


def _moment(stored: Any) -> datetime:
    """Stored moments are whole microseconds since 1970 UTC; plain SQL gives them as they stand."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=stored) if isinstance(stored, int) else stored


def told(ledger: Ledger) -> str:
    """For a figure or a failed test."""
    return json.dumps(dict(sorted(ledger.happened.items())), ensure_ascii=False)
