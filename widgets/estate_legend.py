"""The strip under the sketch: what its marks mean, how many there are, and on the desk the switches of its layers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.estate_ground import EstateGround, MarkState
from services.domain.estates import Estate
from services.domain.snapshot import Subject
from widgets.estate_marks import DEVICES, GRIDS, LAYERS, PATROLS, patrol_radius, put_device
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, chip, text, width_of

STATE_WORDS = {
    MarkState.GOOD: "正常",
    MarkState.ALARM: "报警",
    MarkState.WEAK: "低电",
    MarkState.UNKNOWN: "失联，状态未知",
}


def legend_words(
    layers: Collection[str], grounds: Iterable[EstateGround], estates: Iterable[Estate], rotate_s: float
) -> list[tuple[str, str]]:
    """Mark and word, the most needed first: a narrow pane leaves out the last."""
    marks = counted(grounds)
    words: list[tuple[str, str]] = []
    if PATROLS in layers:
        words.append(("patrol", f"巡逻 {sum(len(e.patrols) for e in estates)}"))
    if DEVICES in layers:
        words += [(MarkState.ALARM, f"设备报警 {marks['alarm']}"), (MarkState.UNKNOWN, f"失联 {marks['unknown']}")]
        words += [(MarkState.WEAK, f"低电 {marks['weak']}"), (MarkState.GOOD, "正常")]
    else:
        words.append((MarkState.UNKNOWN, "数据未知"))
    if GRIDS in layers:
        words.append(("cell", "网格"))
    if rotate_s:
        words.append(("shown", f"轮播中 {rotate_s:.0f} 秒一换"))
    return words


def told_of(subject: Subject, estates: Sequence[Estate], grounds: Iterable[EstateGround]) -> str:
    """A building: estate, number, floors, units. A device: its state. An estate: its name."""
    names = {estate.id: estate.name for estate in estates}
    for ground in grounds:
        for block in ground.blocks:
            if subject == Subject("building", block.building_id):
                size = f" · {block.floors} 层 {block.units} 单元" if block.floors else ""
                return f"{names.get(ground.id, '')} {block.name}{size}"
        for mark in ground.devices:
            if subject == Subject("device", mark.id):
                return f"{mark.id} · {STATE_WORDS[MarkState(mark.state)]}"
    return names.get(subject.id, "")


def counted(grounds: Iterable[EstateGround]) -> dict[str, int]:
    """Marks by state."""
    marks = [mark.state for ground in grounds for mark in ground.devices]
    return {state.value: marks.count(state) for state in MarkState}


class Legend:
    """The strip under the sketch. On the desk its first words are switches: ``hits`` says which where."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.hits: list[tuple[QRect, str]] = []

    def paint(
        self,
        painter: QPainter,
        line: QRect,
        words: Sequence[tuple[str, str]],
        *,
        cells: int,
        shown: Sequence[str] | None,
        is_alone: bool,
    ) -> None:
        """``shown`` are the layers switched on; None has no switches. That it is a sketch is said always."""
        look = self._look
        right = "示意图，非测绘" + (f" · 网格 {cells} 个" if cells else "")
        font = look.font("tick")
        text(painter, line, right, font, look.colour("text3"), RIGHT)
        until = line.right() - width_of(right, font) - look.px(12)
        left = line.left()
        if shown is not None:
            left = self._paint_switches(painter, line, shown, is_alone=is_alone) + look.px(8)
        self._paint_words(painter, QRect(left, line.top(), max(0, until - left), line.height()), words, until)

    def _paint_switches(self, painter: QPainter, line: QRect, shown: Sequence[str], *, is_alone: bool) -> int:
        """The right end of the last of them."""
        look, x = self._look, line.left()
        self.hits = []
        words = [*LAYERS.items(), *([("all", "全部小区")] if is_alone else [])]
        for name, title in words:
            wide = chip(painter, x, line.center().y(), title, look, filled=name in shown)
            self.hits.append((QRect(x, line.top(), wide, line.height()), name))
            x += wide + look.px(6)
        return x

    def _paint_words(self, painter: QPainter, line: QRect, words: Sequence[tuple[str, str]], until: int) -> None:
        """Mark and word after each other, as far as there is room before ``until``."""
        look = self._look
        font, x = look.font("tick"), float(line.left())
        gap, box = look.px(20 if look.is_wall else 8), look.px(34 if look.is_wall else 13)
        for mark, said in words:
            wide = box + gap + width_of(said, font) + 4
            if x + wide > until:
                return
            self._put(painter, mark, QPointF(x + box / 2, line.center().y()), box)
            place = QRect(round(x + box + gap), line.top(), width_of(said, font) + 4, line.height())
            text(painter, place, said, font, look.colour("text2"), LEFT)
            x += wide + gap * 1.6

    def _put(self, painter: QPainter, mark: str, at: QPointF, box: int) -> None:
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, mark == "patrol")
        if mark == "patrol":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("c1"))
            painter.drawEllipse(at, patrol_radius(look), patrol_radius(look))
        elif mark == "cell":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("text3"), (3 if look.is_wall else 1) * look.scale, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(at.x() - box / 2, at.y() - box / 2, box, box))
        elif mark == "shown":
            painter.setBrush(look.colour("band"))
            painter.setPen(QPen(look.colour("ice"), look.px(4 if look.is_wall else 1)))
            painter.drawRect(QRectF(at.x() - box / 2, at.y() - box / 2, box, box))
        else:
            put_device(painter, look, at, box, mark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
