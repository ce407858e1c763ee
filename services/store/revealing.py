"""What a mask hides, shown to one officer for a reason: never without its row in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from services.domain.alert import Alert
from services.domain.audit import Denied, Revealed, unrevealable
from services.domain.masked import Masked
from services.domain.officer import Officer
from services.store import cases, codec, scoping, states
from services.store.schema import topic_state

ONLY_MASK = "库中只存脱敏值，无法还原"
KEPT_IN = {"boat": "boat_register", "elder": "elders"}  # kind of subject → the topic that holds its record


@dataclass(frozen=True, slots=True)
class Shown:
    """``value`` is what the mask hid; where it is empty ``refusal`` says why. Show it for 60 s and keep it nowhere."""

    value: str = ""
    refusal: str = ""


def reveal(connection: Connection, alert_id: str, field: str, reason: str, officer: Officer, at: datetime) -> Shown:
    """Within a writing transaction: the row in the audit and the value, or the row and the refusal."""
    alert = cases.read_one(connection, alert_id)
    why = unrevealable(alert, reason, officer)
    if why or alert is None:
        scoping.note(connection, Denied("reveal", f"{alert_id} {field}", why), officer, at)
        return Shown(refusal=why)
    value = _value(connection, alert, field)
    scoping.note(connection, Revealed(alert_id, field, reason.strip(), value is not None), officer, at)
    return Shown(value) if value is not None else Shown(refusal=ONLY_MASK)


def _value(connection: Connection, alert: Alert, field: str) -> str | None:
    topic = KEPT_IN.get(alert.subject_kind)
    if topic is None:
        return None
    kept = select(topic_state.c.body).where(topic_state.c.topic == topic, topic_state.c.key == alert.subject_id)
    body = connection.execute(kept).scalar()
    hidden = getattr(codec.decode(states.record_type(topic), body), field, None) if body is not None else None
    return hidden.unmasked() if isinstance(hidden, Masked) else None
