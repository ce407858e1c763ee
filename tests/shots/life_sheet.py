"""Cards that ask: ``python -m tests.shots.life_sheet FOLDER``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from services.domain.alert import Ack, Action, Alert, AlertLevel, Evidence, Stance, Verdict, Work
from services.domain.officer import Officer, Role
from services.domain.snapshot import Subject
from tests.shots.alerts_sheet import ALERTS, FULL, WANG, snapshot
from tests.shots.sheet import NOW
from widgets.card import AlertCard
from widgets.look import Face, load_fonts, make_look

LEAD = Officer("li", "李强", Role.SHIFT_LEAD)
LIAISON = Officer("zhou", "周航", Role.DEPT_LIAISON, department="公安")


def signed(alert: Alert, **fields: object) -> Alert:
    return replace(alert, ack=Ack.ACKED, acked_by="王*", **fields)


EVIDENCE = (
    Evidence("30 日进出", "12 次"),
    Evidence("夜间进入", "8 次"),
    Evidence("水表读数", "与 1 人相符", Stance.AGAINST),
)
TASK = signed(FULL, work=Work.VERIFYING, evidence=EVIDENCE)
HANDLING = replace(TASK, work=Work.HANDLING, department="公安")
SHOTS: dict[str, tuple[Alert, Officer, Action | None, bool]] = {
    "dispatch": (TASK, WANG, Action.DISPATCH, False),
    "feedback": (replace(HANDLING, level=AlertLevel.ORANGE), LIAISON, Action.FEEDBACK, False),
    "return": (replace(TASK, work=Work.DISPATCHED, department="公安"), LIAISON, Action.RETURN, False),
    "relevel": (TASK, LEAD, Action.RELEVEL, False),
    "close": (replace(TASK, work=Work.REVIEW, verdict=Verdict.TRUE), WANG, Action.CLOSE, False),
    "merge": (TASK, WANG, Action.MERGE, False),
    "more": (replace(TASK, work=Work.HANDLING), WANG, None, True),
    "handling": (replace(TASK, work=Work.HANDLING, suspension_asked="等备件"), LEAD, None, False),
    "confirm": (replace(TASK, level=AlertLevel.RED, verdict=Verdict.FALSE_ALARM, judged_by="w"), LEAD, None, False),
}


def main(folder: Path) -> None:
    app = QApplication.instance() or QApplication([])
    load_fonts()
    for name, (alert, officer, action, more) in SHOTS.items():
        card = AlertCard("", {}, make_look(Face.DESK))
        card.resize(391, 613)
        card.show_officer(officer)
        card.tick(NOW)
        card.show_snapshot(snapshot([alert, *(a for a in ALERTS if a.id != alert.id)]))
        card.select(Subject("alert", alert.id))
        card.show()
        if more:
            card.more.click()
        if action is not None:
            card.begin(action)
        app.processEvents()
        card.grab().save(str(folder / f"{name}.png"))
        card.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
