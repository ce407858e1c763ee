"""Numbers that matter: a strip, a grid of tiles or big rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.figures import Figure, Provenance
from services.domain.snapshot import Quality, Snapshot
from widgets.figure_parts import figures_of
from widgets.look import Look
from widgets.paint import (
    LEFT,
    MISSING,
    chip,
    elide,
    figure,
    figure_width,
    hairline,
    label,
    text,
    unknown_box,
    width_of,
)
from widgets.pane import Pane

GROUP_WORDS = {Provenance.PUBLISHED: "公开数据", Provenance.DEMO: "今日演示", Provenance.LIVE: "实时数据"}
_ORDER = (Provenance.PUBLISHED, Provenance.DEMO, Provenance.LIVE)


class FiguresPane(Pane):
    """Figures as ``layout`` = ``strip`` (one band, no header), ``tiles`` or ``rows``.

    Options: ``layout``; ``only`` (ids, in the order to show), ``group``; ``columns`` of tiles;
    ``label`` = ``above`` or ``below`` the value; ``centred``; ``divided`` (hairlines between tiles);
    ``grouped`` (strip: label published and demo figures apart, default true); ``size`` of the value
    in logical px; ``header``. Label, value and note of a line of figures share their baselines. At the
    desk a click shows what a figure is made of, or opens its scene.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.layout_name = str(options.get("layout", "strip" if not look.is_wall else "tiles"))
        if self.layout_name not in _PAINTERS:
            raise ValueError(f"layout = {self.layout_name!r}，可用：{'、'.join(_PAINTERS)}")
        self.has_header = bool(options.get("header", self.layout_name != "strip" and bool(title)))
        self.figures: Sequence[Figure] = ()
        self.inside = ""  # the figure whose parts are shown
        self.hits: list[tuple[QRect, Figure]] = []

    def draw(self, snapshot: Snapshot[Any]) -> None:
        every = [f for s in self.snapshots.values() for f in s.records if isinstance(f, Figure)]
        only, group = self.options.get("only"), self.options.get("group")
        if only is not None:
            by_id = {f.id: f for f in every}
            every = [by_id[i] for i in only if i in by_id]
        elif group is not None:
            every = [f for f in every if f.group == group]
        whole = next((f for f in every if f.id == self.inside and f.parts), None)
        self.figures = figures_of(whole) if whole else every

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        self.hits = []
        if not self.figures:
            words = self.error_text() or ("读取中…" if self.quality() is Quality.WAITING else "无数据")
            inner = body.adjusted(self.look.pad, 0, -self.look.pad, 0)
            text(painter, inner, words, self.look.font("body"), self.look.colour("text3"), LEFT)
            return
        _PAINTERS[self.layout_name](self, painter, body)

    @property
    def value_size(self) -> float:
        """Logical px of the value; 0 means the face's own KPI step. The wall's shrinks in a low pane."""
        wanted = float(self.options.get("size", 0))
        if wanted or not self.look.is_wall or self.layout_name == "rows":
            return wanted
        lines = -(-len(self.figures) // self._columns()) if self.layout_name == "tiles" else 1
        around = 90 if self.options.get("label") == "below" else 132
        room = self.body().height() / self.look.scale / max(1, lines) - around
        return min(0.0 if room >= self.look.step("kpi").size * 0.92 else 120.0, max(56.0, room / 0.92))

    def _columns(self) -> int:
        return int(self.options.get("columns", min(3, max(1, len(self.figures)))))

    # -- strip ---------------------------------------------------------------------------------

    def _paint_strip(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        groups = self._groups()
        named = len(groups) > 1
        stale_room = self._paint_stale_mark(painter, body) if self.quality() is Quality.STALE else 0
        naming = look.px(48 if look.is_wall else 30) if named else 0
        natural = [[self._natural(f) for f in figures] for _, figures in groups]
        count = sum(map(len, natural))
        room = body.width() - 2 * look.pad - stale_room - naming * len(groups)
        room -= look.px(28) * (len(groups) - 1)
        spare = max(0.0, (room - sum(map(sum, natural))) / count)
        spare = min(spare, look.px(_WIDEST_GAP * (2.6 if look.is_wall else 1))) if named else spare
        x = float(body.left() + look.pad)
        top = body.top() + max(0, (body.height() - self._block_height()) // 2)
        for at, ((provenance, figures), widths) in enumerate(zip(groups, natural, strict=True)):
            if at:
                hairline(painter, look, round(x), body.top() + look.px(12), body.height() - look.px(24), True)
                x += look.px(28)
            if named:
                self._paint_group_name(painter, QRect(round(x), body.top(), look.px(16), body.height()), provenance)
                x += naming
            for one, width in zip(figures, widths, strict=True):
                cell = QRect(round(x), top, round(width + spare) - look.px(8), self._block_height())
                self._paint_block(painter, cell, one)
                x += width + spare

    def _groups(self) -> list[tuple[Provenance, Sequence[Figure]]]:
        if not self.options.get("grouped", True):
            return [(Provenance.DEMO, self.figures)]
        parts = [(p, [f for f in self.figures if f.provenance is p]) for p in _ORDER]
        return [(p, figures) for p, figures in parts if figures]

    def _natural(self, one: Figure) -> float:
        look = self.look
        value = figure_width(one.value, one.unit, look, size=self.value_size or None)
        texts = (width_of(one.label, look.font("tick")), width_of(one.note, look.font("tick")))
        return max(value, *texts) + look.px(16)

    def _paint_group_name(self, painter: QPainter, box: QRect, provenance: Provenance) -> None:
        look = self.look
        word = GROUP_WORDS[provenance]
        pitch = look.px(40 if look.is_wall else 15)
        top = box.center().y() - pitch * len(word) // 2
        for at, letter in enumerate(word):
            line = QRect(box.left(), top + at * pitch, look.px(40 if look.is_wall else 14), pitch)
            text(painter, line, letter, look.font("tick"), look.colour("text3"))

    def _paint_stale_mark(self, painter: QPainter, body: QRect) -> int:
        """The strip has no header, so it says here how old it is. Returns the room it took."""
        look = self.look
        age = self.age_text()
        width = width_of(age, look.font("tick"))
        x = body.right() - look.pad - width
        chip(painter, x, body.center().y() - look.px(28 if look.is_wall else 11), "数据滞后", look, filled=True)
        line = QRect(x, body.center().y(), width + look.pad, look.line("tick"))
        text(painter, line, age, look.font("tick"), look.colour("text2"))
        return width + 2 * look.pad

    # -- tiles and rows ------------------------------------------------------------------------

    def _paint_tiles(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        columns = self._columns()
        lines = -(-len(self.figures) // columns)
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        width, height = inner.width() / columns, inner.height() / lines
        size = self._fitting(round(width) - look.px(24))
        for at, one in enumerate(self.figures):
            column, line = at % columns, at // columns
            left, top = inner.left() + round(column * width), inner.top() + round(line * height)
            block = self._block_height(with_note=any(f.note for f in self.figures))
            cell = QRect(left, top + max(0, (round(height) - block) // 2), round(width) - look.px(8), block)
            if self.options.get("divided") and column:
                hairline(painter, look, left - look.px(12), cell.top(), cell.height(), True)
            self._paint_block(painter, cell, one, size)

    def _paint_rows(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        height = inner.height() / len(self.figures)
        unit_room = max(width_of(f.unit, look.font("body")) for f in self.figures)
        for at, one in enumerate(self.figures):
            row = QRect(inner.left(), inner.top() + round(at * height), inner.width(), round(height))
            if at:
                hairline(painter, look, row.left(), row.top(), row.width())
            self._paint_row(painter, row, one, unit_room)
            self.hits.append((row, one))

    def _paint_row(self, painter: QPainter, row: QRect, one: Figure, unit_room: int) -> None:
        look = self.look
        middle = row.center().y()
        value = MISSING if one.unknown else one.value
        size = self.value_size or (min(120.0, row.height() / look.scale * 0.55) if look.is_wall else 0) or None
        width = figure_width(value, "", look, size=size)
        unit_x = row.right() - unit_room
        baseline = middle + look.px((size or look.step("kpi").size) * 0.36)
        name_font = look.font("lead" if look.is_wall else "body", weight=500)
        room = row.width() - width - unit_room - look.px(24)
        name_y = middle - look.px(8 if look.is_wall else 2) if one.note else middle + look.px(14 if look.is_wall else 5)
        label(painter, row.left(), name_y, elide(one.label, name_font, room), name_font, look.colour("text"))
        if one.note:
            note_y = middle + look.px(44 if look.is_wall else 15)
            note = elide(one.note, look.font("tick"), room)
            label(painter, row.left(), note_y, note, look.font("tick"), look.colour("text3"))
        left = unit_x - look.px(24 if look.is_wall else 6) - width
        if one.unknown:
            unknown_box(painter, QRect(left - width, middle - look.row // 3, 2 * width, 2 * look.row // 3), look)
        else:
            figure(painter, left, baseline, value, "", look, colour=self._ink(), size=size)
        label(painter, unit_x, baseline, one.unit, look.font("body"), look.colour("text3"))

    # -- one block -----------------------------------------------------------------------------

    def _baselines(self) -> tuple[int, int, int]:
        """Label, value, note from the top of a block."""
        look = self.look
        size = self.value_size or look.step("kpi").size
        if self.options.get("label") == "below":
            value_y = size * 0.8
            label_y = value_y + (52 if look.is_wall else 18)
            return look.px(label_y), look.px(value_y), look.px(label_y)
        if not look.is_wall:
            label_y, value_y, note_y = _DESK_BASELINES
            grow = max(0.0, size - look.step("kpi").size)
            return look.px(label_y), look.px(value_y + grow), look.px(note_y + grow)
        value_y = 52 + size * 0.92
        return look.px(44), look.px(value_y), look.px(value_y + 52)

    def _block_height(self, with_note: bool = True) -> int:
        label_y, value_y, note_y = self._baselines()
        lowest = note_y if with_note else max(label_y, value_y)
        return lowest + self.look.px(16 if self.look.is_wall else 6)

    def _paint_block(self, painter: QPainter, cell: QRect, one: Figure, size: float | None = None) -> None:
        look = self.look
        label_y, value_y, note_y = self._baselines()
        small = look.font("body" if look.is_wall else "tick")
        lines = [(one.label, small, "text2" if look.is_wall else "text3", label_y)]
        if self.options.get("label") != "below":
            lines.append((one.note or ("未知" if one.unknown else ""), look.font("tick"), "text3", note_y))
        size = size or self.value_size or None
        if one.unknown:
            high = round(look.px(size or look.step("kpi").size) * 0.72)
            wide = min(cell.width(), round(high * 2.6))
            unknown_box(painter, QRect(self._left(cell, wide), cell.top() + value_y - high, wide, high), look)
        else:
            left = self._left(cell, figure_width(one.value, one.unit, look, size=size))
            figure(painter, left, cell.top() + value_y, one.value, one.unit, look, colour=self._ink(), size=size)
        for words, font, token, y in lines:
            shown = elide(words, font, cell.width())
            label(painter, self._left(cell, width_of(shown, font)), cell.top() + y, shown, font, look.colour(token))
        self.hits.append((cell, one))

    def _fitting(self, room: int) -> float | None:
        """One value size for all tiles: the wall's shrinks until the widest fits."""
        if self.options.get("size") or not self.look.is_wall:
            return None
        size = self.value_size or float(self.look.step("kpi").size)
        known = [f for f in self.figures if not f.unknown]
        while size > 56 and any(figure_width(f.value, f.unit, self.look, size=size) > room for f in known):
            size -= 4
        return size

    def _left(self, cell: QRect, width: int) -> int:
        return cell.left() + (cell.width() - width) // 2 if self.options.get("centred") else cell.left()

    def _ink(self) -> Any:
        return self.look.colour("text3" if self.quality() is Quality.STALE else "text")

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = next((f for rect, f in self.hits if rect.contains(event.position().toPoint())), None)
        if hit is None or self.look.is_wall or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif hit.id == self.inside:
            self._show_inside("")
        elif hit.parts:
            self._show_inside(hit.id)
        elif hit.opens:
            self.asked.emit("open", hit.opens)

    def _show_inside(self, figure_id: str) -> None:
        self.inside = figure_id
        for snapshot in self.snapshots.values():
            self.draw(snapshot)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = next((f for rect, f in self.hits if rect.contains(event.pos())), None)
            QToolTip.showText(event.globalPos(), hit.formula if hit else "", self)
            return True
        return super().event(event)


_PAINTERS = {
    "strip": FiguresPane._paint_strip,  # pyright: ignore[reportPrivateUsage]
    "tiles": FiguresPane._paint_tiles,  # pyright: ignore[reportPrivateUsage]
    "rows": FiguresPane._paint_rows,  # pyright: ignore[reportPrivateUsage]
}
_DESK_BASELINES = (16, 46, 64)
_WIDEST_GAP = 64
