"""The officer's hand on the sea map: find a target, lock it, follow it, look at its track."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut

from services.domain.boats import CollectionVessel
from services.domain.fleet import PositionFix
from services.domain.question import Question
from services.domain.snapshot import Subject
from widgets.look import Look
from widgets.map.fleet import LOST_S
from widgets.map.targets import kept_targets
from widgets.sea_search import PROMPT, find_target
from widgets.sea_targets import TargetChip, TargetRow
from widgets.sea_track import ago
from widgets.sea_track_view import TrackView
from widgets.search import Hit, SearchPanel
from widgets.track_slider import HIGH, TrackSlider
from widgets.words import duration

if TYPE_CHECKING:
    from widgets.sea_map import SeaMapPane

KINDS = ("boat", "collection_vessel")
STEP = timedelta(minutes=5)  # of the slider by keys


class SeaHand(QObject):
    """Keys on the map: ``/`` find, ``L`` lock, ``T`` track, ``Space`` play, ``,`` ``.`` five minutes back and
    forth, ``Esc`` ends the track, else unlocks; ``G`` other ships, ``Home`` back to the scene's waters."""

    def __init__(self, pane: SeaMapPane) -> None:
        super().__init__(pane)
        self._pane, self._map, self._targets = pane, pane.map, kept_targets()
        self._selected: Subject | None = None
        self.chip = TargetChip(pane.look, self._map)
        self.chip.chosen.connect(self._take_row)
        self.slider = TrackSlider(pane.look, pane)
        self.track = TrackView(self._map, self.slider, self._ask, pane.place)
        self.search = SearchPanel(self._find, PROMPT, pane.look, self._map)
        self.search.chosen.connect(self._take_found)
        self.search.closed.connect(self._close_search)
        self.search.field.installEventFilter(self)
        slash = QShortcut(QKeySequence("/"), pane)
        slash.activated.connect(self.open_search)
        self._map.moved_by_hand.connect(self._let_go)
        self._map.follow(self._targets.followed)
        self._keys = {
            Qt.Key.Key_L: self.lock,
            Qt.Key.Key_T: self.toggle_track,
            Qt.Key.Key_G: pane.turn_to_others,
            Qt.Key.Key_Home: self._home,
            Qt.Key.Key_Space: self._play,
            Qt.Key.Key_Comma: partial(self._step, -1),
            Qt.Key.Key_Period: partial(self._step, 1),
            Qt.Key.Key_Escape: self.escape,
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """``Esc`` in the field closes the field; the desk's own meaning of it would leave it open."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if not override or event.key() != Qt.Key.Key_Escape:  # pyright: ignore[reportAttributeAccessIssue]
            return super().eventFilter(watched, event)
        event.accept()
        return True

    @property
    def locked(self) -> Sequence[Subject]:
        return self._targets.locked

    # -- told -----------------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self._show_chip()

    def tick(self, now: datetime) -> None:
        self.track.tick(now)
        self._show_chip()

    def restyle(self, look: Look) -> None:
        for part in (self.chip, self.slider, self.search):
            part.restyle(look)

    def place(self) -> None:
        """The slider takes a strip between the map and its legend; chip and search lie on the map."""
        look = self._pane.look
        if self.track.is_open:
            room, high = self._map.geometry(), look.px(HIGH)
            self._map.setGeometry(room.adjusted(0, 0, 0, -high))
            self.slider.setGeometry(QRect(room.left(), room.bottom() + 1 - high, room.width(), high))
        self.chip.move(look.px(12), look.px(12))
        wide = min(look.px(420), self._map.width() - 2 * look.px(12))
        self.search.setGeometry((self._map.width() - wide) // 2, look.px(12), wide, self.search.height())

    # -- keys -----------------------------------------------------------------------------------

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is the map's now; ``Esc`` and the slider's keys only when there is what they end or move."""
        key = Qt.Key(event.key())
        if event.modifiers() != Qt.KeyboardModifier.NoModifier or not self._map.hasFocus():
            return False
        if key is Qt.Key.Key_Escape:
            return self.track.is_open or self._targets.followed is not None or self._map.is_measuring
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Comma, Qt.Key.Key_Period):
            return self.track.is_open
        return key in self._keys

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was ours."""
        act = self._keys.get(Qt.Key(event.key()))
        if act is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        act()
        return True

    def lock(self) -> None:
        """Follow what is selected; what is followed is let go."""
        target = self._selected
        if target is None or target.kind not in KINDS or target == self._targets.followed:
            self._targets.unlock()
        else:
            self._targets.lock(target)
        self._map.follow(self._targets.followed)
        self._show_chip()

    def escape(self) -> None:
        if self.track.is_open:
            self.track.close()
        else:
            self._targets.unlock()
            self._map.follow(None)
        self._show_chip()

    def toggle_track(self) -> None:
        target, now = self._target(), self._pane.now
        mmsi = _mmsi(target)
        if self.track.is_open and (mmsi is None or mmsi == self.track.mmsi):
            self.track.close()
        elif mmsi is not None and target is not None and now is not None:
            self.track.open(mmsi, self._name(target), now)
        self._show_chip()

    @Slot()
    def open_search(self) -> None:
        self.place()
        self.search.open()

    @Slot()
    def _close_search(self) -> None:
        self.search.hide()
        self._map.setFocus()

    def _home(self) -> None:
        self._let_go()
        self._map.follow(None)
        self._pane.go_home()

    def _play(self) -> None:
        if self.track.is_open:
            self.slider.play(not self.slider.is_playing)

    def _step(self, steps: int) -> None:
        self.slider.go(self.slider.moment + steps * STEP)

    # -- within ---------------------------------------------------------------------------------

    def _ask(self, question: Question) -> None:
        self._pane.asked.emit("question", question)

    def _find(self, wanted: str) -> Sequence[Hit]:
        told = self._pane.records
        boats = self._pane.boats.values()
        return find_target(wanted, told("collection_vessels"), boats, told("hand_in_requests"), self._pane.fleet)

    @Slot(object)
    def _take_found(self, hit: Hit) -> None:
        self._pane.asked.emit("select", hit.target)
        self._map.select(hit.target, zoom=True)

    @Slot(object)
    def _take_row(self, subject: Subject) -> None:
        """A click locks what is selected only, follows what is locked, and lets go of what is followed."""
        if subject == self._targets.followed:
            self._targets.unlock()
        else:
            self._targets.lock(subject)
        self._map.follow(self._targets.followed)
        self._pane.asked.emit("select", subject)
        self._show_chip()

    @Slot()
    def _let_go(self) -> None:
        self._targets.stop()
        self._show_chip()

    def _target(self) -> Subject | None:
        chosen = self._selected if self._selected is not None and self._selected.kind in KINDS else None
        return chosen or self._targets.followed

    def _show_chip(self) -> None:
        subjects = list(self._targets.locked)
        if self._selected is not None and self._selected.kind in KINDS and self._selected not in subjects:
            subjects.append(self._selected)
        self.chip.show_rows([self._row(subject) for subject in subjects])

    def _row(self, subject: Subject) -> TargetRow:
        targets, now, fix = self._targets, self._pane.now, self._fix(subject)
        followed = subject == targets.followed
        far = "图外 Z · " if not followed and self._pane.is_far(subject) else ""
        hint = "跟随中 Esc" if followed else "回到" if subject in targets.locked else f"{far}锁定 L · 航迹 T"
        vessel = self._vessel(subject)
        if fix is None and vessel is not None:  # told by its own terminal only
            return TargetRow(subject, vessel.name, f"{vessel.sog_kn:.1f} kn · {vessel.doing}", hint, followed)
        if fix is None or now is None:
            return TargetRow(subject, self._name(subject), "无船位", hint, followed, silent=True)
        age = (now - fix.at).total_seconds()
        speed = "航速未知" if np.isnan(fix.sog_kn) else f"{fix.sog_kn:.1f} kn"
        lost = age > LOST_S
        said = f"静默 {duration(age)}" if lost else f"{speed} · {ago(fix.at, now)}"
        return TargetRow(subject, self._name(subject), said, hint, followed, lost)

    def _fix(self, subject: Subject) -> PositionFix | None:
        mmsi, fleet = _mmsi(subject), self._pane.fleet
        return fleet.find(mmsi) if fleet is not None and mmsi is not None else None

    def _name(self, subject: Subject) -> str:
        if subject.kind == "boat":
            boat = self._pane.boats.get(subject.id)
            return boat.vessel_no if boat is not None else f"MMSI {subject.id}"
        vessel = self._vessel(subject)
        return vessel.name if vessel is not None else subject.id

    def _vessel(self, subject: Subject) -> CollectionVessel | None:
        vessels: Sequence[CollectionVessel] = self._pane.records("collection_vessels")
        return next((v for v in vessels if v.id == subject.id), None) if subject.kind == KINDS[1] else None


def _mmsi(subject: Subject | None) -> int | None:
    """Of a boat or a collection vessel: both are known by it."""
    known = subject is not None and subject.kind in KINDS and subject.id.isdecimal()
    return int(subject.id) if known and subject is not None else None
