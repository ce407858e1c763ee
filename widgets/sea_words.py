"""What the sea map says of one thing under the cursor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from services.domain.boats import POLLUTANT_WORDS, CollectionVessel, FishingBoat, HandInRequest
from services.domain.execution_state import ExecutionState
from services.domain.fleet import ColourCode, Fleet
from services.domain.position import DoubtedBoat
from services.domain.timebase import local
from widgets.hand_ins import limit_words
from widgets.words import duration

CODE_WORDS = {ColourCode.GREEN: "绿码", ColourCode.YELLOW: "黄码 待查", ColourCode.RED: "红码 待查"}


def boat_words(boat: FishingBoat, fleet: Fleet | None, doubts: Iterable[DoubtedBoat] = ()) -> str:
    known = fleet.find(boat.mmsi) if fleet is not None else None  # its code is the newest, the register's is not
    code = CODE_WORDS.get(known.code if known is not None else boat.code, "色码未知")
    about = f"{boat.gear_type} · {boat.length_m:.0f} m · {boat.home_port}"
    doubt = next((d.doubt for d in doubts if d.id == boat.id), "")
    return "\n".join(filter(None, (f"{boat.vessel_no} · {code}", about, last_fix(fleet, boat.mmsi), doubt)))


def last_fix(fleet: Fleet | None, mmsi: int) -> str:
    fix = fleet.find(mmsi) if fleet is not None else None
    if fix is None:
        return "无船位"
    speed = "航速未知" if np.isnan(fix.sog_kn) else f"{fix.sog_kn:.1f} kn"
    return f"{speed} · 定位 {local(fix.at):%H:%M:%S}"


def vessel_words(vessel: CollectionVessel, execution: Iterable[ExecutionState]) -> str:
    state = next((one for one in execution if one.vessel_id == vessel.id), None)
    load = f"已装 {vessel.load_t:.2f} / {vessel.capacity_t:.2f} t"
    late = f"比计划迟 {state.drift_min} 分" if state is not None and (state.drift_min or 0) > 0 else ""
    lines = (f"{vessel.name} · {vessel.doing}", f"{vessel.sog_kn:.1f} kn · {load}", late)
    return "\n".join(filter(None, (*lines, state.suggestion if state is not None else "")))


def request_words(request: HandInRequest, now: datetime | None) -> str:
    what = f"{POLLUTANT_WORDS[request.pollutant]} 约 {request.est_t:.2f} t · {request.place}"
    waited = f"已等 {duration((now - request.filed_at).total_seconds())}" if now is not None else ""
    limit = limit_words(request, now) if now is not None else ""
    said = " · ".join(filter(None, (request.state_word, limit or waited)))
    return f"申请 {request.number} · {request.vessel_no}\n{what}\n{said}"
