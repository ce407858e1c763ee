"""A store in memory, a kind of pane that remembers what it was told, and alerts to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from console.scene import Box, PaneSpec, Plan, Scene
from services.domain.alert import Ack, Alert, AlertLevel, Command, Outcome
from services.domain.officer import Officer
from services.domain.snapshot import Quality, Snapshot, Subject
from services.store.errors import StoreUnreachable
from widgets.look import Face
from widgets.pane import Pane

NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)


def alert(
    number: int,
    level: AlertLevel = AlertLevel.YELLOW,
    *,
    scene: str = "boats",
    signed: bool = False,
    minutes_ago: float = 3.0,
    subject: str = "",
) -> Alert:
    at = NOW - timedelta(minutes=minutes_ago)
    return Alert(
        id=f"YJ-1121-{number:04d}",
        version=1,
        key=f"k{number}",
        rule_id="R-1",
        rule_version=1,
        rule_text="规则",
        scene=scene,
        level=level,
        title=f"预警 {number}",
        subject=subject or f"浙椒渔 {number:05d}",
        wall_subject="浙椒渔",
        subject_kind="boat",
        subject_id=str(number),
        place="下大陈锚地",
        occurred_at=at,
        raised_at=at,
        last_at=at,
        ack=Ack.ACKED if signed else Ack.UNACK,
    )


def alerts(*records: Alert) -> Snapshot[Alert]:
    return Snapshot("alerts", records, NOW, Quality.GOOD)


class FakeStore:
    """Answers like a Store; ``down`` makes every call raise. Waiting returns at once."""

    def __init__(self) -> None:
        self.topics: dict[str, Snapshot[Any]] = {}
        self.moved: dict[str, int] = {}
        self.seq = 0
        self.reads: list[str] = []
        self.readers: list[Officer | None] = []
        self.performed: list[tuple[Command, Officer]] = []
        self.down = False
        self.closed = 0

    def put(self, snapshot: Snapshot[Any]) -> None:
        self.seq += 1
        self.topics[snapshot.topic] = snapshot
        self.moved[snapshot.topic] = self.seq

    def snapshot(self, topic: str, now: datetime, officer: Officer | None = None) -> Snapshot[Any]:
        self._answer()
        self.reads.append(topic)
        self.readers.append(officer)
        return self.topics.get(topic, Snapshot(topic))

    def perform(self, command: Command, officer: Officer, at: datetime) -> Outcome:
        self._answer()
        self.performed.append((command, officer))
        return Outcome(command, None)

    def changes_since(self, seq: int) -> tuple[int, frozenset[str]]:
        self._answer()
        return self.seq, frozenset(topic for topic, moved in self.moved.items() if moved > seq)

    def wait_for_change(self, timeout_s: float) -> bool:
        self._answer()
        return False

    def close(self) -> None:
        self.closed += 1

    def _answer(self) -> None:
        if self.down:
            raise StoreUnreachable("连不上数据库服务器（测试）")


class RememberingPane(Pane):
    """Paints nothing of its own and remembers what it was told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drawn: list[Snapshot[Any]] = []
        self.selected: list[Subject | None] = []
        self.ticks: list[datetime] = []
        self.pressed: list[str] = []
        self.outcomes: list[Outcome] = []

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self.drawn.append(snapshot)

    def select(self, subject: Subject | None) -> None:
        self.selected.append(subject)

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self.ticks.append(now)

    def press(self, key: str) -> None:
        self.pressed.append(key)

    def show_outcome(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        painter.fillRect(body, self.look.colour("panel"))


class FailingPane(RememberingPane):
    def draw(self, snapshot: Snapshot[Any]) -> None:
        raise RuntimeError("this pane cannot draw")


KINDS: dict[str, type[Pane]] = {"card": RememberingPane, "alerts": RememberingPane, "failing": FailingPane}


def scene(name: str, *topics: str, kind: str = "card") -> Scene:
    """One scene of two panes side by side, on both faces."""
    boxes = (Box(0, 0, 700, 1007), Box(700, 0, 758, 1007))
    desk = tuple(PaneSpec(kind, f"格 {n}", topics, box) for n, box in enumerate(boxes, 1))
    wall = (PaneSpec("card", "格", topics, Box(0, 0, 3840, 1884)),)
    return Scene(
        name,
        name,
        "boat",
        1,
        {Face.DESK: Plan(name, (1458, 1007), desk), Face.WALL: Plan(name, (3840, 1884), wall)},
    )


class Speaker:
    """Remembers what it was asked to play."""

    audible = True

    def __init__(self) -> None:
        self.played: list[AlertLevel] = []

    def play(self, level: AlertLevel) -> None:
        self.played.append(level)
