"""``check``: opens every scene of both faces on a live district and says in figures whether all is well."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from console.core import Core
from console.desk import Desk
from console.playlist import pinned
from console.settings import Settings
from console.stage import Stage
from console.wall import Wall
from services.domain.alert import Alert, AlertLevel
from services.domain.snapshot import Quality, SourceStatus
from widgets.look import Face
from widgets.message import Message

EVERY_MS = 100
SETTLE_S = 0.6  # making and first painting a scene is not its everyday beat
DWELL_S = 1.8
PATIENCE_S = 20.0
SOURCES_PATIENCE_S = 30.0


class Inspection(QObject):
    """Shows one scene after another: desk first, then wall; each until every pane has data."""

    def __init__(self, core: Core, complaints: Iterable[str], app: QApplication) -> None:
        super().__init__(app)
        self._core, self._complaints, self._app = core, complaints, app
        self._problems: list[str] = []
        self._panes = 0
        self._scenes: set[str] = set()
        self._beats_ms: dict[str, float] = {}
        self._rounds = [(face, scene.id) for face in Face for scene in core.scenes if self._has(scene.id, face)]
        self._at = -1
        self._since_s = 0.0
        self._settled = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        if not self._rounds:
            self._problems.append("没有场景")
        desk = self._core.open_desk(Settings())
        desk.resize(1920, 1080)
        desk.show()
        self._since_s = time.monotonic()
        self._timer.start()

    def figures(self) -> dict[str, Any]:
        core = self._core
        alerts: tuple[Alert, ...] = tuple(a for a in core.board.get("alerts").records if a.is_open)
        statuses: tuple[SourceStatus, ...] = tuple(core.board.get("sources").records)
        now = core.site.timebase.now()
        problems = [*self._problems, *(f"日志：{said}" for said in self._complaints)]
        problems += [f"数据源 {s.title}：{s.error or s.quality}" for s in statuses if s.quality is not Quality.GOOD]
        if self._at < len(self._rounds):
            problems.append("自检没有做完")
        if not statuses:
            problems.append("没有数据源：采集进程在运行吗？")
        if core.board.trouble:
            problems.append(f"数据库：{core.board.trouble}")
        return {
            "scenes": sorted(self._scenes),
            "faces": [face.value for face in Face],
            "panes": self._panes,
            "sources": {
                s.id: {
                    "quality": s.quality.value,
                    "age_s": round((now - s.taken_at).total_seconds(), 1) if s.taken_at else None,
                }
                for s in statuses
            },
            "alerts": {"open": len(alerts)}
            | {level.name.lower(): sum(a.level is level for a in alerts) for level in AlertLevel},
            "worst_beat_ms": max(self._beats_ms.values(), default=0.0),
            "beats_ms": self._beats_ms,
            "memory_mb": memory_mb(),
            "problems": list(dict.fromkeys(problems)),
        }

    def _has(self, scene_id: str, face: Face) -> bool:
        scene = next(s for s in self._core.scenes if s.id == scene_id)
        return face in scene.plans or bool(scene.problem)

    @property
    def _window(self) -> Desk | Wall | None:
        return self._core.wall or self._core.desk

    @Slot()
    def _look(self) -> None:
        waited_s = time.monotonic() - self._since_s
        if self._at < 0:
            sources = self._core.board.get("sources").records
            good = bool(sources) and all(s.quality is Quality.GOOD for s in sources)
            if good or waited_s > SOURCES_PATIENCE_S:
                self._next()
            return
        if not self._settled and waited_s > SETTLE_S:
            self._settled = True
            self._core.clock.forget_worst()
        stage = self._window.stage if self._window else None
        waiting = stage.waiting() if isinstance(stage, Stage) else ()
        if waited_s < DWELL_S or (waiting and waited_s < PATIENCE_S):
            return
        self._close_round(stage, waiting)
        self._next()

    def _close_round(self, stage: Stage | Message | None, waiting: tuple[str, ...]) -> None:
        face, scene = self._rounds[self._at]
        self._beats_ms[f"{face} {scene}"] = round(self._core.clock.worst_beat_ms, 1)
        self._scenes.add(scene)
        if isinstance(stage, Message):
            self._problems.append(f"{face} {stage.text}")
        elif isinstance(stage, Stage):
            self._panes += len(stage.panes)
            self._problems += [f"{face} {scene}：窗格“{title}”没有收到数据" for title in waiting]
        if self._window is not None and self._window.grab().isNull():
            self._problems.append(f"{face} {scene}：画不出来")

    def _next(self) -> None:
        self._at += 1
        if self._at >= len(self._rounds):
            self._timer.stop()
            self._app.exit(0)
            return
        face, scene = self._rounds[self._at]
        if face is Face.DESK and self._core.desk is not None:
            self._core.desk.show_scene(scene)
        else:
            self._core.close_wall()
            wall = self._core.open_wall("dark", pinned((scene,), scene))
            wall.resize(3840, 2160)
            wall.show()
        self._settled = False
        self._since_s = time.monotonic()


def memory_mb() -> float | None:
    """What this process holds in memory; None where the system has no ``/proc``."""
    if not sys.platform.startswith("linux"):
        return None
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * 4096 / 1e6, 1)
