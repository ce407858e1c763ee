"""交接单: what this shift leaves to the next, accepted line by line and signed by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect, Slot
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QWidget

from services.domain.anchor import Anchor
from services.domain.duty_sheet import Line, Section, Sheet, sheet
from services.domain.handover import (
    AcceptLine,
    Handover,
    PrepareHandover,
    SignHandover,
    Stand,
    Standing,
    State,
    WithdrawHandover,
    crews,
    red_refusal,
    stands,
    too_early,
)
from services.domain.proof import PASSWORD_NEEDED, Proof
from services.domain.roster import DutyShift
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets import duty_sheet_parts as parts
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.look import Look

AGAIN_AFTER = timedelta(seconds=10)  # deadlines come near though nothing changes


@dataclass(frozen=True, slots=True)
class Printable:
    """What the console prints: the sheet on the screen, who accepted what, and the end of the log."""

    sheet: Sheet
    handover: Handover | None
    anchor: Anchor | None
    now: datetime


class DutySheetPane(DutyListPane):
    """Topics: ``roster``, ``handovers``, ``alerts``, ``promises``, ``service_windows``, ``sources``,
    ``duty_notes``, ``chain_head``. Enter accepts the chosen line, R accepts it with a remark, S signs."""

    empty = "没有可交接的事项"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.sheet: Sheet | None = None
        self.handover: Handover | None = None
        self._stale = False  # something has come since it was worked out
        self._worked_at: datetime | None = None
        self._newest: Handover | None = None
        self._done: Handover | None = None  # the last one that both signed
        self._stands: dict[str, Stand] = {}
        self._queue: list[tuple[str, str]] = []  # accepted ahead of the answer to the one before
        key = QShortcut(QKeySequence("Ctrl+P"), self)
        key.activated.connect(self.print_sheet)

    # -- what is on it -------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """In a storm the sheet is worked out once a second, not at every alert."""
        if self.sheet is None:
            self.refresh()
        self._stale = True

    def tick(self, now: datetime) -> None:
        if self._stale or self._worked_at is None or now - self._worked_at >= AGAIN_AFTER:
            super().tick(now)
        else:
            self.now = now
            self.update()

    def make_rows(self) -> Sequence[Row]:
        self._work_out()
        if self.sheet is None:
            return ()
        rows: list[Row] = []
        high = parts.line_high(self.width(), self.look)
        for section in self.sheet.sections:
            if section.lines:
                rows.append(Row(f"head:{section.id}", section, 30, heading=True))
                rows += [Row(line.id, (section, line), high, heading=not section.accepted) for line in section.lines]
        return rows

    def _work_out(self) -> None:
        """The sheet of this second, worked out as the store will when a line is accepted."""
        now = self.now
        self.sheet, self._stale, self._worked_at = None, False, now
        if now is None or "alerts" not in self.snapshots:
            return
        held = [_newer(one, self._newest) for one in self.records("handovers")]
        if self._newest is not None and all(one.id != self._newest.id for one in held):
            held.append(self._newest)
        self.handover = next((one for one in held if one.is_open), None)
        done = [one for one in held if one.state is State.DONE]
        self._done = max(done, key=lambda one: one.done_at or now, default=None)
        if self.handover is not None:
            shift, following = self.handover.sheet.shift, self.handover.sheet.next_shift
        else:
            shift, following = crews(self.records("roster"), [one.sheet.shift.id for one in done], now)
        self.sheet = sheet(
            self.records("alerts"),
            self.records("promises"),
            self.records("service_windows"),
            self.records("sources"),
            self.records("duty_notes"),
            now,
            shift,
            following,
        )
        told = stands(self.handover, self.sheet) if self.handover is not None else ()
        self._stands = {stand.line.id: stand for stand in told}
        self.note = f"{local(shift.starts_at):%m-%d} {shift.name} → {following.name}"

    def proposed(self, keys: Sequence[str]) -> str:
        return next((stand.line.id for stand in self.left), keys[0] if keys else "")

    @property
    def left(self) -> list[Stand]:
        return [stand for stand in self._stands.values() if stand.standing is not Standing.ACCEPTED]

    # -- what may be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        if self.sheet is None:
            return ()
        red = red_refusal(self.sheet)
        out, coming = self.sheet.shift, self.sheet.next_shift
        printing = Act("print", "打印", "Ctrl+P")
        if self.handover is None:
            signed = (Act("print_last", f"打印 {self._done.id}", "L"),) if self._done is not None else ()
            early = too_early(out, self.now) if self.now else ""
            why = self._outside(out, "交班人员") or ("红色未签收" if red else early)
            return (Act("prepare", "编制交接单", "B", why, primary=True), printing, *signed)
        count = len(self.left)
        reading = self.handover.state is State.READING
        unread = f"还有 {count} 项" if count else "红色未签收" if red else ""
        mine = self._outside(coming, "接班人员")
        taken = "" if count else "已全部接收"
        signer = mine if reading else self._outside(out, "交班人员")
        return (
            Act("accept", "接收", "Enter", taken or mine, primary=bool(count)),
            Act("remark", "备注", "R", taken or mine),
            Act("sign", "接班签字" if reading else "交班签字", "S", unread or signer, primary=not count),
            Act("withdraw", "撤回", "W"),
            printing,
        )

    def _outside(self, shift: DutyShift, word: str) -> str:
        """Why the officer at the desk may not: not of this crew. The store says the same."""
        known = self.officer is not None and bool(shift.crew)
        return f"须{word}" if known and self.officer and not shift.has(self.officer.id) else ""

    def act(self, what: str) -> None:
        match what:
            case "prepare":
                self.wish(PrepareHandover())
            case "accept":
                self._accept("")
            case "remark":
                self.question("remark", "备注", hint="接收时的备注")
            case "sign":
                who = f"{self.officer.name[:1]}* 本人" if self.officer else "本人"
                self.question("sign", f"{who}签字，写入不可更改的记录", choices=("确认签字",))
            case "withdraw":
                self.question("withdraw", "撤回交接单", hint="撤回原因")
            case "print":
                self.print_sheet()
            case "print_last":
                self._print_signed()

    def answer(self, question: str, choice: int, words: str) -> None:
        case = self.handover
        if case is None:
            return
        match question:
            case "remark":
                self._accept(words)
            case "sign":
                self._prove("")
            case "password":
                self._prove(words)
            case "withdraw":
                self.wish(WithdrawHandover(case_id=case.id, expected_version=case.version, reason=words))

    def _prove(self, password: str) -> None:
        """The signature goes to the store only after the console has proved whose it is."""
        case = self.handover
        if case is not None:
            self._asked = SignHandover(case_id=case.id, expected_version=case.version, confirmed=True)
            self.asked.emit("prove", Proof(self._asked, password))

    def _accept(self, remark: str) -> None:
        """Accept the chosen line and go on to the next one that waits. Keys may be faster than the store:
        what is pressed meanwhile waits for the version the answer brings."""
        stand = self._stands.get(self.chosen)
        if stand is None or stand.standing is Standing.ACCEPTED:
            stand = next(iter(self.left), None)
        if stand is None or (stand.line.id, remark) in self._queue:
            return
        self._queue.append((stand.line.id, remark))
        self._choose_next(stand.line.id)
        if self._asked is None:
            self._send_next()

    def _choose_next(self, after: str) -> None:
        waiting = {line_id for line_id, _ in self._queue}
        keys = [stand.line.id for stand in self.left if stand.line.id not in waiting or stand.line.id == after]
        at = keys.index(after) if after in keys else -1
        if at + 1 < len(keys):
            self.choose(keys[at + 1])

    def _send_next(self) -> None:
        while self._queue and self.handover is not None:
            line_id, remark = self._queue.pop(0)
            stand = self._stands.get(line_id)
            if stand is not None:
                case, mark = self.handover, stand.line.mark
                self.wish(
                    AcceptLine(
                        case_id=case.id, expected_version=case.version, line_id=line_id, mark=mark, remark=remark
                    )
                )
                return

    def show_outcome(self, outcome: Any) -> None:
        if outcome.command is not self._asked:
            return
        if outcome.refusal == PASSWORD_NEEDED:
            self.question("password", f"{PASSWORD_NEEDED}，即签字", hint="口令", secret=True)
            return
        super().show_outcome(outcome)
        if isinstance(outcome.case, Handover):
            self._newest = outcome.case  # the answer may be here before the topic is
            self.refresh()
        if outcome.refusal:
            self._queue.clear()
        self._send_next()

    def done_words(self, outcome: Any) -> str:
        match outcome.command:
            case AcceptLine():
                return ""
            case SignHandover():
                return "交接完成" if outcome.case.state is State.DONE else "已签字，待交班人签字"
            case WithdrawHandover():
                return "已撤回"
        return "已编制，请接班人逐条接收"

    @Slot()
    def print_sheet(self) -> None:
        """Ctrl+P: as it stands on the screen."""
        if self.sheet is None or self.now is None:
            self.say("还没有可打印的交接单")
            return
        anchor = next(iter(self.records("chain_head")), None)
        self.asked.emit("print", Printable(self.sheet, self.handover, anchor, self.now))

    def _print_signed(self) -> None:
        """The sheet as both signed it, at the moment they did."""
        done = self._done
        if done is not None and done.done_at is not None:
            anchor = next(iter(self.records("chain_head")), None)
            self.asked.emit("print", Printable(done.sheet, done, anchor, done.done_at))

    def row_chosen(self, row: Row) -> None:
        line: Line = row.record[1]
        if line.subject.startswith("YJ-"):
            self.asked.emit("select", Subject("alert", line.subject))

    # -- painting ------------------------------------------------------------------------------

    def top_room(self) -> int:
        return parts.TOP

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        if self.sheet is not None:
            inner = body.adjusted(self.look.pad, 0, -self.look.pad, 0)
            parts.paint_counts(painter, inner, self.look, self.sheet)
            parts.paint_course(painter, inner, self.look, self.handover, len(self._stands), len(self.left))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if isinstance(row.record, Section):
            parts.paint_heading(painter, box, self.look, row.record)
        elif self.now is not None:
            section, line = row.record
            told = parts.Told(section.id, line, self._stands.get(line.id), self.now, self.handover is not None)
            parts.paint_line(painter, box, self.look, told)


def _newer(one: Handover, other: Handover | None) -> Handover:
    return other if other is not None and other.id == one.id and other.version > one.version else one
