"""A confirmed fire, from one detector's row in the community's database to the hidden danger that was put right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from services.domain.alert import AlertLevel, Work
from services.domain.rectification import (
    AskRectification,
    BeginRectification,
    RecheckRectification,
    ReportRectified,
    State,
    on_time,
)
from services.domain.timebase import SHANGHAI
from services.store.store import Store
from tests.system.community_days import LI, WANG, CommunityDays
from tests.system.fire_world import AFTER, FIREMAN, PROPERTY, Case, device, report

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

START = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


def test_that_a_fire_is_confirmed_put_out_and_its_cause_put_right(store: Store, tmp_path: Path) -> None:
    with CommunityDays(store, tmp_path, START, only=("R-FIR",)) as days:
        device(days, "YG9001", "YG")
        device(days, "YG9002", "YG")
        device(days, "XHS9001", "XHS", None, azwz="北门外", jcz=0.28, dw="MPa", jd=121.4202, wd=28.6601)
        device(days, "XHS9002", "XHS", None, azwz="南门内", jd=121.4210, wd=28.6605)

        report(days, "YG9001")
        days.turn(seconds=5)
        (lone,) = days.alerts("R-FIR-01")
        assert lone.level is AlertLevel.ORANGE
        days.turn(minutes=2, seconds=30)
        assert days.alerts("R-FIR-01")[0].level is AlertLevel.ORANGE
        days.turn(seconds=40)  # three minutes, nobody answered
        (lone,) = days.alerts("R-FIR-01")
        assert (lone.level, lone.title) == (AlertLevel.RED, "单点烟感报警 无人确认")

        report(days, "YG9001")
        days.turn(seconds=30)
        report(days, "YG9002")
        days.turn(seconds=10)
        (fire,) = days.alerts("R-FIR-02")
        assert fire.level is AlertLevel.RED
        (near,) = [line.value for line in fire.evidence if line.text == "就近消火栓"]
        assert near.startswith("北门外 0.28 MPa")
        assert "南门内 压力未知" in near
        assert "119" in fire.guidance[0]

        case = Case(days, fire)
        case.signed_and_verified()
        case.sent("消防", f"119 已报，2 单元着火。水源：{near}")
        case.worked_on(FIREMAN, "电动车电池起火，已扑灭，无人员伤亡")
        case.closed("火已扑灭，转隐患整改")
        assert case.alert.work is Work.CLOSED

        asked = AskRectification(
            place=fire.place, danger="楼道充电引燃杂物", department="物业", demand="清理并加装充电柜", alert_id=fire.id
        )
        outcome = days.perform(asked, WANG)
        assert outcome.refusal == ""
        assert "已有未了结的整改" in days.perform(asked, WANG).refusal
        danger = outcome.case
        about = {"case_id": danger.id}
        assert days.perform(BeginRectification(**about, expected_version=1), PROPERTY).refusal == ""
        days.turn(hours=20)
        done = ReportRectified(**about, expected_version=2, text="已清理，装充电柜 1 组")
        assert days.perform(done, PROPERTY).refusal == "整改须附照片至少 1 张"
        done = ReportRectified(**about, expected_version=2, text="已清理，装充电柜 1 组", photos=(AFTER,))
        assert days.perform(done, PROPERTY).refusal == ""
        looked = days.perform(RecheckRectification(**about, expected_version=3, passed=True), LI)
        assert (looked.case.state, on_time(looked.case)) == (State.SETTLED, True)
        (kept,) = days.records("rectifications")
        assert [act.word for act in kept.acts] == ["下达", "开始整改", "整改完成", "复查合格，销号"]
