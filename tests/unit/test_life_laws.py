"""Do the laws of an alert's life hold whatever officers, detections and the clock do, in any order?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.domain.alert import (
    Ack,
    Action,
    Alert,
    AlertLevel,
    Command,
    Condition,
    Detection,
    Evidence,
    Step,
    Verdict,
    Visibility,
    Work,
)
from services.domain.happening import Happening, HappeningKind
from services.domain.levels import LIMITS
from services.domain.life import (
    Refusal,
    clearing,
    decide,
    dues,
    evolve,
    expiring,
    following,
    raising,
    refusals,
    showing,
    suppressing,
)
from services.domain.officer import Officer, Role
from services.domain.reasons import FalseReason, ResultCode, ReturnReason, Satisfaction

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
EVERYONE = [Officer(role.value, f"{role.value}员", role, department="公安") for role in Role]
EVERYONE += [Officer(f"{role.value}2", f"{role.value}员", role, department="交通") for role in Role]
OFFICERS = st.sampled_from(EVERYONE)
LEVELS = st.sampled_from(list(AlertLevel))
WORDS = st.sampled_from(["", "文字"])
WAY = (
    Action.SIGN,
    Action.VERIFY,
    Action.DISPATCH,
    Action.ACCEPT,
    Action.HANDLE,
    Action.FEEDBACK,
    Action.REVIEW,
    Action.CLOSE,
)
LEADER = Officer("b", "钱进", Role.DUTY_LEADER)
LEAD = Officer("l", "赵明", Role.SHIFT_LEAD)
TELLS = tuple(f"tell:{role}" for role in ("shift_lead", "dept_liaison", "duty_leader"))

FOUND = Detection("R|k", "R", 1, "", "community", AlertLevel.BLUE, "疑似", "", "", "estate", "E1", "", START)

MOVES = {
    Work.NEW: {Work.VERIFYING, Work.MERGED, Work.CLOSED},
    Work.VERIFYING: {Work.DISPATCHED, Work.CLOSED, Work.MERGED},
    Work.DISPATCHED: {Work.ACCEPTED, Work.RETURNED, Work.MERGED},
    Work.ACCEPTED: {Work.HANDLING, Work.MERGED},
    Work.HANDLING: {Work.FEEDBACK, Work.SUSPENDED, Work.MERGED},
    Work.FEEDBACK: {Work.REVIEW, Work.MERGED},
    Work.REVIEW: {Work.CLOSED, Work.REWORK, Work.MERGED},
    Work.CLOSED: {Work.ARCHIVED, Work.VERIFYING},
    Work.ARCHIVED: set(),
    Work.RETURNED: {Work.DISPATCHED, Work.CLOSED, Work.MERGED},
    Work.SUSPENDED: {Work.HANDLING, Work.MERGED},
    Work.REWORK: {Work.HANDLING, Work.MERGED},
    Work.MERGED: set(Work) - {Work.ARCHIVED, Work.MERGED},
}
MERGED_WITH = raising(None, replace(FOUND, key="R|other", level=AlertLevel.RED), START, "other")
assert MERGED_WITH is not None
PARENT = evolve(None, MERGED_WITH)


class Life(RuleBasedStateMachine):
    """One key: an alert at a time, and everything that may happen to it."""

    @initialize(level=LEVELS)
    def begin(self, level: AlertLevel) -> None:
        self.now = START
        self.log: list[Happening] = []
        self.alert: Alert | None = None
        self.seen_lines: set[tuple[str, str]] = set()
        self.born = 0
        self.fired: set[tuple[str, datetime]] = set()
        self._detect(level, "0")

    # ------------------------------------------------------------------------------- what happens

    @rule(level=LEVELS, line=st.sampled_from("01234"), back_min=st.integers(0, 60))
    def detect(self, level: AlertLevel, line: str, back_min: int) -> None:
        self._detect(level, line, back_min)

    @rule(
        action=st.sampled_from(list(Action)),
        who=OFFICERS,
        text=WORDS,
        dept=WORDS,
        reason=st.sampled_from([None, *FalseReason]),
        until_min=st.sampled_from([None, -5, 30, 90, 2000]),
        parent=st.sampled_from(["", "other"]),
        level=st.sampled_from([None, *AlertLevel]),
        back=st.sampled_from([None, *ReturnReason]),
        result=st.sampled_from([None, *ResultCode]),
        photos=st.sampled_from([(), ("ab" * 32,), ("photo.jpg",)]),
        happy=st.sampled_from([None, *Satisfaction]),
        released=st.sampled_from([(), (0,), (0, 9)]),
    )
    def command(
        self, action, who, text, dept, reason, until_min, parent, level, back, result, photos, happy, released
    ) -> None:
        until = None if until_min is None else self.now + timedelta(minutes=until_min)
        wish = Command(self.alert.id, action, self.alert.version, text, dept, reason, until, parent, level)
        self._command(
            who,
            replace(
                wish, return_reason=back, result=result, photos=photos, satisfaction=happy, released=released, line=0
            ),
        )

    @rule(pick=st.integers(0, 999), span_min=st.sampled_from([20, 60]), level=LEVELS)
    def do_something_a_button_offers(self, pick: int, span_min: int, level: AlertLevel) -> None:
        """Blind commands seldom get far; this makes every state common."""
        offered = [(who, a) for who in EVERYONE for a, why in refusals(self.alert, who).items() if not why]
        if offered:
            who, action = offered[pick % len(offered)]
            until = self.now + timedelta(minutes=span_min) if action in (Action.SHELVE, Action.SUSPEND) else None
            self._command(who, replace(self._filled(action), until=until, level=level, line=0))

    def _command(self, who: Officer, command: Command) -> None:
        before, action = self.alert, command.action
        offered = refusals(before, who)[action]
        try:
            happening = decide(before, command, who, self.now, LIMITS, PARENT if command.parent_id else None)
        except Refusal as why:
            assert why.reason_zh
            return
        self._keeps_the_rules_of_people(before, command, who)
        assert offered == "", "the button said no and the command was done"
        assert who.role not in (Role.WALL, Role.ENGINE)
        if action is Action.SHELVE:
            assert before.level is not AlertLevel.RED
        after = self._take(happening, by_hand=action is Action.RELEVEL)
        if action is Action.UNSHELVE:
            assert after.ack is Ack.ACKED
        if action is Action.MERGE:
            assert (after.clocks, after.clocks_before) == (PARENT.clocks, before.clocks)
        if action is Action.UNMERGE:
            assert after.clocks == before.clocks_before

    def _keeps_the_rules_of_people(self, before: Alert, command: Command, who: Officer) -> None:
        action, red = command.action, before.level is AlertLevel.RED
        if action in (Action.RELEVEL, Action.REFUSE_SUSPENSION, Action.CONFIRM, Action.REOPEN):
            assert who.role in (Role.SHIFT_LEAD, Role.DUTY_LEADER)
        if who.role is Role.DEPT_LIAISON:
            assert who.department == before.department
        if action is Action.CLOSE:
            assert before.verdict is not None
            assert not red or (who.role is Role.DUTY_LEADER and who.id != before.judged_by)
            assert not red or before.verdict is Verdict.TRUE or before.confirmed_by not in ("", before.judged_by)
            assert command.satisfaction or before.verdict is not Verdict.TRUE
        if action is Action.FEEDBACK:
            assert command.result
            assert command.photos == ("ab" * 32,) or before.level < AlertLevel.ORANGE
        if action is Action.RETURN:
            assert command.return_reason
        if action is Action.DISPATCH and before.returns >= LIMITS.bounces:
            assert who.role in (Role.SHIFT_LEAD, Role.DUTY_LEADER)

    @rule()
    def the_parent_ends(self) -> None:
        if self.alert.work is Work.MERGED:
            ended = replace(PARENT, work=Work.CLOSED, verdict=Verdict.TRUE)
            self._take(following(self.alert, ended, self.now))

    @rule(steps=st.integers(1, 9))
    def go_the_straight_way(self, steps: int) -> None:
        """Random commands seldom get far; this makes the late states common."""
        for action in WAY[:steps]:
            who = LEADER if action is Action.CLOSE else LEAD
            if refusals(self.alert, who)[action] == "":
                self._take(decide(self.alert, self._filled(action), who, self.now))

    def _filled(self, action: Action) -> Command:
        return Command(
            self.alert.id,
            action,
            self.alert.version,
            "文字",
            "公安",
            FalseReason.TEST,
            parent_id="other" if action is Action.MERGE else "",
            return_reason=ReturnReason.UNCLEAR,
            result=ResultCode.DONE,
            photos=("ab" * 32,),
            satisfaction=Satisfaction.SATISFIED,
        )

    @rule(minutes=st.sampled_from([1, 4, 11, 35, 200, 3000, 20_000]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(late_min=st.sampled_from([0, 0, 5]))
    def the_next_deadline_comes(self, late_min: int) -> None:
        coming = [due.due_at for due in dues(self.alert) if due.due_at > self.now]
        if coming:
            self.now = min(coming) + timedelta(minutes=late_min)
            self.the_clock_looks()

    @rule()
    def the_clock_looks(self) -> None:
        for due in sorted(dues(self.alert), key=lambda d: d.due_at):
            before = self.alert
            happening = expiring(before, due.what, self.now)
            if due.due_at > self.now:
                assert happening is None
            if happening is None:
                continue
            assert (before.id, due.what, due.due_at) not in self.fired, "a deadline fired twice"
            self.fired.add((before.id, due.what, due.due_at))
            assert happening.late == (self.now - due.due_at > timedelta(minutes=1))
            if due.what in (Step.ACK.value, *TELLS):
                assert happening.text, "nobody was told"
                assert before.is_open
                assert before.ack is Ack.UNACK, "escalated after it was signed"
                assert before.visibility is not Visibility.SHELVED
            after = self._take(happening)
            if due.what == "unshelve":
                assert after.ack is Ack.UNACK
            assert due not in dues(after)

    @rule(auto=st.booleans())
    def becomes_normal(self, auto: bool) -> None:
        before = self.alert
        happening = clearing(before, self.now, auto)
        if happening is None:
            return
        after = self._take(happening)
        assert after.condition is Condition.RTN
        assert after.ack is before.ack
        if after.work is not before.work:
            assert auto
            assert before.level is AlertLevel.BLUE

    @rule(out=st.booleans())
    def is_suppressed(self, out: bool) -> None:
        happening = suppressing(self.alert, "停电", self.now, out)
        if happening is not None:
            assert self.alert.level is not AlertLevel.RED
            self._take(happening)

    @rule()
    def is_shown(self) -> None:
        happening = showing(self.alert, self.now)
        if happening is not None:
            self._take(happening)

    @precondition(lambda self: self.alert.version > 1)
    @rule(who=OFFICERS, action=st.sampled_from(list(Action)), behind=st.integers(1, 5))
    def a_stale_screen_commands(self, who: Officer, action: Action, behind: int) -> None:
        """What an officer could not have seen is refused; that he was only behind on repeats is not."""
        version = self.alert.version - behind
        if version < self.alert.acted_version:
            command = Command(self.alert.id, action, version, "文字", "公安", FalseReason.TEST)
            try:
                decide(self.alert, command, who, self.now)
            except Refusal as why:
                assert "请看最新" in why.reason_zh
            else:
                raise AssertionError("a command on an old version was done")

    # -------------------------------------------------------------------------------- what holds

    def teardown(self) -> None:
        if hasattr(self, "log"):
            self._the_log_alone_gives_the_alert()

    def _the_log_alone_gives_the_alert(self) -> None:
        """Through JSON, as the store keeps it."""
        rebuilt = None
        for happening in self.log:
            rebuilt = evolve(rebuilt, msgspec.json.decode(msgspec.json.encode(happening), type=Happening))
        assert rebuilt == self.alert

    @invariant()
    def no_evidence_is_lost(self) -> None:
        assert self.seen_lines <= {(line.text, line.stance) for line in self.alert.evidence}

    @invariant()
    def a_closed_alert_has_a_verdict(self) -> None:
        if self.alert.work in (Work.CLOSED, Work.ARCHIVED):
            assert self.alert.verdict is not None
            assert self.alert.closed_at is not None
            assert dues(self.alert) == ()

    @invariant()
    def red_is_never_hidden(self) -> None:
        if self.alert.level is AlertLevel.RED and self.alert.is_open:
            assert self.alert.visibility is Visibility.VISIBLE

    @invariant()
    def no_rung_is_due_once_signed_or_ended(self) -> None:
        if self.alert.is_signed or not self.alert.is_open:
            assert not {due.what for due in dues(self.alert)} & {Step.ACK.value, *TELLS}

    @invariant()
    def what_is_merged_has_a_parent_and_nothing_to_come(self) -> None:
        if self.alert.work is Work.MERGED:
            assert self.alert.parent_id
            assert dues(self.alert) == ()

    @invariant()
    def a_shelf_has_an_end_and_nothing_else_has(self) -> None:
        assert (self.alert.visibility is Visibility.SHELVED) == (self.alert.shelved_until is not None)

    @invariant()
    def a_signature_has_a_name(self) -> None:
        assert (self.alert.ack is Ack.ACKED) == bool(self.alert.acked_by)

    # ----------------------------------------------------------------------------------- private

    def _detect(self, level: AlertLevel, line: str, back_min: int = 0) -> None:
        before = self.alert
        found = replace(
            FOUND,
            level=level,
            occurred_at=self.now - timedelta(minutes=back_min),
            evidence=(Evidence(f"线索{line}", str(len(self.log))),),
            event_ids=(str(len(self.log)),),
        )
        open_now = before if before is not None and before.is_open else None
        if open_now is None:
            self._the_log_alone_gives_the_alert()
            self.born += 1
            self.log, self.seen_lines = [], set()
            happening = raising(None, found, self.now, f"A{self.born}", before.id if before else "")
            self.alert = None
            after = self._take(happening)
            assert after.previous_id == (before.id if before else "")
            assert after.count == 1
            return
        after = self._take(raising(open_now, found, self.now, ""))
        assert after.count == open_now.count + 1
        rises = level > max(open_now.level, open_now.worst_found)
        assert after.level is (level if rises else open_now.level)
        assert after.worst_found is max(open_now.worst_found, level)
        if rises:
            assert after.ack is Ack.UNACK
            assert after.visibility is Visibility.VISIBLE
        else:
            assert (after.ack, after.shelved_until, after.clocks) == (
                open_now.ack,
                open_now.shelved_until,
                open_now.clocks,
            )

    def _take(self, happening: Happening | None, by_hand: bool = False) -> Alert:
        assert happening is not None
        before = self.alert
        self.alert = evolve(before, happening)
        self.log.append(happening)
        self.seen_lines |= {(line.text, line.stance) for line in self.alert.evidence}
        if before is not None:
            assert self.alert.version == before.version + 1
            assert self.alert.level >= before.level or by_hand
            assert set(before.photos) <= set(self.alert.photos)
            assert self.alert.notes[: len(before.notes)] == before.notes
            assert self.alert.steps[: len(before.steps)] == before.steps
            if self.alert.work is not before.work:
                assert self.alert.work in MOVES[before.work]
            if happening.kind is HappeningKind.MERGED:
                assert replace(self.alert, work=before.work).key == before.key
        return self.alert


TestLife = Life.TestCase
TestLife.pytestmark = [pytest.mark.timeout(60)]
TestLife.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
