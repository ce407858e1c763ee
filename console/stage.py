"""Builds the panes of one face of a scene, places them and feeds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.board import Board
from console.scene import Box, PaneSpec, Plan, Scene, SceneError
from services.domain.snapshot import Snapshot, Subject
from widgets.head_tabs import HeadTabs
from widgets.look import Face, Look
from widgets.message import Message
from widgets.paint import width_of
from widgets.pane import Pane

translate = QCoreApplication.translate


class Channel(QObject):
    """One topic on its way to the panes that show it.

    Each pane hears it in a slot of its own, so a pane that fails to draw takes nobody with it.
    """

    arrived = Signal(object)


class SharedPlace(QObject):
    """Panes that share one box, each with all their words in its header; the first is shown first."""

    def __init__(self, panes: Mapping[str, Pane], look: Look, stage: QWidget) -> None:
        super().__init__(stage)
        self._panes = tuple(panes.values())
        self._tabs = [HeadTabs(tuple(panes), at, look, pane) for at, pane in enumerate(self._panes)]
        for tabs in self._tabs:
            tabs.chosen.connect(self.show)
        self.show(0)

    @Slot(int)
    def show(self, chosen: int) -> None:
        for at, pane in enumerate(self._panes):
            pane.setVisible(at == chosen)

    def place(self, look: Look) -> None:
        """Before the age, which they leave its room."""
        age = look.pad + width_of("更新于 00:00:00", look.font("tick")) + look.px(16)
        for pane, tabs in zip(self._panes, self._tabs, strict=True):
            tabs.restyle(look)
            wide = tabs.wanted_width()
            tabs.setGeometry(pane.width() - age - wide, 0, wide, look.head)
            pane.head_taken = wide + look.px(24)


class Stage(QWidget):
    """One scene on the screen. Deleting it deletes its panes; nothing else refers to them."""

    asked = Signal(str, object)
    selected = Signal(object)
    ticked = Signal(object)

    def __init__(
        self, plan: Plan, kinds: Mapping[str, type[Pane]], look: Look, board: Board, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.look = look
        self.plan = plan
        self.panes: list[Pane] = []
        self._channels: dict[str, Channel] = {}
        for spec in plan.panes:
            pane = _made(spec, kinds, look, self)
            pane.asked.connect(self.asked)
            self.selected.connect(pane.select)
            self.ticked.connect(pane.tick)
            for topic in spec.topics:
                if topic not in self._channels:
                    self._channels[topic] = Channel(self)
                self._channels[topic].arrived.connect(pane.show_snapshot)
            self.panes.append(pane)
        self._shared: list[SharedPlace] = []
        for box in dict.fromkeys(spec.box for spec in plan.panes):
            here = {spec.tab: pane for pane, spec in zip(self.panes, plan.panes, strict=True) if spec.box == box}
            if len(here) > 1:
                self._shared.append(SharedPlace(here, look, self))
        for topic in self._channels:
            self.take(board.get(topic))

    @property
    def topics(self) -> frozenset[str]:
        return self.plan.topics

    def waiting(self) -> tuple[str, ...]:
        """Titles of the panes that have had no data yet."""
        return tuple(
            pane.title or spec.kind
            for pane, spec in zip(self.panes, self.plan.panes, strict=True)
            if spec.topics and not any(s.taken_at for s in pane.snapshots.values())
        )

    @Slot(object)
    def take(self, snapshot: Snapshot[Any]) -> None:
        channel = self._channels.get(snapshot.topic)
        if channel is not None:
            channel.arrived.emit(snapshot)

    @Slot(object)
    def select(self, subject: Subject | None) -> None:
        self.selected.emit(subject)

    @Slot(object)
    def tick(self, now: object) -> None:
        self.ticked.emit(now)

    def restyle(self, look: Look) -> None:
        self.look = look
        for pane in self.panes:
            pane.restyle(look)
        self._place()
        self.update()

    def _place(self) -> None:
        for pane, spec in zip(self.panes, self.plan.panes, strict=True):
            pane.setGeometry(place(spec.box, self.plan.canvas, self.rect(), self.look.gap))
        for shared in self._shared:
            shared.place(self.look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.look.colour("ground"))
        painter.end()


def _made(spec: PaneSpec, kinds: Mapping[str, type[Pane]], look: Look, stage: Stage) -> Pane:
    """A pane refuses an option it does not know while it is made; that is the scene file's fault."""
    title = translate("scene", spec.title) if spec.title else ""
    options = dict(spec.options)
    if spec.kind == "alerts" and look.motion.get("reduce_motion", False):
        options["reduce_motion"] = True
    try:
        return kinds[spec.kind](title, options, look, stage)
    except (ValueError, KeyError, TypeError, AttributeError) as why:
        raise SceneError(f"窗格“{spec.title or spec.kind}”的选项不能用：{why!r}") from why


def staged(
    scene: Scene, face: Face, kinds: Mapping[str, type[Pane]], look: Look, board: Board, parent: QWidget
) -> Stage | Message:
    """The scene's stage, or in its place the message of what is wrong with its file."""
    if scene.problem:
        return Message(scene.problem, look, parent)
    try:
        return Stage(scene.plans[face], kinds, look, board, parent)
    except SceneError as why:
        return Message(f"{scene.id}.toml：{why}", look, parent)


def place(box: Box, canvas: tuple[float, float], room: QRect, gap: int) -> QRect:
    """A box of the canvas in a room of another size. Edges are rounded, not sizes: neighbours stay
    exactly ``gap`` px apart and the last pane ends at the room's edge."""
    left = round(box.x * room.width() / canvas[0])
    top = round(box.y * room.height() / canvas[1])
    right = round((box.x + box.width) * room.width() / canvas[0])
    bottom = round((box.y + box.height) * room.height() / canvas[1])
    right -= gap if right < room.width() else 0
    bottom -= gap if bottom < room.height() else 0
    return QRect(left, top, max(1, right - left), max(1, bottom - top)).translated(room.topLeft())
