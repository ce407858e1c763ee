"""Which names stand where on a map, so that no two collide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from widgets.look import Look

ALERT_RANK = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A label that wants a place beside a mark of ``side`` px at ``at``. ``rank`` 0 is never dropped."""

    text: str
    at: QPointF
    side: float
    rank: int
    note: str = ""
    bold: bool = False
    boxed: bool = False
    centred: bool = False  # stands on its point: a place name without a mark
    spaced: bool = False  # water and street names
    colour: str = "text"
    step: str = "tick"


@dataclass(frozen=True, slots=True)
class Placed:
    name: Name
    box: QRectF


def place(names: Sequence[Name], look: Look, window: QRectF, taken: Sequence[QRectF] = ()) -> list[Placed]:
    """Greedy by rank: each label takes the first free side of its mark, or is left out.

    Labels stay inside ``window`` and off ``taken`` (marks, controls). An alert's label that finds no
    free side still gets the side where it hides least.
    """
    occupied = list(taken)
    placed: list[Placed] = []
    for name in sorted(names, key=lambda n: n.rank):
        sides = [box for box in _sides(name, look) if window.contains(box)]
        free = next((box for box in sides if not any(box.intersects(other) for other in occupied)), None)
        if free is None and name.rank == ALERT_RANK:
            free = _least_hidden(name, look, window, [p.box for p in placed])
        if free is not None:
            placed.append(Placed(name, free))
            occupied.append(free)
    return placed


def _least_hidden(name: Name, look: Look, window: QRectF, labels: Sequence[QRectF]) -> QRectF | None:
    """A side that covers no other label if there is one anywhere near; marks may be covered."""
    candidates = [_pushed_inside(box, window) for box in _sides(name, look)]
    for ring in range(1, 12):
        shift = ring * look.line(name.step) * 0.75
        candidates += [
            _pushed_inside(box.translated(0, dy), window) for box in _sides(name, look) for dy in (-shift, shift)
        ]
    for box in candidates:
        if window.contains(box) and not any(box.intersects(other) for other in labels):
            return box
    return None


def _pushed_inside(box: QRectF, window: QRectF) -> QRectF:
    moved = QRectF(box)
    moved.moveLeft(max(window.left(), min(box.left(), window.right() - box.width())))
    moved.moveTop(max(window.top(), min(box.top(), window.bottom() - box.height())))
    return moved


def _font(name: Name, look: Look) -> QFont:
    font = QFont(look.font(name.step, weight=500 if name.bold else 400))
    if name.spaced:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, look.px(5 if not look.is_wall else 14))
    return font


def _sides(name: Name, look: Look) -> list[QRectF]:
    """Right, left, below, above; a centred name has one."""
    metrics = QFontMetricsF(_font(name, look))
    width = metrics.horizontalAdvance(name.text)
    if name.note:
        width = max(width, QFontMetricsF(look.font("tick")).horizontalAdvance(name.note))
    pad = look.px(5) if name.boxed else look.px(1)
    width += 2 * pad
    height = look.line(name.step) * (2 if name.note else 1) * 0.92
    x, y, away = name.at.x(), name.at.y(), name.side / 2 + look.px(3)
    if name.centred:
        return [QRectF(x - width / 2, y - height / 2, width, height)]
    return [
        QRectF(x + away, y - height / 2, width, height),
        QRectF(x - away - width, y - height / 2, width, height),
        QRectF(x - width / 2, y + away, width, height),
        QRectF(x - width / 2, y - away - height, width, height),
    ]


class LabelPainter:
    """Paints placed labels; text with its halo is drawn once and kept as a picture."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str, bool, bool, str, float, float], QPixmap] = {}

    def paint(self, painter: QPainter, placed: Sequence[Placed], look: Look, dpr: float = 1.0) -> None:
        if len(self._kept) > 400:
            self._kept.clear()
        for label in placed:
            if label.name.boxed:
                painter.setPen(QPen(look.colour("line2"), look.hair))
                painter.setBrush(look.colour("panel"))
                painter.drawRect(label.box)
            self._line(painter, label.name, label.name.text, label.box, look, dpr, note=False)
            if label.name.note:
                self._line(painter, label.name, label.name.note, label.box, look, dpr, note=True)

    def _line(
        self, painter: QPainter, name: Name, text: str, box: QRectF, look: Look, dpr: float, *, note: bool
    ) -> None:
        colour = "text2" if note else name.colour
        font = look.font("tick") if note else _font(name, look)
        key = (text, name.step, colour, name.bold and not note, name.spaced, look.theme.name, look.scale, dpr)
        if key not in self._kept:
            self._kept[key] = _with_halo(text, font, look.colour(colour), look, dpr, halo=not name.boxed)
        picture = self._kept[key]
        width, height = picture.width() / dpr, picture.height() / dpr
        half = box.height() / 2
        centre = box.center().y() if not name.note else box.top() + half / 2 + (half if note else 0)
        painter.drawPixmap(QPointF(round(box.center().x() - width / 2), round(centre - height / 2)), picture)


def _with_halo(text: str, font: QFont, colour: QColor, look: Look, dpr: float, *, halo: bool) -> QPixmap:
    metrics = QFontMetricsF(font)
    edge = look.px(3 if not look.is_wall else 8)
    width, height = metrics.horizontalAdvance(text) + 2 * edge, metrics.ascent() + metrics.descent() + 2 * edge
    picture = QPixmap(round(width * dpr), round(height * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    origin = QPointF(edge, edge + metrics.ascent())
    if halo:
        path = QPainterPath()
        path.addText(origin, font, text)
        pen = QPen(look.colour("halo"), edge)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(origin, text)
    painter.end()
    return picture
