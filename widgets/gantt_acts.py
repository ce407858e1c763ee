"""What is asked for from 船队计划: a lock, an order, another vessel. The last two with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.domain.alert import Outcome
from services.domain.dispatch_plan import DispatchPlan, LockStop, PlanStop, UnlockStop
from widgets.duty_rows import Act
from widgets.plan_sheet import OTHER, joined, may_not

if TYPE_CHECKING:
    from widgets.gantt import GanttPane

REASONS = ("顺路", "保承诺时间", "潮汐或海况", "船长要求", OTHER)


class GanttActs:
    """The buttons of the pane and the question it asks in place."""

    def __init__(self, pane: GanttPane) -> None:
        self._pane = pane
        given = pane.options.get("reasons")
        self._reasons = tuple(given) if given else REASONS

    @property
    def _stop(self) -> PlanStop | None:
        """The selected hand-in in the plan in force."""
        plan, wanted = self._pane.plan, self._pane.request_id
        if plan is None or not wanted:
            return None
        return next((s for route in plan.routes for s in route.stops if s.request_id == wanted), None)

    def buttons(self) -> Sequence[Act]:
        pane, stop = self._pane, self._stop
        if pane.look.is_wall or stop is None:
            return ()
        why = may_not(pane.officer) or ("正在送出" if pane.busy else "")
        if pane.hand.by_keys and pane.hand.can_put_down:
            return (Act("put", "下达", "Enter", why, primary=True), Act("leave", "放弃", "Esc"))
        return (Act("lock", f"{'解锁' if stop.locked else '锁定'} {stop.number}", "K", why),)

    def act(self, what: str) -> None:
        pane, plan, stop = self._pane, self._pane.plan, self._stop
        if what == "put":
            self.ask_reason()
        elif what == "leave":
            pane.let_go()
        elif plan is not None and stop is not None:
            wish = UnlockStop if stop.locked else LockStop
            pane.wish(wish(request_id=stop.request_id, expected_version=plan.version))

    def ask_reason(self) -> None:
        pane = self._pane
        if why := may_not(pane.officer) or ("正在送出" if pane.busy else ""):
            pane.let_go()
            pane.say(why)
            return
        pane.question("order", pane.hand.question(), choices=self._reasons, hint="（可不填）补充")

    def answer(self, choice: int, words: str) -> None:
        pane, reason = self._pane, joined(self._reasons, choice, words)
        if not reason:
            pane.say("选其他须写明理由")
            self.ask_reason()
            return
        wish = pane.hand.wish(reason)
        if wish is not None:
            pane.say("已送出，等待回执")
            pane.wish(wish)

    def done_words(self, outcome: Outcome) -> str:
        changed = outcome.case.last_change if isinstance(outcome.case, DispatchPlan) else ""
        return f"{changed} 已下达" if changed else "已下达"
