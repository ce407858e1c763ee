"""改动: the numbers of a rule changed in place, the lines that differ, and every step a version can take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from services.domain.officer import Officer, Role
from services.domain.release import (
    BEFORE_APPROVAL,
    LIMITS,
    STAGE_WORDS,
    Activate,
    Approve,
    AskBackTest,
    Discard,
    Draft,
    Release,
    Return,
    RollBack,
    Stage,
    StartShadow,
    Submit,
)
from services.domain.release_course import refusal
from services.domain.rule_text import (
    LEVEL_WORDS,
    NoSuchNumber,
    RuleNumber,
    around_change,
    lines_changed,
    numbers_of,
    version_in,
    with_number,
    with_version,
)
from services.domain.snapshot import Subject
from widgets.duty_list import Act, DutyListPane, Row
from widgets.look import Look
from widgets.paint import LEFT, elide, text, wrap
from widgets.pane import Pane
from widgets.rule_pane import OfRule

SPANS = (30, 90, 180)
SHADOWS = (LIMITS.shadow_days, 3, 1, 0)
MAIN_KEY = "Ctrl+Enter"
NOBODY = Officer("", "", Role.WALL)


class RuleEditPane(OfRule, DutyListPane):
    """Numbers changed here are a sketch of this pane until they are drafted with a reason. Nothing is modal."""

    empty = "没有改动。按 E 改一个数值"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: Any = None) -> None:
        super().__init__(title, options, look, parent)
        self.sketch = ""  # the text with the numbers set so far; empty when nothing was set
        self._offered: Sequence[RuleNumber] = ()

    def records(self, topic: str) -> Any:
        return Pane.records(self, topic)

    def select(self, subject: Subject | None) -> None:
        if self.follow(subject):
            self.sketch = ""
            self.refresh()

    # -- texts ---------------------------------------------------------------------------------

    @property
    def base_text(self) -> str:
        """What the change is told against: the active version's text."""
        case, entry = self.case, self.entry
        if case is not None and case.stage in BEFORE_APPROVAL:
            return case.base_text
        return entry.text if entry is not None else ""

    @property
    def text(self) -> str:
        """The sketch, else the version under way, else what runs."""
        case = self.case
        return self.sketch or (case.text if case is not None and case.stage is not Stage.ACTIVE else self.base_text)

    def make_rows(self) -> Sequence[Row]:
        case = self.case
        base = case.base_text if case is not None and not self.sketch else self.base_text
        lines = lines_changed(base, self.text if case is None or self.sketch else case.text)
        self.note = "未起草" if self.sketch else STAGE_WORDS[case.stage] if case is not None else ""
        return [Row(f"{nth}", line, 22, heading=True) for nth, line in enumerate(_trimmed(lines))]

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, line = self.look, str(row.record)
        painter.fillRect(box, look.colour("well"))
        fresh = line.startswith("+")
        shown = ("− " if line.startswith("-") else "+ " if fresh else "  ") + line[1:].strip()
        font = look.font("body", weight=500 if fresh else 400)
        inner = box.adjusted(look.px(8), 0, -look.px(4), 0)
        text(painter, inner, elide(shown, font, inner.width()), font, look.colour("text" if fresh else "text3"), LEFT)

    # -- buttons -------------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        case = self.case
        if self.entry is None:
            return ()
        if self.sketch:
            about = case if case is not None and case.stage in BEFORE_APPROVAL else None
            return (
                Act("draft", "起草", MAIN_KEY, self._why(Draft, about), primary=True),
                Act("edit", "再改", "E"),
                Act("drop", "撤销改动", "X"),
            )
        edit = Act(
            "edit", "改数值" if case is None or case.stage is Stage.ACTIVE else "再改", "E", self._why_edit(case)
        )
        if case is None:
            return (edit,)
        return tuple(Act(act.id, act.words, act.key, act.reason, act.primary) for act in self._steps(case, edit))

    def _steps(self, case: Release, edit: Act) -> Sequence[Act]:
        discard = Act("discard", "弃用", "Del", self._why(Discard, case))
        match case.stage:
            case Stage.ACTIVE:
                return (Act("roll_back", "退回", "R", self._why(RollBack, case)), edit)
            case Stage.APPROVED:
                return (Act("shadow", "影子", "Y", self._why(StartShadow, case), primary=True), discard)
            case Stage.SHADOW | Stage.READY:
                why = self._why(Activate, case)
                return (Act("activate", "生效", "G", why, primary=not why), discard)
        submit, approve = self._why(Submit, case), self._why(Approve, case)
        sent = case.stage is Stage.SUBMITTED
        return (
            Act("submit", "送值班长批准", MAIN_KEY, submit, primary=not submit),
            Act("approve", "批准", "P", approve, primary=sent and not approve),
            edit,
            discard,
            *([Act("return", "驳回", "R", self._why(Return, case))] if sent else []),
            Act("test", "回测", "B", self._why(AskBackTest, case)),
        )

    def _why(self, wish: type, case: Release | None) -> str:
        return refusal(case, wish, self.officer or NOBODY, self.now or datetime.now(UTC))

    def _why_edit(self, case: Release | None) -> str:
        """A version on its way past approval is left alone."""
        if case is not None and case.stage in (Stage.APPROVED, Stage.SHADOW, Stage.READY):
            return "途中的版本先办完"
        return self._why(Draft, None)

    def foot_room(self) -> int:
        lines = 1 + max((self._rows_of_buttons(self.acts())).values(), default=0)
        return 34 * lines + 52

    def act(self, what: str) -> None:
        case = self.case
        match what:
            case "edit":
                self._offer()
            case "drop":
                self.sketch = ""
                self.refresh()
            case "draft":
                self.question("draft", "为什么改", hint="理由，批准人会看到")
            case "approve":
                days = tuple("即可生效" if d == 0 else f"影子 {d} 日" for d in SHADOWS)
                self.question("approve", "批准", choices=days, chosen=0, hint="（可不填）意见；短于 7 日须写理由")
            case "test":
                self.question("test", "回测多久", choices=tuple(f"{days} 日" for days in SPANS), chosen=1)
            case "discard" | "return" | "roll_back":
                words = {"discard": "弃用", "return": "驳回给起草人", "roll_back": "退回上一版"}[what]
                self.question(what, words, hint="理由")
            case "submit" if case is not None:
                self.wish(Submit(case_id=case.id, expected_version=case.version))
            case "shadow" if case is not None:
                self.wish(StartShadow(case_id=case.id, expected_version=case.version))
            case "activate" if case is not None:
                self.wish(Activate(case_id=case.id, expected_version=case.version))

    def answer(self, question: str, choice: int, words: str) -> None:
        if question == "number":
            self._set(choice, words)
        elif question == "draft":
            self._draft(words)
        elif (case := self.case) is not None:
            about = {"case_id": case.id, "expected_version": case.version}
            match question:
                case "approve":
                    self.wish(Approve(**about, note=words, shadow_days=SHADOWS[max(0, choice)]))
                case "test":
                    self.wish(AskBackTest(**about, span_days=SPANS[max(0, choice)]))
                case "discard":
                    self.wish(Discard(**about, reason=words))
                case "return":
                    self.wish(Return(**about, reason=words))
                case "roll_back":
                    self.wish(RollBack(**about, reason=words))

    def done_words(self, outcome: Any) -> str:
        self.sketch = ""
        return f"{STAGE_WORDS[outcome.case.stage]} {outcome.case.id}" if outcome.case is not None else "已记录"

    # -- the form ------------------------------------------------------------------------------

    def _offer(self) -> None:
        self._offered = numbers_of(self.text)[:9]
        if not self._offered:
            self.say("这条规则没有可改的数值")
            return
        choices = tuple(f"{number.label} {number.shown}" for number in self._offered)
        self.question("number", "改哪个数值，改成多少", choices=choices, chosen=0, hint="新值；级别写 红 橙 黄 蓝")

    def _set(self, choice: int, words: str) -> None:
        number = self._offered[max(0, choice)]
        try:
            value = self._value(number, words)
            changed = with_number(self.text, number.path, value)
        except (ValueError, NoSuchNumber):
            self.say(f"{number.label}：“{words}”不是可用的{'级别' if isinstance(number.value, str) else '数'}")
            return
        version = version_in(self.base_text) + 1
        case = self.case
        if case is not None and case.stage in BEFORE_APPROVAL:
            version = case.rule_version
        self.sketch = with_version(changed, version)
        self.refresh()

    def _value(self, number: RuleNumber, words: str) -> float | str:
        if isinstance(number.value, str):
            return next(word for word, shown in LEVEL_WORDS.items() if words in (word, shown))
        return float(words)

    def _draft(self, reason: str) -> None:
        entry, case = self.entry, self.case
        if entry is None:
            return
        about: dict[str, Any] = {}
        if case is not None and case.stage in BEFORE_APPROVAL:
            about = {"case_id": case.id, "expected_version": case.version}
        self.wish(
            Draft(
                **about, rule_id=entry.id, base_version=version_in(self.base_text), text=self.sketch,
                base_text=self.base_text, reason=reason,
            )
        )  # fmt: skip

    # -- Qt and layout -------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_main(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (_is_main(event) and self.press(MAIN_KEY)):
            super().keyPressEvent(event)

    def _rows_of_buttons(self, acts: Sequence[Act]) -> dict[str, int]:
        """On which line of the foot each button stands."""
        look, x, line, found = self.look, self.look.pad, 0, {}
        for act in acts:
            button = self._buttons.get(act.id) or self._made(act)
            button.setText(act.words)
            button.set_reason(act.reason)
            wide = button.sizeHint().width()
            if x + wide > self.width() - look.pad and x > look.pad:
                x, line = look.pad, line + 1
            found[act.id] = line
            x += wide + look.px(6)
        return found

    def _dress_buttons(self) -> None:
        acts = self.acts()
        lines = self._rows_of_buttons(acts)
        for name, button in self._buttons.items():
            button.setVisible(name in lines)
        look = self.look
        top = self.height() - look.px(self.foot_room() - 6)
        x, before = look.pad, 0
        for act in acts:
            button = self._buttons[act.id]
            button.key = act.key
            button.set_primary(act.primary)
            line = lines[act.id]
            x = look.pad if line != before else x
            before = line
            wide = min(button.sizeHint().width(), self.width() - look.pad - x)
            button.setGeometry(x, top + look.px(34) * line, wide, look.px(28))
            x += wide + look.px(6)

    def _paint_foot(self, painter: QPainter, box: QRect) -> None:
        """What became of the last wish; else what every step leaves behind."""
        look, font = self.look, self.look.font("tick")
        words = self._said or "每步写入审计链。草案不改动正在运行的规则，旧预警不受影响。"
        y = self.height() - look.px(42)
        for line in wrap(words, font, self.width() - 2 * look.pad)[:2]:
            ink = look.colour("text" if self._said else "text3")
            text(painter, QRect(look.pad, y, self.width() - 2 * look.pad, look.px(18)), line, font, ink, LEFT)
            y += look.px(18)


def _trimmed(lines: Sequence[str]) -> list[str]:
    """A removed line and the added one after it, each from where they begin to differ."""
    shown = list(lines)
    gone = [nth for nth, line in enumerate(lines) if line.startswith("-")]
    come = [nth for nth, line in enumerate(lines) if line.startswith("+")]
    for old, new in zip(gone, come, strict=False):
        first, second = lines[old][1:].strip(), lines[new][1:].strip()
        shown[old], shown[new] = f"-{around_change(first, second)}", f"+{around_change(second, first)}"
    return shown


def _is_main(event: QKeyEvent) -> bool:
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
