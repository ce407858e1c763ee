"""The wall 大屏: title bar, banner, scene and ticker; nobody touches it and it runs for months."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication, QRect, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console import tally
from console.board import Board
from console.night import is_night, night_tokens
from console.playlist import Playlist
from console.scene import Scene
from console.skin import still
from console.stage import Stage, staged
from console.vitals import WEATHER, vitals, weather_text
from services.domain.alert import Alert, AlertLevel
from services.domain.snapshot import Snapshot
from widgets.banner import Banner
from widgets.look import Face, Look, make_look, read_tokens
from widgets.message import Message
from widgets.pane import Pane
from widgets.ticker import Ticker
from widgets.titlebar import Heading, TitleBar

translate = QCoreApplication.translate

ALWAYS = frozenset({"alerts", "sources", WEATHER})
CANVAS = (3840, 2160)
TICKED = 6


class Wall(QWidget):
    """Everything in it is laid out on a canvas of 3840×2160 that is scaled uniformly and centred.

    It has no buttons and writes nothing. "Today" rolls over at midnight because every figure of a
    day is a topic made by the collector and the clock is the district's.
    """

    wanted = Signal(object)
    closed = Signal()

    def __init__(
        self,
        name: str,
        demo: bool,
        scenes: Sequence[Scene],
        kinds: Mapping[str, type[Pane]],
        board: Board,
        playlist: Playlist,
        duty: Sequence[str] = (),
        theme: str = "dark",
        reduce_motion: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._theme, self._night, self._still = theme, False, reduce_motion
        self.look = self._look_at(0.5)
        self._kinds, self._board, self._playlist = kinds, board, playlist
        self._scenes = {scene.id: scene for scene in scenes if Face.WALL in scene.plans or scene.problem}
        self._heading = Heading(name, len(playlist.scenes), duty=tuple(duty))
        self._name = name
        self.scene = ""
        self.stage: Stage | Message | None = None
        self._now: datetime | None = None
        self.title = TitleBar(demo, self.look, self)
        self.banner = Banner(self.look, self)
        self.ticker = Ticker(self.look, self)
        self.show_scene(playlist.scene)
        for topic in ALWAYS:
            self.take(board.get(topic))

    # -- told by the clock --------------------------------------------------------------------

    @Slot(object)
    def take(self, snapshot: Snapshot[Any]) -> None:
        if isinstance(self.stage, Stage):
            self.stage.take(snapshot)
        if snapshot.topic == "alerts":
            self._show_alerts(snapshot.records)
        if snapshot.topic in ALWAYS:
            self._show_heading()

    @Slot(object)
    def tick(self, now: datetime) -> None:
        self._now = now
        if is_night(now) != self._night:
            self._night = not self._night
            self._restyle(self._look_at(self.look.scale))
        red = tally.unsigned_red(self._board.get("alerts").records)
        self.show_scene(self._playlist.turn(time.monotonic(), red.scene if red else None))
        self._show_heading()
        self.title.tick(now)
        self.banner.tick(now)
        if isinstance(self.stage, Stage):
            self.stage.tick(now)

    def _show_alerts(self, alerts: Sequence[Alert]) -> None:
        worst = tally.headline(alerts)
        orange = sum(1 for a in tally.shown(alerts) if a.level is AlertLevel.ORANGE)
        had_one = self.banner.alert is not None
        self.banner.show_alert(worst, orange)
        self.ticker.show_alerts(tally.newest(alerts, TICKED))
        if had_one != (worst is not None):
            self._arrange()

    def _show_heading(self) -> None:
        known = vitals(self._board, 0.0, audible=False)
        scene = self._scenes.get(self.scene)
        plan = scene.plans.get(Face.WALL) if scene else None
        self.title.show_heading(
            replace(
                self._heading,
                title=translate("scene", plan.title) if plan and plan.title else self._name,
                scene=self._playlist.at,
                held=self._playlist.held and len(self._playlist.scenes) > 1,
                weather=weather_text(self._board, waves=False),
                sources_good=known.sources_good,
                sources=known.sources,
            )
        )

    @property
    def topics(self) -> frozenset[str]:
        return ALWAYS | (self.stage.topics if isinstance(self.stage, Stage) else frozenset[str]())

    # -- scenes and places --------------------------------------------------------------------

    @Slot(str)
    def show_scene(self, scene_id: str) -> None:
        """A cut, no cross-fade."""
        if scene_id == self.scene or scene_id not in self._scenes:
            return
        old, self.scene = self.stage, scene_id
        self.stage = staged(self._scenes[scene_id], Face.WALL, self._kinds, self.look, self._board, self)
        if old is not None:
            old.hide()
            old.deleteLater()
        self._arrange()
        self.stage.show()
        if self._now is not None and isinstance(self.stage, Stage):
            self.stage.tick(self._now)
        self.wanted.emit(self.topics)
        self._show_heading()

    def canvas(self) -> QRect:
        """The part of the window that is used: the largest 16:9 in its middle."""
        scale = min(self.width() / CANVAS[0], self.height() / CANVAS[1])
        wide, high = round(CANVAS[0] * scale), round(CANVAS[1] * scale)
        return QRect((self.width() - wide) // 2, (self.height() - high) // 2, wide, high)

    def _arrange(self) -> None:
        box = self.canvas()
        scale = box.width() / CANVAS[0]
        if scale > 0 and scale != self.look.scale:
            self._restyle(self._look_at(scale))
        plan = self.stage.plan if isinstance(self.stage, Stage) else None
        space, px, gap = self.look.space, self.look.px, self.look.gap
        top = px(space["title_bar"])
        banner = px(space["banner"]) if self.banner.alert is not None else 0
        ticker = px(space["ticker"]) if plan is None or plan.ticker else 0
        self.title.setGeometry(box.left(), box.top(), box.width(), top)
        self.banner.setGeometry(box.left(), box.top() + top, box.width(), banner)
        self.banner.setVisible(banner > 0)
        self.ticker.setGeometry(box.left(), box.bottom() + 1 - ticker, box.width(), ticker)
        self.ticker.setVisible(ticker > 0)
        if self.stage is not None:
            middle = QRect(box.left(), box.top() + top + banner, box.width(), box.height() - top - banner - ticker)
            self.stage.setGeometry(middle.adjusted(0, 0, 0, -gap if ticker else 0))

    def _look_at(self, scale: float) -> Look:
        tokens = still(read_tokens()) if self._still else read_tokens()
        return make_look(Face.WALL, self._theme, scale, night_tokens(tokens, self._theme) if self._night else tokens)

    def _restyle(self, look: Look) -> None:
        self.look = look
        for part in (self.title, self.banner, self.ticker, self.stage):
            if part is not None:
                part.restyle(look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.look.colour("ground"))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only the technician's keys: full screen and out."""
        if event.key() == Qt.Key.Key_F11:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
