"""The books of the demo's warehouses: what came in since the district's start, what was treated, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from services.district.sea_places import Depot
from services.district.sea_story import KINDS
from services.district.sea_work import HandIn
from services.domain.boats import HandInState


def flow_of(depot: Depot, came: Sequence[HandIn], since: datetime, now: datetime, decay_h: float) -> dict[str, float]:
    """Nothing is shipped out within a demo day. A silent gauge shows no change: what came in there stays
    unexplained."""
    in_t = treated_t = change_t = 0.0
    for hand_in in came:
        hours = (now - hand_in.reached[HandInState.STORED]).total_seconds() / 3600
        left = hand_in.stored_t * float(np.exp(-hours / decay_h))
        in_t += hand_in.stored_t
        treated_t += hand_in.stored_t - left
        if depot.level_pct[KINDS.index(hand_in.filing.pollutant)] is not None:
            change_t += left
    told = {"in_t": in_t, "treated_t": treated_t, "out_t": 0.0, "change_t": change_t}
    return {"since": since.timestamp(), **{name: round(value, 3) for name, value in told.items()}}
