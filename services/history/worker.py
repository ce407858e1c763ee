"""Works off what officers asked of the rule desk: checks a draft, back-tests it, writes down what came of it.

It runs in a process of its own, so neither a screen nor the writer of events waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from services.collect.rule_files import rule_from_text
from services.domain.area import Area
from services.domain.backtest import BackTest, Rating
from services.domain.officer import ENGINE
from services.domain.release import LIMITS, Gate, Limits, NoteBackTest, NoteCheck, Release
from services.domain.release_gates import gates_of, summary_of
from services.domain.rule_file import RuleError
from services.history.backtest import CannotBackTestError, backtest
from services.history.version import read_version
from services.store.store import Store

KEPT = 30  # back-tests in the topic
TOPIC = "backtests"


class Worker:
    """``now`` is the district's clock; ``cache`` keeps exported days between runs."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        cache: Path | None = None,
        areas: Mapping[str, Area] | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._store = store
        self._now = now
        self._cache = cache
        self._areas = areas or {}
        self._limits = limits

    def waiting(self) -> tuple[Release, ...]:
        cases = self._store.cases("rule")
        return tuple(case for case in cases if case.waits_for_check or case.waits_for_back_test)

    def work_off(self) -> int:
        """Until nothing waits. How many steps were noted; a case that changed meanwhile is left for its new turn."""
        steps = 0
        tried: set[tuple[str, int]] = set()
        while True:
            case = next((c for c in self.waiting() if (c.id, c.version) not in tried), None)
            if case is None:
                return steps
            tried.add((case.id, case.version))
            steps += self._check(case) if case.waits_for_check else self._test(case)

    def _check(self, case: Release) -> bool:
        tests, complaints = checked(case, self._areas)
        wish = NoteCheck(case_id=case.id, expected_version=case.version, tests=tests, complaints=complaints)
        return self._store.perform(wish, ENGINE, self._now()).done

    def _test(self, case: Release) -> bool:
        try:
            test = self._run(case)
        except (RuleError, CannotBackTestError) as why:
            summary, gates = str(why), (Gate("历史回测", "不能回测", "须能回测", False),)
        else:
            self._keep(test)
            summary, gates = summary_of(test), gates_of(test, self._limits)
        wish = NoteBackTest(case_id=case.id, expected_version=case.version, summary=summary, gates=gates)
        return self._store.perform(wish, ENGINE, self._now()).done

    def _run(self, case: Release) -> BackTest:
        now = self._now()
        since = now - timedelta(days=case.asked_span_days)
        version = read_version(case.text, f"{case.rule_id}.toml", self._areas)
        base = read_version(case.base_text, f"{case.rule_id}.toml", self._areas)
        blank = self._blank(case, since, now)

        def progress(share: float, words: str) -> None:
            self._keep(replace(blank, share=share, doing=words))

        return backtest(
            version, self._store, since, now, now=now, against=base, case_id=case.id, cache=self._cache,
            progress=progress,
        )  # fmt: skip

    def _blank(self, case: Release, since: datetime, now: datetime) -> BackTest:
        """What stands while it runs: the result before, or nothing known."""
        before = next((t for t in self._store.snapshot(TOPIC, now).records if t.id == case.id), None)
        return before or BackTest(
            case.id, case.rule_id, case.rule_version, case.base_version, "", since, now, now, 0.0, 0, "", 0, 0,
            Rating(), Rating(),
        )  # fmt: skip

    def _keep(self, test: BackTest) -> None:
        others = [t for t in self._store.snapshot(TOPIC, self._now()).records if t.id != test.id]
        self._store.put_topic(TOPIC, [test, *others][:KEPT], self._now())


def checked(case: Release, areas: Mapping[str, Area]) -> tuple[int, tuple[str, ...]]:
    """How many tests of its own the text has, and what is wrong with it."""
    try:
        rule = rule_from_text(case.text, f"{case.rule_id}.toml", areas)
    except RuleError as why:
        return 0, (str(why),)
    wrong = []
    if rule.id != case.rule_id:
        wrong.append(f"编号 {rule.id} 不是 {case.rule_id}")
    if rule.version != case.rule_version:
        wrong.append(f"version 须为 {case.rule_version}，现为 {rule.version}")
    return len(rule.tests), tuple(wrong)
