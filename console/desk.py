"""The desk 工作站: top bar, rail, scene, dock and foot in one window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console import keys, tally
from console.actions import Actions, said
from console.board import Board
from console.dock import dock_plan, speak_buttons, tell
from console.find import CARDS, REGISTER, Finder, scene_for
from console.lock import Idle
from console.login import Door, first_words, is_own
from console.panels import Panels
from console.room import Room
from console.scene import Scene
from console.selection import Selection, pointed, worst
from console.session import Session
from console.settings import SCALES, THEMES, Settings
from console.skin import still
from console.sound import Alarm, Mute, Voice
from console.stage import Stage, staged
from console.trail import Place, Trail
from console.vitals import WEATHER, facts, trouble_text, vitals
from services.domain.alert import Alert, Outcome
from services.domain.deed import Wish
from services.domain.question import Question
from services.domain.snapshot import Snapshot, Subject
from services.domain.subject_kind import card_of
from widgets.cover import Cover
from widgets.foot import Foot
from widgets.look import Face, Look, make_look, read_tokens
from widgets.message import Message
from widgets.pane import Pane
from widgets.rail import Entry, Rail
from widgets.topbar import TopBar

ALWAYS = frozenset({"alerts", "sources", WEATHER})  # what the bars show


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a desk stands: the centre's name, what its foot says of store and version, and how it is
    locked. ``idle_s`` is the time without a touch until it covers itself, 0 never; ``attended`` says
    that people sit there, so that their coming and going is written down."""

    name: str
    demo: bool = False
    version: str = ""
    store: str = ""
    id: str = "desk"
    idle_s: float = 0.0
    login_hint: tuple[str, ...] = ()  # a demo's password and some of its accounts
    attended: bool = False


def look_of(settings: Settings) -> Look:
    tokens = read_tokens()
    return make_look(
        Face.DESK, settings.theme, settings.text_scale, still(tokens) if settings.reduce_motion else tokens
    )


class Desk(QWidget):
    """Told by the clock (``take``, ``tick``); asks through its actions. Nothing in it is modal."""

    wanted = Signal(object)  # the topics this window shows now
    settled = Signal(object)  # the Settings, when the officer changed one
    restyled = Signal(object)  # the Look, for what Qt paints itself
    wall_asked = Signal()
    closed = Signal()

    def __init__(
        self,
        seat: Seat,
        scenes: Sequence[Scene],
        kinds: Mapping[str, type[Pane]],
        board: Board,
        actions: Actions,
        session: Session,
        voice: Voice,
        settings: Settings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings or Settings()
        self.look = look_of(self.settings)
        self.setWindowTitle(seat.name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(1024, 600)
        self._seat, self._kinds, self._board = seat, kinds, board
        self._scenes = {scene.id: scene for scene in scenes if Face.DESK in scene.plans or scene.problem}
        self._actions, self._session = actions, session
        self._alarm = Alarm(voice, Mute(self.settings.mute_until))
        self.selection = Selection()
        self._trail = Trail()
        self._now: datetime | None = None
        self.scene = ""
        self.stage: Stage | Message | None = None
        self._make_shell()
        keys.bind(self, self.obey, tuple(self._scenes))
        self._connect()
        first = self.settings.scene if self.settings.scene in self._scenes else next(iter(self._scenes), "")
        self.show_scene(first)
        for topic in ALWAYS:
            self.take(board.get(topic))
        if not session.is_manned:
            self.door.leave()

    def _make_shell(self) -> None:
        look, seat = self.look, self._seat
        self.topbar = TopBar(seat.name, seat.demo, look, self)
        entries = [Entry(s.id, s.title, "broken" if s.problem else s.icon) for s in self._scenes.values()]
        self.rail = Rail(entries, look, self)
        self.room = Room(look, self)
        self.dock = Stage(dock_plan(self._kinds), self._kinds, look, self._board, self)
        speak_buttons(self.dock)
        self.foot = Foot(seat.version, look, self)
        finder = Finder(self._board, tuple(self._scenes.values()))
        self.panels = Panels(self, finder, self._session, look)
        self.cover = Cover(first_words(seat.name, seat.id), look, self)
        self.door = Door(self.cover, self._session, self._actions, seat.id, seat.login_hint, self)
        self.idle = Idle(seat.idle_s, parent=self)

    def _connect(self) -> None:
        self.topbar.clicked.connect(self.obey)
        self.rail.chosen.connect(self._go)
        self.rail.officer_asked.connect(self.panels.open_chooser)
        self.dock.asked.connect(self._actions.ask)
        self.panels.taken.connect(self._take_found)
        self._actions.selected.connect(self.select)
        self._actions.scene_asked.connect(self._follow)
        self._actions.opened.connect(self.open_subject)
        self._actions.back_asked.connect(self.go_back)
        self._actions.answered.connect(self._answer)
        self._session.changed.connect(self._greet)
        self.door.opened.connect(self._uncover)
        self.door.closed.connect(self._cover_up)
        self._greet()

    # -- told by the clock --------------------------------------------------------------------

    @Slot(object)
    def take(self, snapshot: Snapshot[Any]) -> None:
        self.dock.take(snapshot)
        if isinstance(self.stage, Stage):
            self.stage.take(snapshot)
        if snapshot.topic == "alerts":
            for scene, badge in tally.badges(snapshot.records, tuple(self._scenes)).items():
                self.rail.show_badge(scene, badge)
            if not self.selection.alert_id:
                self.select_worst()
        elif snapshot.topic == "sources":
            self.panels.show_sources(snapshot)
        if snapshot.topic in ALWAYS:
            self._show_vitals()

    @Slot(object)
    def tick(self, now: datetime) -> None:
        self._now = now
        self.topbar.tick(now)
        self.dock.tick(now)
        if isinstance(self.stage, Stage):
            self.stage.tick(now)
        self._guard(now)
        self._alarm.tick(self._alerts, now)
        self._show_vitals()

    def _guard(self, now: datetime) -> None:
        """Lock when nobody has touched the desk; while it is shut only the cover speaks."""
        self.idle.watch(self.windowHandle())
        self.door.refresh(now, self._alerts, trouble_text(self._board))
        if self.door.is_shut:
            return
        self.panels.notice.hold(trouble_text(self._board))
        if self.idle.is_over:
            self.door.shut(by_idleness=True)

    def show_beat(self, lag_ms: float, worst_ms: float) -> None:
        self.foot.show_facts(facts(self._board, self._seat.store, lag_ms, worst_ms))

    @property
    def topics(self) -> frozenset[str]:
        scene = self.stage.topics if isinstance(self.stage, Stage) else frozenset[str]()
        return ALWAYS | {REGISTER} | self.dock.topics | scene

    # -- scenes and selection -----------------------------------------------------------------

    @Slot(str)
    def show_scene(self, scene_id: str) -> None:
        if scene_id not in self._scenes or scene_id == self.scene:
            return
        self.scene = scene_id
        self.stage = staged(self._scenes[scene_id], Face.DESK, self._kinds, self.look, self._board, self)
        if isinstance(self.stage, Stage):
            self.stage.asked.connect(self._actions.ask)
            tell(self.stage.panes, "show_officer", self._session.officer)
        self.rail.mark(scene_id)
        tell(self.dock.panes, "show_scene", scene_id)
        self.room.show_stage(self.stage)
        if self._now is not None and isinstance(self.stage, Stage):
            self.stage.tick(self._now)
        self._spread()
        self.wanted.emit(self.topics)
        self._settle(scene=scene_id)

    @Slot(str)
    def _go(self, scene_id: str) -> None:
        """By hand: the way back ends here."""
        self._trail.end()
        self.show_scene(scene_id)

    @Slot(str)
    def _follow(self, scene_id: str) -> None:
        """Where a pane sends the officer. To the scene he is in already means: on to the card of what he selected."""
        subject = card_of(self.selection.subject, self.selection.alert_id, self._alerts)
        if scene_id == self.scene and subject is not None:
            self.open_subject(subject)
        else:
            self._go(scene_id)

    @Slot(object)
    def open_subject(self, subject: Subject) -> None:
        """Show the card of a subject in its scene, and remember the way back. What has none is only selected."""
        card = card_of(subject, subject.id, self._alerts)
        if card is None and subject.kind == "alert":
            self.select(subject)
            return
        subject = card or subject
        scene_id = scene_for(subject, self._alerts, tuple(self._scenes.values()), self.scene)
        if scene_id != self.scene or subject != self.selection.subject:
            self._trail.leave(Place(self.scene, self.selection.subject))
        self.show_scene(scene_id)
        self.select(subject)

    @Slot()
    def go_back(self) -> None:
        """To where the last subject was opened; nowhere when none was."""
        place = self._trail.back()
        if place is not None:
            self.show_scene(place.scene)
            self.select(place.subject)

    @Slot(object)
    def select(self, subject: Subject | None) -> None:
        self.selection = pointed(subject, self._alerts, self.selection)
        if self.scene == CARDS:
            chosen = self.selection
            card = card_of(chosen.subject, chosen.alert_id if subject == chosen.alert else "", self._alerts)
            self.selection = replace(chosen, subject=card or chosen.subject)
        self._spread()

    def select_worst(self) -> None:
        subject = worst(self._alerts, self.scene)
        if subject is not None:
            self.select(subject)

    def _spread(self) -> None:
        self.dock.select(self.selection.alert)
        if isinstance(self.stage, Stage):
            self.stage.select(self.selection.subject)

    @property
    def _panes(self) -> list[Pane]:
        return [*self.dock.panes, *(self.stage.panes if isinstance(self.stage, Stage) else ())]

    @property
    def _alerts(self) -> Sequence[Alert]:
        return self._board.get("alerts").records

    # -- keys and clicks ----------------------------------------------------------------------

    @Slot(str)
    def obey(self, word: str) -> None:
        """One word of ``keys.KEYS``, a click on the top bar or a command of the search."""
        verb, _, what = word.partition(" ")
        if self.door.is_shut:
            return
        if verb == "card":
            tell(self.dock.panes, "press", what)
        elif verb == "scene":
            self._go(what)
        elif verb in _WORDS:
            _WORDS[verb](self)

    @Slot(object)
    def _take_found(self, target: Any) -> None:
        if isinstance(target, Subject):
            self.show_scene(scene_for(target, self._alerts, tuple(self._scenes.values()), self.scene))
            self.select(target)
        elif isinstance(target, str):
            self.show_scene(target)
        elif target[0] == "officer":
            self._session.take_over(target[1])
        else:
            self.obey(target[1])

    def next_alert(self) -> None:
        alert = tally.next_after(self._alerts, self.selection.alert_id)
        if alert is not None:
            self.select(Subject("alert", alert.id))

    def press_mute(self) -> None:
        if self._now is not None:
            self._settle(mute_until=self._alarm.press(self._now))
            self._show_vitals()

    def switch_theme(self) -> None:
        self._settle(theme=THEMES[1 - THEMES.index(self.look.theme.name)])
        self._restyle()

    def step_scale(self, step: int) -> None:
        at = SCALES.index(self.settings.text_scale) + step
        self._settle(text_scale=SCALES[max(0, min(at, len(SCALES) - 1))])
        self._restyle()

    def _settle(self, **changed: Any) -> None:
        self.settings = replace(self.settings, **changed)
        self.settled.emit(self.settings)

    @Slot(object)
    def _answer(self, outcome: Outcome) -> None:
        """Said where it was asked; a notice says what became of an alert the card shows no longer, and
        why a wish was refused."""
        if is_own(outcome):
            self.door.answer(outcome)
            return
        tell(self._panes, "show_outcome", outcome)
        if isinstance(outcome.command, Question) or (isinstance(outcome.command, Wish) and outcome.done):
            return
        if not self.door.is_shut and getattr(outcome.command, "alert_id", "") != self.selection.alert_id:
            self.panels.notice.say(said(outcome))

    @Slot()
    def _greet(self) -> None:
        self.rail.officer.show_officer(*self._session.lines)
        tell(self._panes, "show_officer", self._session.officer)
        self._settle(officer=self._session.officer.id)

    @Slot()
    def _cover_up(self) -> None:
        """Nothing behind the cover is on the screen, takes a key or can be read by other programs."""
        self.panels.close()
        self.panels.notice.clear()
        for part in self._behind:
            part.hide()
        self.cover.form.focus()

    @Slot(str)
    def _uncover(self, last_time: str) -> None:
        for part in self._behind:
            part.show()
        self.idle.touch()
        self.setFocus()
        self.panels.notice.say(last_time)

    @property
    def _behind(self) -> tuple[QWidget, ...]:
        return self.topbar, self.rail, self.room, self.dock, self.foot

    def _show_vitals(self) -> None:
        left_s = self._alarm.left_s(self._now) if self._now else 0.0
        self.topbar.show_vitals(vitals(self._board, left_s, audible=self._alarm.audible))

    # -- looks and places ---------------------------------------------------------------------

    def _restyle(self) -> None:
        self.look = look_of(self.settings)
        self.restyled.emit(self.look)
        for part in (self.topbar, self.rail, self.dock, self.foot, self.panels, self.room, self.cover):
            part.restyle(self.look)
        self._arrange()
        self.update()

    def _arrange(self) -> None:
        px, wide, high = self.look.px, self.width(), self.height()
        space = self.look.space
        top, rail, dock, foot = (px(space[name]) for name in ("top_bar", "rail", "dock", "foot"))
        gap, middle = self.look.gap, high - top - foot
        self.topbar.setGeometry(0, 0, wide, top)
        self.rail.setGeometry(0, top, rail - gap, middle)
        scene = QRect(rail, top, wide - rail - dock - gap, middle - gap)
        side = QRect(wide - dock, top, dock, middle - gap)
        self.room.setGeometry(scene)
        self.dock.setGeometry(side)
        self.foot.setGeometry(0, high - foot, wide, foot)
        self.panels.place(scene, side, self.look)
        self.cover.setGeometry(self.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.look.colour("ground"))
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._seat.attended:
            self.door.end()
        self.closed.emit()
        super().closeEvent(event)


_WORDS: Mapping[str, Any] = {
    "next": Desk.next_alert,
    "mute": Desk.press_mute,
    "theme": Desk.switch_theme,
    "larger": lambda desk: desk.step_scale(1),
    "smaller": lambda desk: desk.step_scale(-1),
    "wall": lambda desk: desk.wall_asked.emit(),
    "close": lambda desk: desk.panels.close(),
    "search": lambda desk: desk.panels.open_search(),
    "sources": lambda desk: desk.panels.toggle_sources(),
    "officer": lambda desk: desk.panels.open_chooser(),
    "lock": lambda desk: desk.door.shut(),
    "switch": lambda desk: desk.door.switch(),
    "leave": lambda desk: desk.door.leave(),
}
