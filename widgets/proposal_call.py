"""呼叫: the owner of the boat whose hand-in is shown. Masks only; what became of a call goes into the duty log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.domain.alert import Action, Command
from services.domain.boats import FishingBoat, HandInRequest
from services.domain.duty_log import CALL_WORDS, Called, CallResult
from widgets.hand_ins import worst_alerts

if TYPE_CHECKING:
    from widgets.duty_list import DutyListPane

_RESULTS = tuple(CallResult)


def owner_of(pane: DutyListPane, request: HandInRequest) -> FishingBoat | None:
    """The boat of a hand-in, with its owner; None when the register does not know it."""
    every: Sequence[FishingBoat] = pane.records("boat_register")
    return next((boat for boat in every if boat.id == request.boat_id), None)


def ask_call(pane: DutyListPane, request: HandInRequest) -> None:
    boat = owner_of(pane, request)
    if boat is not None:
        words = f"{boat.vessel_no} 船东 {boat.owner} {boat.phone}"
        pane.question("call", words, choices=tuple(CALL_WORDS.values()), chosen=0, hint="（可不填）说了什么")


def note_call(pane: DutyListPane, request: HandInRequest, choice: int, words: str) -> None:
    """Into the log; with an open alert about the hand-in, there too."""
    boat = owner_of(pane, request)
    if boat is None:
        return
    result, alert = _RESULTS[max(0, choice)], worst_alerts(pane.records("alerts")).get(request.id)
    who = f"{boat.vessel_no} 船东 {boat.owner} {boat.phone}"
    said = "，".join(part for part in (f"申请 {request.number}", words) if part)
    pane.wish(Called(contact=who, result=result, text=said, alert_id=alert.id if alert is not None else ""))
    if alert is not None:
        note = "，".join(part for part in (f"电话 {who} {CALL_WORDS[result]}", words) if part)
        pane.asked.emit("action", Command(alert.id, Action.NOTE, alert.version, text=note))
