"""What ``/`` on the sea map finds: boats by number, name and MMSI, collection vessels, hand-ins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

import numpy as np

from services.domain.boats import CollectionVessel, FishingBoat, HandInRequest
from services.domain.fleet import Fleet
from services.domain.snapshot import Subject
from widgets.search import Hit

PROMPT = "船名号、MMSI、收集船、申请号"
MOST = 8


def find_target(
    wanted: str,
    vessels: Iterable[CollectionVessel],
    boats: Iterable[FishingBoat],
    requests: Iterable[HandInRequest],
    fleet: Fleet | None,
) -> Sequence[Hit]:
    """At most ``MOST``; case and blanks do not matter, the end of a number is enough."""
    bare = _bare(wanted)
    if not bare:
        return ()
    known = (
        Hit("船", v.name, f"{v.doing} · MMSI {v.id}", Subject("collection_vessel", v.id))
        for v in vessels
        if bare in _bare(v.name) or bare in v.id
    )
    filed = (
        Hit("申请", f"{r.number}  {r.vessel_no}", f"{r.state_word} · {r.place}", Subject("hand_in_request", r.id))
        for r in requests
        if bare == _bare(r.number) or bare in _bare(r.id)
    )
    fishing = (
        Hit("船", b.vessel_no, f"{b.home_port} · MMSI {b.id}", Subject("boat", b.id))
        for b in boats
        if bare in _bare(b.vessel_no) or bare in b.id
    )
    hits = list(islice(chain(known, filed, fishing), MOST))
    return hits or _heard_only(bare, fleet)


def _heard_only(bare: str, fleet: Fleet | None) -> list[Hit]:
    """Ships of no register: they have nothing but their MMSI."""
    if fleet is None or not bare.isdigit():
        return []
    mmsi = fleet.rows["mmsi"]
    found = mmsi[np.char.find(mmsi.astype("U9"), bare) >= 0][:MOST]
    return [Hit("船", f"MMSI {one}", "不在册", Subject("boat", str(one))) for one in found]


def _bare(text: str) -> str:
    return text.replace("·", "").replace(" ", "").casefold()
