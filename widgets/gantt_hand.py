"""A planned stop in an officer's hand: picked up, held over a place, put down there or let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect

from services.domain.deed import Wish
from services.domain.dispatch_plan import ReassignVessel, ReorderRoute
from widgets.gantt_frame import Hit
from widgets.plan_draft import Desk, Draft, Trial, tried, why_fixed

if TYPE_CHECKING:
    from widgets.gantt import GanttPane

STARTS_AT = 5  # logical px of movement before a press becomes a drag


class Hand:
    """At most one stop is held. Nothing is asked for before it is put down and a reason is given."""

    def __init__(self, pane: GanttPane) -> None:
        self._pane = pane
        self.pressed: Hit | None = None
        self.held: Hit | None = None
        self.at = QPoint()
        self.trial: Trial | None = None
        self.by_keys = False
        self._pressed_at = QPoint()
        self._desk: Desk | None = None

    @property
    def is_dragging(self) -> bool:
        return self.held is not None and not self.by_keys

    @property
    def draft(self) -> Draft | None:
        return self.trial.draft if self.trial is not None else None

    @property
    def can_put_down(self) -> bool:
        return self.trial is not None and self.trial.route is not None

    # -- with the mouse --------------------------------------------------------------------------

    def press(self, hit: Hit, at: QPoint) -> None:
        self.let_go()
        self.pressed, self._pressed_at = hit, at

    def move(self, at: QPoint) -> None:
        """The mouse moved with its button down."""
        self.at = at
        if self.held is None and self.pressed is not None:
            if (at - self._pressed_at).manhattanLength() < self._pane.look.px(STARTS_AT):
                return
            self._pick_up(self.pressed)
        if self.held is not None:
            self._hold_over(at)

    def _pick_up(self, hit: Hit) -> None:
        desk = self._pane.desk()
        if hit.stop is None or not hit.request_id or desk is None:
            self.pressed = None
            return
        if why := why_fixed(desk, hit.request_id):
            self._pane.say(why)
            self.pressed = None
            return
        self._desk, self.held = desk, hit

    def _hold_over(self, at: QPoint) -> None:
        held, desk = self.held, self._desk
        assert held is not None and desk is not None
        vessel_id = self._pane.vessel_at(at.y()) or held.vessel_id
        place = self._place(desk, vessel_id, held.request_id, at.x()) if vessel_id == held.vessel_id else 0
        self._try(Draft(held.request_id, held.number, held.vessel_id, vessel_id, place))

    def _place(self, desk: Desk, vessel_id: str, request_id: str, x: int) -> int:
        """Among what the vessel has not begun: in front of the first whose middle is right of the mouse."""
        middles = {hit.request_id: hit.box.center().x() for hit in self._pane.stops_of(vessel_id)}
        others = [one for one in desk.order(vessel_id) if one != request_id]
        return sum(middles.get(one, 0) < x for one in others)

    def _try(self, draft: Draft) -> None:
        if self._desk is not None and (self.trial is None or self.trial.draft != draft):
            self.trial = tried(draft, self._desk)

    def release(self) -> bool:
        """The button is up. True when something was put down that can be asked for."""
        self.pressed = None
        if self.held is None:
            return False
        if self.can_put_down:
            self.held = None
            return True
        if self.trial is not None and not self.trial.unchanged:
            self._pane.say(self.trial.words)
        self.let_go()
        return False

    # -- with the keys ---------------------------------------------------------------------------

    def step(self, hit: Hit, by: int) -> None:
        """One place earlier or later within its vessel, from where it is held now."""
        desk = self._pane.desk()
        if desk is None:
            return
        if why := why_fixed(desk, hit.request_id):
            self._pane.say(why)
            return
        order = desk.order(hit.vessel_id)
        if hit.request_id not in order:
            self._pane.say(f"{hit.number} 已在前往，只能改派他船")
            return
        kept = self.draft is not None and self.draft.request_id == hit.request_id and self.by_keys
        at = self.draft.at if kept and self.draft is not None else order.index(hit.request_id)
        self._desk, self.by_keys, self.pressed = desk, True, None
        at = max(0, min(at + by, len(order) - 1))
        self._try(Draft(hit.request_id, hit.number, hit.vessel_id, hit.vessel_id, at))
        if self.trial is not None:
            self._pane.say(self.trial.words)

    def let_go(self) -> None:
        self.pressed = self.held = self.trial = self._desk = None
        self.by_keys = False

    # -- what is asked ---------------------------------------------------------------------------

    def question(self) -> str:
        trial = self.trial
        if trial is None or trial.route is None:
            return ""
        word = "改派" if trial.draft.changes_vessel else "改序"
        return f"{word} {trial.words}。理由"

    def wish(self, reason: str) -> Wish | None:
        """With the version of the plan it was tried on: who changed it meanwhile comes first."""
        trial, desk = self.trial, self._desk
        if trial is None or trial.route is None or desk is None:
            return None
        draft, version = trial.draft, desk.state.base_version
        if draft.changes_vessel:
            about = {"request_id": draft.request_id, "vessel_id": draft.to_vessel}
            return ReassignVessel(**about, reason=reason, expected_version=version)
        return ReorderRoute(vessel_id=draft.to_vessel, request_ids=trial.order, reason=reason, expected_version=version)

    def ghost_box(self) -> QRect:
        """The held stop under the mouse."""
        if self.held is None:
            return QRect()
        box = QRect(self.held.box)
        box.moveCenter(self.at)
        return box
