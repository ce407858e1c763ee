"""What of the sketch stands still, painted once and then blitted: the ground, and the words over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from services.domain.estate_ground import EstateGround
from services.domain.estates import Estate
from widgets.estate_frame import Frame
from widgets.estate_ground import paint_ground
from widgets.estate_words import EstateWords, Written
from widgets.look import Look

Layered = tuple[Frame, QPixmap, QPixmap, Written]


class Sketch:
    """Of one look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._drawn: tuple[Any, Layered] | None = None

    def layered(
        self,
        painter: QPainter,
        size: QSize,
        estates: Sequence[Estate],
        grounds: Sequence[EstateGround],
        alone_id: str,
        *,
        cells: bool,
    ) -> Layered:
        """Frame, ground, words, and where they stand. Made again only when what is
        shown changes (0.1 s on a wall, a blit else)."""
        look = self._look
        device = painter.device()
        dpr = device.devicePixelRatioF() if device else 1.0
        drawn = tuple((e.id, e.name, e.people, e.outline) for e in estates)
        still = tuple((g.id, g.blocks, g.features, g.cells) for g in grounds)
        key = (drawn, still, alone_id, cells, size, dpr)
        if self._drawn is None or self._drawn[0] != key:
            alone = [e for e in estates if e.id == alone_id]
            margin = look.px(24 if look.is_wall else 8)
            frame = Frame(alone or estates, QRect(0, 0, size.width(), size.height()), margin)
            below = _layer(size, dpr, lambda brush: paint_ground(brush, look, frame, estates, grounds))
            words = EstateWords(look, frame, alone_id=alone_id)
            written = words.write(estates, grounds, cells=cells)
            self._drawn = (key, (frame, below, _layer(size, dpr, words.paint), written))
        return self._drawn[1]


def _layer(size: QSize, dpr: float, paint: Callable[[QPainter], None]) -> QPixmap:
    layer = QPixmap(size * dpr)
    layer.setDevicePixelRatio(dpr)
    layer.fill(Qt.GlobalColor.transparent)
    brush = QPainter(layer)
    brush.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(brush)
    brush.end()
    return layer
