"""What every pane of the rule desk is about: one rule, the version under way, its back-test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.backtest import BackTest
from services.domain.officer import Officer
from services.domain.release import Release, Stage
from services.domain.rule_book import RuleEntry
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.timebase import local
from widgets.look import Look
from widgets.pane import Pane

KIND = "rule"  # of the Subject


def proposed(entries: Sequence[RuleEntry]) -> str:
    """The rule to begin with: one with a version under way, else the first that spoke lately."""
    under_way = next((entry.id for entry in entries if entry.under_way), "")
    return under_way or next((entry.id for entry in entries if entry.alerts_7d), entries[0].id if entries else "")


def release_of(releases: Sequence[Release], rule_id: str) -> Release | None:
    """The version of a rule that officers work on: the one under way, else the active one."""
    mine = [case for case in releases if case.rule_id == rule_id and case.is_open]
    coming = [case for case in mine if case.stage is not Stage.ACTIVE]
    return (coming or mine or [None])[-1]


class OfRule:
    """A pane that follows the selected rule; mixed into a Pane with topics ``rule_book``, ``releases`` and
    ``backtests``."""

    followed = ""  # the rule's id, once one was selected

    def records(self, topic: str) -> Any:
        raise NotImplementedError

    @property
    def rule_id(self) -> str:
        return self.followed or proposed(self.records("rule_book"))

    @property
    def entry(self) -> RuleEntry | None:
        return next((entry for entry in self.records("rule_book") if entry.id == self.rule_id), None)

    @property
    def case(self) -> Release | None:
        return release_of(self.records("releases"), self.rule_id)

    @property
    def test(self) -> BackTest | None:
        """Of the version under way; without one, the newest of the rule."""
        case = self.case
        tests: Sequence[BackTest] = self.records("backtests")
        mine = [test for test in tests if test.rule_id == self.rule_id and (case is None or test.id == case.id)]
        return mine[0] if mine else None

    def follow(self, subject: Subject | None) -> bool:
        """True when another rule was selected."""
        if subject is None or subject.kind != KIND or subject.id == self.followed:
            return False
        self.followed = subject.id
        return True

    def nothing_said(self) -> str:
        """Why there is no back-test to show."""
        case, test = self.case, self.test
        if test is not None and test.doing:
            return f"{test.doing}… {100 * test.share:.0f} %"
        if case is None or case.stage is Stage.ACTIVE:
            return "没有草案。在“改动”里改一个数值，起草后自动回测"
        return "等待采集进程回测" if not case.complaints else "检查未过，不回测"


class RulePane(OfRule, Pane):
    """A painted pane about the selected rule."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.officer: Officer | None = None

    def records(self, topic: str) -> Any:
        return Pane.records(self, topic)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self.refresh()

    def select(self, subject: Subject | None) -> None:
        if self.follow(subject):
            self.refresh()
            self.update()

    def refresh(self) -> None:
        """What is about to be painted has changed."""


class TestedPane(RulePane):
    """Shows a back-test: its age is that of the run, not of the last word about rules."""

    __test__ = False  # not a test of ours

    def age_text(self) -> str:
        test = self.test
        if test is None or self.quality() is not Quality.GOOD:
            return super().age_text()
        if test.doing:
            return f"{test.doing} {100 * test.share:.0f} %"
        return f"更新于 {local(test.run_at):%m-%d %H:%M:%S}"
