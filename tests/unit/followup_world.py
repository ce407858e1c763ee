"""A store with one alert about a truck, and the officers who work on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Action, Alert, AlertLevel, Command, Detection, Parameter
from services.domain.case_transfer import AskPackage, CaseTransfer, Exhibit, NotePackage, SendTransfer
from services.domain.deed import Wish
from services.domain.inspection_notice import InspectionNotice, IssueNotice, RecordInspection
from services.domain.officer import ENGINE, Officer, Role
from services.domain.timebase import SHANGHAI
from services.store.store import Store

START = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)  # a Monday
PLATE = "浙J7M35X"
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
WU = Officer("wu", "吴洁", Role.DEPT_LIAISON, department="生态环境")
HU = Officer("hu", "胡平", Role.DEPT_LIAISON, department="公安")


def exhaust(plate: str = PLATE, number: int = 1, rule: str = "R-CKP-01", **said: Any) -> Detection:
    found = Detection(
        key=f"{rule}|{plate}|{number}",
        rule_id=rule,
        rule_version=2,
        rule_text="遥感读数有效时，不透光度超过 30 %",
        scene="checkpoints",
        level=AlertLevel.YELLOW,
        title="尾气超标 38.2 %",
        subject=f"椒江二桥 · {plate}",
        wall_subject="椒江二桥 · 浙J·7**5X",
        subject_kind="passage",
        subject_id=f"p{number}",
        place="椒江二桥 北向",
        occurred_at=START - timedelta(seconds=5),
        department="生态环境",
        support=("公安交警",),
        parameters=(Parameter("不透光度 %", "38.2", "≤ 30"),),
        event_ids=(f"p{number}",),
        links=(f"vehicle:{plate}",),
    )
    return replace(found, **said)


@dataclass
class World:
    store: Store
    now: datetime = START
    alert_id: str = ""

    def find(self, found: Detection | None = None) -> Alert:
        found = found or exhaust()
        alert = next(one for one in self.store.report([found], self.now) if one.key == found.key)
        self.alert_id = alert.id
        return alert

    def alert(self, alert_id: str = "") -> Alert:
        found = self.store.alert(alert_id or self.alert_id)
        assert found is not None
        return found

    def do(self, officer: Officer, action: Action, alert_id: str = "", **said: Any) -> Alert:
        alert = self.alert(alert_id)
        outcome = self.store.perform(Command(alert.id, action, alert.version, **said), officer, self.now)
        assert outcome.done, outcome.refusal
        return self.alert(alert.id)

    def verified(self, found: Detection | None = None) -> Alert:
        self.find(found)
        self.do(WANG, Action.SIGN)
        return self.do(WANG, Action.VERIFY)

    def wish(self, wish: Wish, officer: Officer = WANG) -> Any:
        outcome = self.store.perform(wish, officer, self.now)
        assert outcome.done, outcome.refusal
        return outcome.case

    def refused(self, wish: Wish, officer: Officer = WANG) -> str:
        return self.store.perform(wish, officer, self.now).refusal

    def after(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        while self.store.expire(self.now):
            pass
        return self.now

    def issued(self, **said: Any) -> InspectionNotice:
        self.verified()
        return self.wish(IssueNotice(alert_id=self.alert_id, **said))

    def packed(self, department: str = "生态环境", *, ready: bool = True, **said: Any) -> CaseTransfer:
        """A transfer whose package was asked for, and made."""
        if not self.alert_id:
            self.verified()
        case = self.wish(AskPackage(alert_id=self.alert_id, department=department, **said))
        return self.made(case) if ready else case

    def made(self, case: CaseTransfer) -> CaseTransfer:
        exhibits = (Exhibit("case.json", 10, "a" * 64),)
        about = {"case_id": case.id, "expected_version": case.version}
        made = NotePackage(**about, sha256="b" * 64, sm3="", size=99, log_seq=3, exhibits=exhibits)
        return self.wish(made, ENGINE)

    def sent(self, department: str = "生态环境") -> CaseTransfer:
        case = self.packed(department)
        return self.wish(SendTransfer(case_id=case.id, expected_version=case.version, text="请依法处理"))

    def inspected(self, notice: InspectionNotice, *, passed: bool, officer: Officer = ENGINE, **said: Any) -> Any:
        return RecordInspection(
            case_id=notice.id,
            expected_version=notice.version,
            station="椒江检测站",
            inspected_at=self.now,
            passed=passed,
            **said,
        )
