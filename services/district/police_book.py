"""What the demo police platform holds: who registered, what is subscribed, which vehicles are watched for.

Stricter than most: an object that lacks what the protocol requires is refused with status 8, an id that
is there already with 4, as real platforms do.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

OK, INVALID_OPERATION, BAD_CONTENT = 0, 4, 8
SET, LIFT = 0, 1
_NEEDED_OF_A_SUBSCRIPTION = (
    *("SubscribeID", "Title", "SubscribeDetail", "ResourceURI", "ApplicantName", "ApplicantOrg"),
    *("BeginTime", "EndTime", "ReceiveAddr", "OperateType"),
)
_NEEDED_OF_A_DISPOSITION = (
    *("DispositionID", "Title", "DispositionCategory", "TargetFeature", "PriorityLevel", "ApplicantName"),
    *("ApplicantOrg", "BeginTime", "EndTime", "OperateType", "DispositionRange"),
)
_ID, _TIME = re.compile(r"[0-9]{33}"), re.compile(r"[0-9]{14}")
_PLATE = re.compile(r"\(3=([^()=]+)\)")


@dataclass(frozen=True, slots=True)
class Verdict:
    id: str
    code: int = OK
    text: str = "正常"


@dataclass(frozen=True, slots=True)
class Watched:
    """One disposition. It speaks from ``begins`` until ``ends`` (14 digits, so text compares as time)."""

    id: str
    title: str
    plate: str
    begins: str
    ends: str
    tollgates: frozenset[str]
    is_lifted: bool = False

    def hit_by(self, tollgate: str, at: str) -> bool:
        here = not self.tollgates or tollgate in self.tollgates
        return here and not self.is_lifted and self.begins <= at <= self.ends


class PoliceBook:
    """Thread-safe. Nothing of it outlives the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[str, Watched] = {}
        self._by_plate: Mapping[str, tuple[Watched, ...]] = {}
        self._subscribed: dict[str, Mapping[str, Any]] = {}

    # -- dispositions -----------------------------------------------------------------------------

    def set(self, values: Sequence[Any]) -> list[Verdict]:
        return [self._write(value, new=True) for value in values]

    def change(self, values: Sequence[Any]) -> list[Verdict]:
        return [self._write(value, new=False) for value in values]

    def lift(self, name: str) -> Verdict:
        with self._lock:
            held = self._watched.get(name)
            if held is None:
                return Verdict(name, INVALID_OPERATION, "没有这个布控")
            self._put(replace(held, is_lifted=True))
        return Verdict(name)

    def _write(self, value: Any, *, new: bool) -> Verdict:
        why = _lacking(value, "DispositionID", _NEEDED_OF_A_DISPOSITION)
        plate = "" if why else _plate(value["TargetFeature"])
        if why or not plate:
            return Verdict(_name(value, "DispositionID"), BAD_CONTENT, why or "TargetFeature 中没有号牌")
        name = str(value["DispositionID"])
        with self._lock:
            if new and name in self._watched:
                return Verdict(name, INVALID_OPERATION, "布控编号已存在")
            if not new and name not in self._watched:
                return Verdict(name, INVALID_OPERATION, "没有这个布控")
            places = frozenset(filter(None, re.split(r"[,;，；]", str(value.get("TollgateList", "")))))
            self._put(Watched(name, str(value["Title"]), plate, value["BeginTime"], value["EndTime"], places))
        return Verdict(name)

    def _put(self, watched: Watched) -> None:
        self._watched[watched.id] = watched
        by_plate: dict[str, tuple[Watched, ...]] = {}
        for each in self._watched.values():
            if not each.is_lifted:
                by_plate[each.plate] = (*by_plate.get(each.plate, ()), each)
        self._by_plate = by_plate

    def watching(self, plate: str) -> tuple[Watched, ...]:
        """Asked of every passage: no lock, one look."""
        return self._by_plate.get(plate, ())

    @property
    def dispositions(self) -> Mapping[str, Watched]:
        with self._lock:
            return dict(self._watched)

    # -- subscriptions ----------------------------------------------------------------------------

    def subscribe(self, values: Sequence[Any]) -> list[Verdict]:
        return [self._subscribe(value) for value in values]

    def _subscribe(self, value: Any) -> Verdict:
        if why := _lacking(value, "SubscribeID", _NEEDED_OF_A_SUBSCRIPTION):
            return Verdict(_name(value, "SubscribeID"), BAD_CONTENT, why)
        with self._lock:
            self._subscribed[str(value["SubscribeID"])] = dict(value)
        return Verdict(str(value["SubscribeID"]))

    def cancel(self, name: str) -> Verdict:
        with self._lock:
            if self._subscribed.pop(name, None) is None:
                return Verdict(name, INVALID_OPERATION, "没有这个订阅")
        return Verdict(name)

    def subscription_to(self, detail: str, at: str) -> str:
        """The id of a running subscription to it; ``""`` for none. ``at`` is 14 digits."""
        with self._lock:
            for name, value in self._subscribed.items():
                if detail in str(value["SubscribeDetail"]).split(",") and value["BeginTime"] <= at <= value["EndTime"]:
                    return name
        return ""

    @property
    def subscriptions(self) -> Mapping[str, Mapping[str, Any]]:
        with self._lock:
            return dict(self._subscribed)


def _lacking(value: Any, name: str, needed: Sequence[str]) -> str:
    """What is wrong with an object before one looks at what it means; ``""`` for nothing."""
    if not isinstance(value, Mapping):
        return "不是对象"
    missing = [key for key in needed if value.get(key) in (None, "")]
    if missing:
        return f"缺少 {'、'.join(missing)}"
    if not _ID.fullmatch(str(value[name])):
        return f"{name} 不是 33 位数字"
    wrong = [key for key in ("BeginTime", "EndTime") if not _TIME.fullmatch(str(value[key]))]
    return f"{'、'.join(wrong)} 不是 14 位时间" if wrong else ""


def _name(value: Any, key: str) -> str:
    return str(value.get(key, "")) if isinstance(value, Mapping) else ""


def _plate(feature: Any) -> str:
    found = _PLATE.search(str(feature))
    return found[1] if found else ""
