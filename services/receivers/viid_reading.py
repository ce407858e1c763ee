"""A whole VIID body: every object of it taken or refused, and nothing ever lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.domain.event import Event, Refused
from services.receivers.viid_body import BadBodyError, Found, decode, find_objects, id_name
from services.receivers.viid_kept import kept_unreadable
from services.receivers.viid_library import Stated
from services.receivers.viid_lookups import NONE, Lookups
from services.receivers.viid_record import SOURCE, Outcome, Pictured, read_object
from services.receivers.viid_values import plain, word

Pictures = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Item:
    """What gets one status: an object as the sender named it, or a notification with all that is in it."""

    id: str
    outcomes: tuple[Outcome, ...]

    @property
    def refused(self) -> Refused | None:
        """The first of it that could not be used."""
        return next((each for each in self.outcomes if isinstance(each, Refused)), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """``pictures`` are to be written before the events that name them. ``bad_json`` says that the body
    was none; its one item then keeps what may be kept of it."""

    items: tuple[Item, ...]
    pictures: Pictures = field(default_factory=dict)
    bad_json: bool = False

    @property
    def outcomes(self) -> Sequence[Outcome]:
        return [outcome for item in self.items for outcome in item.outcomes]

    @property
    def events(self) -> Sequence[Event]:
        return [outcome for item in self.items for outcome in item.outcomes if isinstance(outcome, Event)]

    @property
    def refused(self) -> Sequence[Refused]:
        return [outcome for item in self.items for outcome in item.outcomes if isinstance(outcome, Refused)]

    @property
    def stated(self) -> Sequence[Stated]:
        return [outcome for item in self.items for outcome in item.outcomes if isinstance(outcome, Stated)]

    def changed(self, made: Mapping[int, Outcome]) -> Reading:
        """With other outcomes in the place of some, by ``id()``."""
        if not made:
            return self
        items = tuple(Item(item.id, tuple(made.get(id(each), each) for each in item.outcomes)) for item in self.items)
        return replace(self, items=items)

    def without_pictures(self, lost: Mapping[str, object]) -> Reading:
        """As if the lost ones had never been sent; a picture that came alone is refused."""
        made: dict[int, Outcome] = {}
        for each in self.outcomes:
            if isinstance(each, Event) and getattr(each.record, "image", "") in lost:
                made[id(each)] = replace(each, record=replace(each.record, image=""))
            elif isinstance(each, Pictured) and each.sha in lost:
                made[id(each)] = Refused(SOURCE, "picture_lost", "图片未能存盘", b"")
        return self.changed(made)


def read_body(body: bytes, received_at: datetime, lookups: Lookups = NONE, expected: str = "") -> Reading:
    """Never raises. ``expected`` is the kind of objects that come without an envelope."""
    try:
        found = tuple(find_objects(decode(body), expected))
        return _read(found, received_at, lookups)
    except BadBodyError as why:
        return _unreadable("bad_json", str(why), body)
    except RecursionError:
        return _unreadable("too_deep", "报文嵌套过深", body)


def _read(found: Sequence[Found], received_at: datetime, lookups: Lookups) -> Reading:
    pictures: dict[str, bytes] = {}
    by_name: dict[object, Item] = {}
    for place, each in enumerate(found):
        read = read_object(each, received_at, lookups)
        if read.pictures.files:
            pictures.update(read.pictures.files)
        key = each.notification or place
        before = by_name.get(key)
        if before is not None:
            by_name[key] = Item(before.id, before.outcomes + read.outcomes)
        else:
            by_name[key] = Item(plain(each.notification) if each.notification else _own_id(each), read.outcomes)
    return Reading(tuple(by_name.values()), pictures)


def _own_id(found: Found) -> str:
    if not isinstance(found.value, Mapping):
        return ""
    return word(found.value, id_name(found.kind))


def _unreadable(reason: str, detail: str, body: bytes) -> Reading:
    detail = detail.encode("utf-8", "replace").decode().replace("\x00", "")
    rest = kept_unreadable(body)
    if rest != body:
        detail = f"{detail}（{len(body)} 字节，SHA-256 {hashlib.sha256(body).hexdigest()}，未留图片与人员内容）"
    return Reading((Item("", (Refused(SOURCE, reason, detail, rest),)),), bad_json=True)


def device_named(body: bytes) -> str:
    """DeviceID of a register, keepalive or unregister body; ``""`` when it names none."""
    try:
        found = next(find_objects(decode(body)), None)
    except (BadBodyError, RecursionError):
        return ""
    return word(found.value, "DeviceID") if found and isinstance(found.value, dict) else ""
