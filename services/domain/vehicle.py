"""Codes of vehicles as cameras send them, and the words officers use for them."""

from __future__ import annotations

# GA/T 1400 ColorType; the same table for plates and bodies.
COLOURS = {
    "1": "黑",
    "2": "白",
    "3": "灰",
    "4": "红",
    "5": "蓝",
    "6": "黄",
    "7": "橙",
    "8": "棕",
    "9": "绿",
    "10": "紫",
    "11": "青",
    "12": "粉",
    "13": "透明",
    "99": "其他",
}

# HorizontalShotType / Direction: the way the vehicle goes.
DIRECTIONS = {"1": "东", "2": "西", "3": "南", "4": "北", "5": "东北", "6": "西南", "7": "东南", "8": "西北", "9": ""}

_TRUCKS = {"1": "重货", "2": "中货", "3": "轻货", "4": "微货", "5": "低速"}
_COACHES = {"1": "大客", "2": "中客", "3": "小客", "4": "微客"}
_OTHERS = {"B": "挂车", "D": "电车", "J": "机械", "M": "摩托", "N": "三轮", "Q": "牵引", "T": "拖拉机", "Z": "专项"}


def colour_word(code: str) -> str:
    """``5`` or ``05`` → 蓝; a word stays a word; unknown is ``""``."""
    code = code.strip()
    return COLOURS.get(code.lstrip("0"), "" if code.isascii() else code.removesuffix("色"))


def class_word(code: str) -> str:
    """K33 → 小客, H31 → 轻货, H14 → 罐车, H17 → 自卸; ``—`` when the camera could not tell."""
    if len(code) < 2:
        return _OTHERS.get(code, "—")
    if code[0] == "K":
        return "面包" if code.endswith("9") else _COACHES.get(code[1], "客车")
    if code[0] == "H":
        return {"4": "罐车", "7": "自卸"}.get(code[2:3], _TRUCKS.get(code[1], "货车"))
    return _OTHERS.get(code[0], "—")
