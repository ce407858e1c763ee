"""22:00–06:00 the wall's text is dimmed: a bright wall in a dark room tires the eye and hides the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.domain.timebase import local

BEGINS, ENDS = 22, 6
DIMMED = 0.8  # of the luminance, as the guide has it; alert colours stay


def is_night(now: datetime) -> bool:
    hour = local(now).hour
    return hour >= BEGINS or hour < ENDS


def night_tokens(tokens: Mapping[str, Any], theme: str) -> Mapping[str, Any]:
    """The same tokens with the text of a dark theme dimmed. A light theme is not: its text is dark."""
    if theme != "dark":
        return tokens
    table = tokens[theme]
    text = {name: dict(value, hex=dimmed(value["hex"])) for name, value in table["text"].items() if name != "on_ice"}
    return dict(tokens) | {theme: dict(table) | {"text": dict(table["text"]) | text}}


def dimmed(colour: str) -> str:
    """``#E6F0FF`` at 0.8 of its luminance, hue kept."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return "#" + "".join(f"{round(_encoded(_linear(channel) * DIMMED) * 255):02X}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
