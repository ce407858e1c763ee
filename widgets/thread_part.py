"""The incident an alert stands in, as a part of its card: the others, and why each belongs."""

from __future__ import annotations

from services.domain.alert import Alert
from services.domain.incident import Incident
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.alert_lines import about
from widgets.card_flow import INDENT, Flow
from widgets.words import SCENE_WORDS


def thread(flow: Flow, alert: Alert, incident: Incident | None) -> None:
    """A click on another alert selects it."""
    if incident is None:
        return
    flow.landmark(f"事件 {len(incident.members)} 件")
    held = f"主办 {incident.owner}" if incident.owner else "未签收"
    flow.head(f"同一事件 {incident.id}", f"{len(incident.members)} 件 · {held}")
    if alert.linked_why:
        flow.line(alert.linked_why)
    for other in incident.members:
        if other.id != alert.id:
            _member(flow, other, is_parent=other.id == incident.parent.id)


def _member(flow: Flow, other: Alert, *, is_parent: bool) -> None:
    top, indent = flow.y, flow.look.px(INDENT)
    flow.glyph(other.level, signed=other.is_signed)
    title = f"{other.title}（主）" if is_parent else other.title
    flow.line(title, f"{local(other.occurred_at):%H:%M}", "text" if other.is_open else "text3", indent)
    where = " · ".join((SCENE_WORDS.get(other.scene, other.scene), *about(other.subject, other.place)))
    flow.line(where if other.is_open else f"{where} · 已办结", "", "text3", indent, small=True)
    flow.click(top, Subject("alert", other.id))
