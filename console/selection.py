"""What the officer points at: one alert for the card, one thing for every pane that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console import tally
from services.domain.alert import Alert
from services.domain.snapshot import Subject


@dataclass(frozen=True, slots=True)
class Selection:
    alert_id: str = ""
    subject: Subject | None = None

    @property
    def alert(self) -> Subject | None:
        return Subject("alert", self.alert_id) if self.alert_id else None


def pointed(subject: Subject | None, alerts: Sequence[Alert], before: Selection) -> Selection:
    """An alert stands for the thing it is about; a thing brings the worst alert about it, and keeps
    the card as it was when there is none."""
    if subject is not None and subject.kind == "alert":
        alert = next((a for a in alerts if a.id == subject.id), None)
        return Selection(subject.id, tally.about(alert) if alert else None)
    about = [a for a in tally.worst_first(tally.shown(alerts)) if tally.about(a) == subject]
    return Selection(about[0].id if about else before.alert_id, subject)


def worst(alerts: Sequence[Alert], scene: str) -> Subject | None:
    """The alert a desk starts with: the worst of the scene, else of the district."""
    visible = tally.worst_first(tally.shown(alerts))
    mine = [a for a in visible if a.scene == scene] or visible
    return Subject("alert", mine[0].id) if mine else None
