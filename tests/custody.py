"""A small custody log for tests: its signers, a hand-in on its way, entries in memory and in a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from services.domain.boats import HandInRequest, HandInState, Pollutant, StateAt
from services.domain.custody import CustodyStep, Draft, Entry, Line
from services.domain.custody_file import CustodyFile, Told
from services.domain.merkle import Tree
from services.domain.timebase import SHANGHAI
from services.reports.custody_key import LogSigner, WitnessSigner

START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
ORIGIN = "test.example/custody"
WITNESS = "sea.example"
WAY = (
    HandInState.FILED,
    HandInState.ACCEPTED,
    HandInState.ASSIGNED,
    HandInState.EN_ROUTE,
    HandInState.ALONGSIDE,
    HandInState.COLLECTING,
    HandInState.WEIGHED,
    HandInState.SIGNED,
    HandInState.IN_TRANSIT,
    HandInState.STORED,
    HandInState.REDUCED,
    HandInState.TRANSFERRED,
    HandInState.DISPOSED,
    HandInState.CLOSED,
)


def hand_in(number: str = "07", until: HandInState = HandInState.WEIGHED, every_min: int = 30) -> HandInRequest:
    """A hand-in of 348 kg that has come this far, one step each half-hour."""
    steps = WAY[: WAY.index(until) + 1]
    history = tuple(StateAt(state, START + timedelta(minutes=every_min * at)) for at, state in enumerate(steps))
    request = HandInRequest(
        id=f"SQ-20261121-{number}", number=number, boat_id="412300007", vessel_no="浙椒渔 61588",
        pollutant=Pollutant.OILY_WATER, est_t=0.35, place="一江山锚地", lon=121.75, lat=28.58, in_port=False,
        channel="zlb", state=until, history=history, vessel_id="413300103", vessel_name="渔清 03",
    )  # fmt: skip
    told: dict[HandInState, dict[str, object]] = {
        HandInState.WEIGHED: {"weighed_t": 0.348},
        HandInState.STORED: {"stored_t": 0.342, "warehouse": "YC-HM"},
        HandInState.REDUCED: {"reduced_t": 0.042},
        HandInState.TRANSFERRED: {"transferred_t": 0.0415, "carrier": "绿运环保"},
        HandInState.DISPOSED: {"disposed_t": 0.0414, "disposer": "台州固废处置中心"},
    }
    for state, values in told.items():
        if state in steps:
            request = replace(request, **values)  # type: ignore[arg-type]
    return request


def draft(number: int = 1, step: CustodyStep = CustodyStep.WEIGHED, mass_kg: float | None = 348.0) -> Draft:
    return Draft(
        manifest=f"LD-20261121-{number:02d}", request=f"SQ-20261121-{number:02d}", step=step, giver="浙椒渔 61588",
        taker="渔清 03", pollutant="OILY_WATER", mass_kg=mass_kg, photos=("ab" * 32,), signer="collector 王*", at=START,
    )  # fmt: skip


def signer(folder: Path) -> LogSigner:
    return LogSigner(folder / "custody", ORIGIN)


def witness(folder: Path) -> WitnessSigner:
    return WitnessSigner(folder / "maritime", WITNESS)


def lines_of(drafts: Sequence[Draft], by: LogSigner) -> list[Line]:
    ends: dict[str, Line] = {}
    made: list[Line] = []
    for seq, one in enumerate(drafts, 1):
        before = ends.get(one.manifest)
        entry = Entry(seq, before.entry.no + 1 if before else 1, before.leaf.hex() if before else "", one)
        ends[one.manifest] = by.line(entry)
        made.append(ends[one.manifest])
    return made


def exported(
    drafts: Sequence[Draft], by: LogSigner, seen_by: WitnessSigner | None = None, sealed: Sequence[int] = ()
) -> CustodyFile:
    """The whole log with a checkpoint of each size in ``sealed`` and of all; the witness signs every one."""
    made = lines_of(drafts, by)
    tree = Tree(line.leaf for line in made)
    sizes = sorted({*sealed, len(made)})
    notes = [by.note(size, tree.root(size)) for size in sizes]
    if seen_by is not None:
        notes = [note.plus((seen_by.cosign(note.checkpoint, START + timedelta(hours=9)),)) for note in notes]
    keys = (seen_by.key,) if seen_by is not None else ()
    return CustodyFile(True, by.key, keys, tuple(Told(line.spelled, 0) for line in made), tuple(notes))
