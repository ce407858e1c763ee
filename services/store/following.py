"""What follows from a deed of a case: its alert moves with it, and those outside are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from services.domain.deed import Deed
from services.store import cases, outbox
from services.store.streams import STREAMS


def follow(connection: Connection, said: Sequence[tuple[Deed, Any]], terms: cases.Terms = cases.TERMS) -> bool:
    """Within the transaction that wrote the deeds. True when an alert moved."""
    outbox.write_of_cases(connection, said)
    about = [(deed, case) for deed, case in said if getattr(case, "alert_id", "")]
    if not about:
        return False
    docket = cases.Docket(connection, about[-1][0].at, terms)
    for deed, case in about:
        alert = docket.find(case.alert_id)
        happening = STREAMS[deed.stream].moves(alert, case, deed) if alert is not None else None
        if happening is not None:
            docket.add(happening)
    return docket.write()
