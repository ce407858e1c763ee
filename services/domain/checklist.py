"""Guidance as a checklist: who does what within how long.

A line of guidance is a sentence. Written as a table ``{ do = …, owner = …, within = … }`` or as
``负责人: 一句话`` it has an owner, and stands in the alert as ``【公安｜10 分】核对抓拍``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OWNERS = frozenset(
    {
        *(
            "值班员",
            "值班长",
            "带班领导",
            "调度员",
            "网格员",
            "联勤警务室",
            "物业",
            "家属",
            "社区",
            "街道",
            "运维",
            "船东",
        ),
        *(
            "公安",
            "交警",
            "交通运输",
            "生态环境",
            "综合执法",
            "市监",
            "卫生健康",
            "卫健",
            "消防救援",
            "民政",
            "应急管理",
        ),
        *("农业农村和水利局", "海事", "港航", "住建", "司法", "燃气公司", "供水公司", "供电公司", "120", "119"),
    }
)
KEYS = ("do", "owner", "within")
_LINE = re.compile(r"【(?P<owner>[^｜】]*)(?:｜(?P<within>[^】]*))?】(?P<do>.+)")
_SPOKEN = re.compile(r"(?P<owner>[^:：\s]{1,10})[:：]\s*(?P<do>.+)")


class ChecklistError(ValueError):
    """A line of guidance that cannot be used; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. ``owner`` and ``within`` are empty where nobody is named and nothing presses."""

    do: str
    owner: str = ""
    within: str = ""


def line_of(part: Any) -> str:
    """A line of a rule file as it stands in the alert. Raises ChecklistError."""
    if isinstance(part, str):
        found = _SPOKEN.fullmatch(part.strip())
        if found is not None and found["owner"] in OWNERS:
            return _line(Item(found["do"], found["owner"]))
        if not part.strip() or part.startswith("【"):
            raise ChecklistError(f"须为一句话，不是 {part!r}")
        return part.strip()
    if not isinstance(part, Mapping) or not all(isinstance(value, str) for value in part.values()):
        raise ChecklistError("须为一句话，或 { do = …, owner = …, within = … }")
    for key in part:
        if key not in KEYS:
            raise ChecklistError(f"不认识的键 {key!r}，可用：{'、'.join(KEYS)}")
    item = Item(*(str(part.get(key, "")).strip() for key in KEYS))
    if not item.do:
        raise ChecklistError("缺少 do")
    if item.owner and item.owner not in OWNERS:
        raise ChecklistError(f"不认识的负责人 {item.owner!r}，可用：{'、'.join(sorted(OWNERS))}")
    if any(mark in item.owner + item.within for mark in "｜】"):
        raise ChecklistError("owner 与 within 不得含 ｜ 和 】")
    return _line(item)


def item_of(line: str) -> Item:
    """A line of an alert, taken apart."""
    found = _LINE.fullmatch(line)
    return Item(found["do"], found["owner"], found["within"] or "") if found else Item(line)


def spoken(line: str) -> str:
    """A line as a sentence, for a task or a telephone."""
    item = item_of(line)
    within = f"（{item.within}内）" if item.within else ""
    return f"{item.owner}：{item.do}{within}" if item.owner else f"{item.do}{within}"


def _line(item: Item) -> str:
    if not item.owner and not item.within:
        return item.do
    return f"【{item.owner}{f'｜{item.within}' if item.within else ''}】{item.do}"
