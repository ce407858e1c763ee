"""A picture of one scene at a fixed minute of the demo district: the manual's and the tests' pictures."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from console.core import Core
from console.desk import Desk
from console.playlist import pinned
from console.settings import Settings
from console.stage import Stage
from console.wall import Wall
from widgets.look import Face

log = logging.getLogger(__name__)

SIZES = {Face.DESK: (1920, 1080), Face.WALL: (3840, 2160)}
EVERY_MS = 100
PATIENCE_S = 60.0
SETTLE_S = 1.5


class Photo(QObject):
    """Waits for the minute and for data in every pane, selects the worst alert, waits for what the card asks
    of it, saves the window.

    Ends the application with 0, or with 1 after saying which pane had no data.
    """

    def __init__(
        self,
        core: Core,
        scene: str,
        path: Path,
        face: Face,
        size: tuple[int, int] | None,
        theme: str,
        until: datetime | None,
        app: QApplication,
    ) -> None:
        super().__init__(app)
        self._core, self._scene, self._path, self._until, self._app = core, scene, path, until, app
        known = [s.id for s in core.scenes]
        walls = [s.id for s in core.scenes if Face.WALL in s.plans]
        self._problem = "" if scene in known else f"场景 {scene!r} 不认识，可用：{'、'.join(known)}"
        self._window: Desk | Wall
        if face is Face.WALL:
            self._window = core.open_wall(theme, pinned(walls, scene), reduce_motion=True)
        else:
            self._window = core.open_desk(Settings(theme=theme, scene=scene, reduce_motion=True))
        self._window.resize(*(size or SIZES[face]))
        self._window.show()
        self._deadline_s = 0.0
        self._ready_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        timebase = self._core.site.timebase
        ahead_s = (self._until - timebase.now()).total_seconds() if self._until else 0.0
        self._deadline_s = time.monotonic() + max(0.0, timebase.real_s(ahead_s)) + PATIENCE_S
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        now_s = time.monotonic()
        if self._problem or now_s > self._deadline_s:
            self._end(1, self._problem or f"{self._scene}：等不到数据：{'、'.join(self._missing())}")
            return
        if self._missing():
            self._ready_s = 0.0
            return
        early = self._until is not None and self._core.site.timebase.now() < self._until
        if not self._ready_s and not early:
            self._ready_s = now_s
            self._select()
        if not early and now_s - self._ready_s > SETTLE_S:
            self._take()

    def _missing(self) -> tuple[str, ...]:
        stage = self._window.stage
        if not isinstance(stage, Stage):
            return (stage.text if stage is not None else "没有这个场景",)
        return stage.waiting()

    def _select(self) -> None:
        if isinstance(self._window, Desk):
            self._window.select_worst()

    def _take(self) -> None:
        self._window.tick(self._core.site.timebase.now())
        self._path.parent.mkdir(parents=True, exist_ok=True)
        saved = self._window.grab().save(str(self._path))
        self._end(0 if saved else 1, "" if saved else f"存不了图片：{self._path}")

    def _end(self, status: int, said: str) -> None:
        self._timer.stop()
        if said:
            log.error("%s", said)
        self._app.exit(status)
