"""What the card has asked the store about its alert, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.alert import Alert, Outcome
from services.domain.question import SIMILAR, VEHICLE, Question
from services.domain.similar import SimilarCase
from widgets.card_vehicle import Shots, unpacked


class Asked:
    """Of one alert at a time: an answer about another comes too late and is dropped."""

    def __init__(self) -> None:
        self.cases: Sequence[SimilarCase] | None = None  # None: not answered yet
        self.trouble = ""  # why the past cases cannot be told
        self.shots: Shots | None = None
        self._about = ""
        self._rests_on: tuple[str, ...] = ()

    def about(self, alert_id: str) -> Sequence[Question]:
        """Begin with another alert: what to ask of it."""
        self._about, self._rests_on = alert_id, ()
        self.cases, self.trouble, self.shots = None, "", None
        return (Question(SIMILAR, alert_id),) if alert_id else ()

    def again(self, alert: Alert | None) -> Sequence[Question]:
        """What to ask now that the alert is as it is: of its vehicle, whenever it was seen once more."""
        if alert is None or alert.id != self._about or alert.subject_kind != "passage":
            return ()
        if alert.event_ids == self._rests_on:
            return ()
        self._rests_on = alert.event_ids
        return (Question(VEHICLE, alert.id),)

    def take(self, outcome: Outcome) -> bool:
        """Whether it was an answer about this alert."""
        if outcome.command == Question(SIMILAR, self._about):
            self.cases, self.trouble = outcome.case if outcome.done else (), outcome.refusal
        elif outcome.command == Question(VEHICLE, self._about):
            self.shots = unpacked(outcome.case) if outcome.done and outcome.case is not None else None
        else:
            return False
        return True
