"""How things look: theme tokens, type scale and device size in one object that painters ask."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase

from services.domain.alert import AlertLevel

RESOURCES = Path(__file__).resolve().parent.parent / "resources"


class Face(StrEnum):
    DESK = "desk"
    WALL = "wall"


LEVEL_WORDS = {AlertLevel.RED: "红", AlertLevel.ORANGE: "橙", AlertLevel.YELLOW: "黄", AlertLevel.BLUE: "蓝"}
LEVEL_TOKENS = {
    AlertLevel.RED: "red",
    AlertLevel.ORANGE: "orange",
    AlertLevel.YELLOW: "yellow",
    AlertLevel.BLUE: "blue",
}


class Theme:
    """The colours of one theme, by token name.

    ``colour("panel")`` finds ground, text, chart and map tokens by their own name; alert colours
    are asked with ``alert(level)`` only, so that nothing else can use them.
    """

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self.name = name
        self._alert = table["alert"]
        self._colours: dict[str, QColor] = {}
        for group in ("ground", "text", "chart", "map"):
            for token, value in table[group].items():
                hex_value = value.get("hex") if isinstance(value, dict) else value
                if isinstance(hex_value, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", hex_value):
                    self._colours[token] = QColor(hex_value)
        self.dash: Mapping[str, list[float]] = table["chart"]["dash"]

    def colour(self, token: str) -> QColor:
        return self._colours[token]

    def alert(self, level: AlertLevel, *, fill: bool = False) -> QColor:
        return QColor(self._alert[LEVEL_TOKENS[level]]["fill" if fill else "text"])

    def unknown(self) -> QColor:
        return QColor(self._alert["unknown"]["hex"])

    def banner(self, *, signed: bool) -> QColor:
        token = "banner_signed" if signed else "banner_unsigned"
        return QColor(self._alert[token]) if token in self._alert else self.colour("raised")


@dataclass(frozen=True, slots=True)
class TypeStep:
    size: float  # logical px
    line: float
    weight: int


class Look:
    """A theme on a face at a scale.

    Sizes in tokens are logical px: of a 1920×1080 desk or of a 3840×2160 wall. ``px`` turns them
    into this window's px; on the wall ``scale`` is the uniform canvas scale, on the desk the
    user's text scale (1, 1.25, 1.5). Painters ask at paint time, so switching is a repaint.
    """

    def __init__(self, theme: Theme, face: Face, tokens: Mapping[str, Any], scale: float = 1.0) -> None:
        self.theme = theme
        self.face = face
        self.scale = scale
        self.space: Mapping[str, Any] = tokens["space"]["wall"] if face is Face.WALL else tokens["space"]
        self.motion: Mapping[str, Any] = tokens["motion"]
        self._tokens = tokens
        self._steps = {
            name: TypeStep(*value)
            for name, value in tokens["type"][face.value].items()
            if isinstance(value, list) and len(value) == 3
        }
        self._fonts: dict[tuple[str, bool, int | None], QFont] = {}

    @property
    def is_wall(self) -> bool:
        return self.face is Face.WALL

    def px(self, logical: float) -> int:
        return max(1, round(logical * self.scale)) if logical > 0 else 0

    def step(self, name: str) -> TypeStep:
        """``tick body pane lead card clock count kpi hero`` on the desk; the wall maps them to its own."""
        return self._steps[name] if name in self._steps else self._steps[_ON_WALL[name]]

    def font(self, name: str, *, digits: bool = False, weight: int | None = None) -> QFont:
        """The font of a type step. ``digits`` picks the condensed figures of KPI, clock and count-down."""
        key = (name, digits, weight)
        if key not in self._fonts:
            step = self.step(name)
            font = QFont()
            families = [*_DIGIT_FAMILIES, *TEXT_FAMILIES] if digits else list(TEXT_FAMILIES)
            font.setFamilies(families)
            font.setPixelSize(self.px(step.size))
            font.setWeight(QFont.Weight(weight or step.weight))
            self._fonts[key] = font
        return self._fonts[key]

    def line(self, name: str) -> int:
        """Line height of a type step in px. Never ask QFontMetrics.height() of a mixed font."""
        return self.px(self.step(name).line)

    def colour(self, token: str) -> QColor:
        return self.theme.colour(token)

    def alert(self, level: AlertLevel, *, fill: bool = False) -> QColor:
        return self.theme.alert(level, fill=fill)

    @property
    def pad(self) -> int:
        return self.px(self.space["pad" if self.is_wall else "pane_pad"])

    @property
    def gap(self) -> int:
        return self.px(self.space["gap" if self.is_wall else "pane_gap"])

    @property
    def head(self) -> int:
        """Height of a pane's header."""
        return self.px(84 if self.is_wall else self.space["pane_head"])

    @property
    def row(self) -> int:
        return self.px(self.space["row"])

    @property
    def hair(self) -> int:
        return self.px(2 if self.is_wall else 1)

    def glyph(self, place: str = "list") -> int:
        """Side of an alert glyph: ``rail table list card``, on the wall ``list map``."""
        sizes = self._tokens["icon"]["glyph"]
        return self.px(sizes["wall_map" if place == "map" else "wall_list"] if self.is_wall else sizes[place])

    def themed(self, theme: Theme) -> Look:
        return Look(theme, self.face, self._tokens, self.scale)

    def scaled(self, scale: float) -> Look:
        return Look(self.theme, self.face, self._tokens, scale)

    def canvas(self) -> QSize:
        """The logical canvas the scale refers to."""
        return QSize(3840, 2160) if self.is_wall else QSize(1920, 1080)


_ON_WALL = {
    "tick": "note",
    "body": "body",
    "pane": "body",
    "lead": "lead",
    "card": "title",
    "count": "kpi",
    "hero": "kpi",
}

TEXT_FAMILIES: list[str] = ["Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei UI"]
_DIGIT_FAMILIES: list[str] = ["IBM Plex Sans Condensed Medium", "IBM Plex Sans Condensed"]


def read_tokens(path: Path = RESOURCES / "themes" / "tokens.toml") -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def make_look(face: Face, theme: str = "dark", scale: float = 1.0, tokens: Mapping[str, Any] | None = None) -> Look:
    tokens = read_tokens() if tokens is None else tokens
    return Look(Theme(theme, tokens[theme]), face, tokens, scale)


def load_fonts(folder: Path = RESOURCES / "fonts") -> list[str]:
    """Register the bundled fonts; a bare machine has no Chinese glyphs. Returns the families found."""
    families: list[str] = []
    for path in sorted(folder.glob("*.ttf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return families
