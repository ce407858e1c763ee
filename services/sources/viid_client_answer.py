"""What a platform answers: one status for each object, however it spells them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OK, OTHER_ERROR, BUSY, DEVICE_ERROR = 0, 1, 2, 3
AGAIN = frozenset({OTHER_ERROR, BUSY, DEVICE_ERROR, 9})  # of the moment, not of the object
WORDS: Mapping[int, str] = {
    1: "其他错误",
    2: "设备忙",
    3: "设备错误",
    4: "无效操作",
    5: "XML 格式无效",
    6: "XML 内容无效",
    7: "JSON 格式无效",
    8: "JSON 内容无效",
    9: "系统重启",
}


class PlatformError(Exception):
    """The platform could not be asked, or its answer is of no use. ``str`` is a sentence for the screen
    that names the call."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the platform says of one object."""

    id: str
    code: int
    text: str = ""

    @property
    def is_good(self) -> bool:
        return self.code == OK

    @property
    def may_pass(self) -> bool:
        """Whether the same may be taken a little later."""
        return self.code in AGAIN

    def __str__(self) -> str:
        return f"平台拒绝：{self.text or WORDS.get(self.code, '未说明')}（{self.code}）"


def read_answer(body: bytes, asked: Sequence[str], call: str) -> tuple[Told, ...]:
    """One for each id asked about, in that order. An answer of one status is about all of them; one
    that names other ids than ours is read by its order. Raises PlatformError."""
    told = [_told(each, call) for each in _statuses(body, call)]
    if len(told) == 1:
        return tuple(Told(name, told[0].code, told[0].text) for name in asked)
    by_id = {each.id: each for each in told}
    if not by_id.keys() & set(asked) and len(told) == len(asked):
        return tuple(Told(name, each.code, each.text) for name, each in zip(asked, told, strict=True))
    return tuple(by_id.get(name, Told(name, OTHER_ERROR, "应答中没有这一项")) for name in asked)


def read_time(body: bytes, call: str) -> tuple[str, str]:
    """VIIDServerID and LocalTime of /VIID/System/Time."""
    value = _decoded(body, call)
    inside = value.get("SystemTimeObject", value) if isinstance(value, Mapping) else None
    if not isinstance(inside, Mapping) or not isinstance(inside.get("LocalTime"), str):
        raise PlatformError(f"{call} 应答中没有时间")
    return str(inside.get("VIIDServerID", "")), inside["LocalTime"]


def _statuses(body: bytes, call: str) -> list[Any]:
    value = _decoded(body, call)
    for key in ("ResponseStatusListObject", "ResponseStatusObjectList", "ResponseStatusObject"):
        if isinstance(value, Mapping) and key in value:
            value = value[key]
    each = value if isinstance(value, list) else [value]
    if not each:
        raise PlatformError(f"{call} 应答中没有状态")
    return each


def _told(value: Any, call: str) -> Told:
    try:
        code = int(value["StatusCode"])
    except (KeyError, TypeError, ValueError):
        raise PlatformError(f"{call} 应答中没有状态码") from None
    return Told(str(value.get("Id", "")), code, str(value.get("StatusString", ""))[:120])


def _decoded(body: bytes, call: str) -> Any:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise PlatformError(f"{call} 应答不是 JSON") from None
