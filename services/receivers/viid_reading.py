"""A whole VIID body: every object of it either an event or refused, and nothing ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.event import Event, Refused
from services.receivers.viid_body import BadBodyError, Found, decode, find_objects
from services.receivers.viid_record import SOURCE, Places, nowhere, to_event, word


@dataclass(frozen=True, slots=True)
class Item:
    """One object as the sender named it, and what we made of it."""

    id: str
    outcome: Event | Refused
    in_notification: bool = False  # then ``id`` is the notification's, for all its objects


@dataclass(frozen=True, slots=True)
class Reading:
    """``bad_json`` says that the body was none; its one item then keeps it whole."""

    items: tuple[Item, ...]
    bad_json: bool = False

    @property
    def events(self) -> Sequence[Event]:
        return [item.outcome for item in self.items if isinstance(item.outcome, Event)]

    @property
    def refused(self) -> Sequence[Refused]:
        return [item.outcome for item in self.items if isinstance(item.outcome, Refused)]


def read_body(body: bytes, received_at: datetime, places: Places = nowhere, expected: str = "") -> Reading:
    """Never raises."""
    try:
        found = tuple(find_objects(decode(body), expected))
        return Reading(tuple(_item(each, received_at, places) for each in found))
    except BadBodyError as why:
        return _unreadable("bad_json", str(why), body)
    except RecursionError:
        return _unreadable("too_deep", "报文嵌套过深", body)


def _unreadable(reason: str, detail: str, body: bytes) -> Reading:
    detail = detail.encode("utf-8", "replace").decode().replace("\x00", "")
    return Reading((Item("", Refused(SOURCE, reason, detail, body)),), bad_json=True)


def device_named(body: bytes) -> str:
    """DeviceID of a register, keepalive or unregister body; ``""`` when it names none."""
    try:
        found = next(find_objects(decode(body)), None)
    except (BadBodyError, RecursionError):
        return ""
    return word(found.value, "DeviceID") if found and isinstance(found.value, dict) else ""


def _item(found: Found, received_at: datetime, places: Places) -> Item:
    outcome = to_event(found, received_at, places)
    if found.notification:
        return Item(found.notification, outcome, in_notification=True)
    given = word(found.value, f"{found.kind}ID") if isinstance(found.value, dict) else ""
    return Item(given, outcome)
