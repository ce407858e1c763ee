"""Names as painted: what a mark, ring or area is called, in which type, with a halo; drawn once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPixmapCache

from services.domain.snapshot import Subject
from widgets.look import Look
from widgets.map.items import Mark, Shape
from widgets.map.labels import Box, Place, Side, Want, place
from widgets.map.marks import alert_box, glyph_side, mark_box, reach_of, side_of

_SIZES_KEPT = 2400
_LEADING = 0.94  # of the type step's line height: map labels stand closer than running text


@dataclass(frozen=True, slots=True)
class Name:
    """One or two lines beside a point; the fields of a ``Want`` without the size, and how to paint it."""

    text: str
    x: float
    y: float
    away: float
    rank: int
    note: str = ""
    must: bool = False
    strong: bool = False
    boxed: bool = False
    centred: bool = False
    spaced: bool = False
    left_of: float = 0.0
    colour: str = "text2"
    step: str = "tick"


@dataclass(frozen=True, slots=True)
class Layout:
    """Names with their places, in px of the view they were laid out for."""

    names: tuple[Name, ...] = ()
    places: tuple[Place, ...] = ()


def name_of(mark: Mark, at: QPointF, look: Look, *, selected: bool) -> Name:
    land, sea = mark.shape is Shape.NAME and mark.level is None, mark.shape is Shape.SEA_NAME
    strong = mark.strong or mark.level is not None or selected or mark.shape is Shape.VESSEL
    told = land and mark.strong  # words of their own at a point, not the name of the land
    quiet = "label_sea" if sea else "label_land" if land else "text2"
    reach, glyph = reach_of(mark, look, selected=selected), glyph_side(look) if mark.level is not None else 0
    return Name(
        text=mark.label,
        x=at.x(),
        y=at.y(),
        away=(reach or glyph / 2) + look.px(8 if look.is_wall else 4),
        rank=min(mark.rank, 1) if selected else mark.rank,
        note=mark.note,
        must=mark.level is not None or told,
        strong=strong,
        boxed=mark.shape is Shape.PORT or told,
        centred=(land and not told) or sea,
        spaced=(land and not told) or sea,
        left_of=glyph * 1.15 if reach else 0,
        colour="text" if strong else quiet,
        step="pane" if sea else "body" if strong and look.is_wall else "tick",
    )


class Names:
    """Lays names out and paints them. Sizes are kept by what they say, pictures for all maps."""

    def __init__(self) -> None:
        self._sizes: dict[tuple[object, ...], tuple[float, float]] = {}

    def lay_out(
        self,
        marks: Sequence[tuple[Mark, QPointF]],
        names: Sequence[Name],
        window: Box,
        controls: Sequence[Box],
        look: Look,
        selected: Subject | None = None,
    ) -> Layout:
        """``names`` compete for the room that ``marks`` and ``controls`` leave."""
        wants = [self._want(name, look) for name in names]
        ringed = [(mark, at, mark.subject == selected) for mark, at in marks]
        alerts = [alert_box(mark, at, look, selected=ring) for mark, at, ring in ringed if mark.level is not None]
        plain = [mark_box(mark, at, look, selected=ring) for mark, at, ring in ringed if side_of(mark.shape, look)]
        return Layout(tuple(names), tuple(place(wants, window, plain, [*alerts, *controls])))

    def paint(self, painter: QPainter, layout: Layout, look: Look, dpr: float, dx: float = 0, dy: float = 0) -> None:
        """Paint a layout, moved by so many px since it was made."""
        for where in layout.places:
            name = layout.names[where.index]
            left, top, right, bottom = where.box
            box = QRectF(left + dx, top + dy, right - left, bottom - top)
            if where.side is Side.FAR:
                painter.setPen(QPen(look.colour("text3"), look.hair))
                painter.drawLine(QPointF(name.x + dx, name.y + dy), _nearest(box, QPointF(name.x + dx, name.y + dy)))
            if name.boxed:
                painter.setPen(QPen(look.colour("line2"), look.hair))
                painter.setBrush(look.colour("panel"))
                painter.drawRect(box)
            for line, room in _lines(name, box, look):
                self._put(painter, line, room, where.side, look, dpr)

    def _want(self, name: Name, look: Look) -> Want:
        key = (name.text, name.note, name.step, name.strong, name.spaced, name.boxed, look.theme.name, look.scale)
        if key not in self._sizes:
            if len(self._sizes) > _SIZES_KEPT:
                self._sizes.clear()
            self._sizes[key] = _size(name, look)
        width, height = self._sizes[key]
        return Want(name.x, name.y, width, height, name.away, name.rank, name.must, name.centred, name.left_of)

    def _put(self, painter: QPainter, line: Name, box: QRectF, side: Side, look: Look, dpr: float) -> None:
        picture = _kept(line, look, dpr)
        width, height = picture.width() / dpr, picture.height() / dpr
        edge = _halo(look)
        x = {Side.RIGHT: box.left() - edge, Side.LEFT: box.right() - width + edge}.get(
            side, box.center().x() - width / 2
        )
        if line.boxed:
            x = box.center().x() - width / 2
        painter.drawPixmap(QPointF(round(x), round(box.center().y() - height / 2)), picture)


def _lines(name: Name, box: QRectF, look: Look) -> Iterator[tuple[Name, QRectF]]:
    if not name.note:
        yield name, box
        return
    first = box.height() * look.line(name.step) / (look.line(name.step) + look.line("tick"))
    yield name, QRectF(box.left(), box.top(), box.width(), first)
    quiet = "text2" if name.strong else "text3"
    note = replace(name, text=name.note, strong=False, colour=quiet, note="", step="tick")
    yield note, QRectF(box.left(), box.top() + first, box.width(), box.height() - first)


def _font(name: Name, look: Look) -> QFont:
    font = QFont(look.font(name.step, weight=500 if name.strong else 400))
    if name.spaced:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, look.px(14 if look.is_wall else 5))
    return font


def _size(name: Name, look: Look) -> tuple[float, float]:
    width, height = QFontMetricsF(_font(name, look)).horizontalAdvance(name.text), look.line(name.step)
    if name.note:
        width = max(width, QFontMetricsF(look.font("tick")).horizontalAdvance(name.note))
        height += look.line("tick")
    pad = look.px(12 if look.is_wall else 5) if name.boxed else 1
    return width + 2 * pad, height * _LEADING


def _halo(look: Look) -> int:
    return look.px(8 if look.is_wall else 3)


def _kept(name: Name, look: Look, dpr: float) -> QPixmap:
    """The name's picture, shared by every map of the process: stroking halos is a third of a scene change."""
    style = f"{name.step} {name.colour} {name.strong} {name.spaced} {name.boxed}"
    key = f"name {name.text} {style} {look.face} {look.theme.name} {look.scale} {dpr}"
    picture = QPixmap()
    if not QPixmapCache.find(key, picture):
        picture = _picture(name, look, dpr)
        QPixmapCache.insert(key, picture)
    return picture


def _picture(name: Name, look: Look, dpr: float) -> QPixmap:
    font, edge = _font(name, look), _halo(look)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(name.text) + 2 * edge, metrics.ascent() + metrics.descent() + 2 * edge
    picture = QPixmap(round(width * dpr), round(height * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    origin = QPointF(edge, edge + metrics.ascent())
    if not name.boxed and name.colour != "label_sea":
        path = QPainterPath()
        path.addText(origin, font, name.text)
        pen = QPen(QColor(look.colour("halo")), edge)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.setFont(font)
    painter.setPen(look.colour(name.colour))
    painter.drawText(origin, name.text)
    painter.end()
    return picture


def _nearest(box: QRectF, to: QPointF) -> QPointF:
    return QPointF(min(max(to.x(), box.left()), box.right()), min(max(to.y(), box.top()), box.bottom()))
