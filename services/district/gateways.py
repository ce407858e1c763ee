"""The roadside signs and the gateway of text messages: take what the outbox sends, and remember what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from services.collect.site import Site
from services.district.http import BadQuestionError, HttpPart
from services.district.part import DistrictSettings, Faults, Part

CLEARED = "road_sign_cleared"
PATHS = {"signs": "/signs", "sms": "/sms"}


class Gateways:
    """Which text stands where, and how many messages went out. A sign shows one text."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._signs: dict[str, str] = {}
        self._messages: dict[str, str] = {}  # by id: one sent twice is one

    def sign(self, _: Mapping[str, str], event: Any) -> object:
        data = _data(event)
        with self._lock:
            if str(event.get("type", "")).endswith(CLEARED):
                self._signs.pop(data["place"], None)
            else:
                self._signs[data["place"]] = data["text"]
        return {"taken": event["id"]}

    def message(self, _: Mapping[str, str], event: Any) -> object:
        data = _data(event)
        with self._lock:
            self._messages[event["id"]] = data["text"]
        return {"taken": event["id"]}

    def shown(self, _: Mapping[str, str]) -> object:
        with self._lock:
            return {"signs": dict(self._signs), "messages": len(self._messages)}


def _data(event: Any) -> Mapping[str, Any]:
    data = event.get("data") if isinstance(event, Mapping) and "id" in event else None
    if not isinstance(data, Mapping) or not {"place", "text"} <= data.keys():
        raise BadQuestionError("须为 CloudEvents，data 含 place、text")
    return data


def parts(_settings: DistrictSettings, site: Site, faults: Faults) -> Sequence[Part]:
    """At the address of the channel ``signs``; none where the site has no such channel."""
    address = urlsplit(site.outbox.get("channels", {}).get("signs", {}).get("url", ""))
    if not address.hostname or not address.port:
        return ()
    gateways = Gateways()
    posts = {PATHS["signs"]: gateways.sign, PATHS["sms"]: gateways.message}
    return (HttpPart("gateways", address.hostname, address.port, {"/": gateways.shown}, faults, posts),)
