"""The demo district's process: starts every simulated system and keeps it going."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from services.collect.site import Site
from services.district import community, gateways, roads, sea, sea_witness, units
from services.district.http import BadQuestionError, HttpPart
from services.district.part import SUFFERERS, DistrictSettings, Fault, Faults, Part

log = logging.getLogger(__name__)

PARTS = (community.parts, sea.parts, roads.parts, units.parts, gateways.parts, sea_witness.parts)


def serve(site: Site, settings: DistrictSettings, faults: Faults, over: threading.Event) -> None:
    """Run until ``over``, which is looked at before each part. Parts start in order; what started is stopped in
    reverse, even on an error."""
    running: list[Part] = []
    try:
        for part in (part for make in PARTS for part in make(settings, site, faults)):
            if over.is_set():
                return
            part.start()
            running.append(part)
        running.append(control := _control(site, faults))
        control.start()
        log.info("the demo district is up: %d systems, seed %d", len(running), settings.seed)
        over.wait()
    finally:
        for part in reversed(running):
            part.stop()


def _control(site: Site, faults: Faults) -> HttpPart:
    """GET /faults lists each source with its fault and the choices; POST /faults {"boats": "hang"} switches."""

    def switch(_: Mapping[str, str], wanted: Any) -> object:
        choices = [fault.value for fault in Fault]
        for source, fault in wanted.items() if isinstance(wanted, dict) else [("", wanted)]:
            if source not in SUFFERERS or fault not in choices:
                raise BadQuestionError(f"须为 数据源: 故障。数据源：{'、'.join(SUFFERERS)}；故障：{'、'.join(choices)}")
        for source, fault in wanted.items():
            faults.switch(source, Fault(fault))
        return now({})

    def now(_: Mapping[str, str]) -> object:
        return {"sources": {key: faults.of(key).value for key in SUFFERERS}, "faults": [f.value for f in Fault]}

    address = site.sources["control"]
    return HttpPart(
        "control", address["host"], int(address["port"]), {"/faults": now}, Faults(), posts={"/faults": switch}
    )
