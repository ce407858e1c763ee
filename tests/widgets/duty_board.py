"""What the duty scene shows in tests and pictures: a shift near its end, with something of everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.collect.duty_books import site_contacts, site_plans
from services.collect.site import Site
from services.domain import handover as ho
from services.domain import plan_run as rp
from services.domain import report_form as rf
from services.domain.alert import Ack, Alert, AlertLevel, Clock, Step, Visibility, Work
from services.domain.anchor import Anchor
from services.domain.duty_log import LineKind, LogNote
from services.domain.log_line import LogLine
from services.domain.promise import Promise, PromiseState
from services.domain.roster import Swap
from services.domain.snapshot import Quality, Snapshot, SourceStatus
from tests.unit.duty_world import CHEN, EVENING, WANG, ZHAO, DutyWorld, alert, minutes, roster

Q = Quality.GOOD


def alerts(now: datetime = EVENING) -> list[Alert]:
    """Sixteen open ones: a signed red, unsigned ones, work under way, two shelved."""
    told = [
        ("危化品车偏离许可路线", "疏港大道", "浙J·A**29", AlertLevel.RED, 27, True, Work.HANDLING, "交通运输"),
        ("低用水 24 时", "白云新村 2 幢", "张*", AlertLevel.ORANGE, 4, False, Work.NEW, ""),
        ("云仓将满 含油污水 95.6 %", "大陈云仓", "", AlertLevel.ORANGE, 2, False, Work.NEW, ""),
        ("套牌嫌疑", "椒江二桥", "浙J·8**6K", AlertLevel.ORANGE, 31, True, Work.DISPATCHED, "公安"),
        ("疑似未办理居住登记", "城市花园 3 幢", "林*", AlertLevel.YELLOW, 86, True, Work.VERIFYING, ""),
        ("未派船 > 15 分", "申请 07", "浙椒渔 61027", AlertLevel.YELLOW, 17, False, Work.NEW, ""),
        ("预计迟到 24 分", "申请 06", "渔清 02", AlertLevel.YELLOW, 9, False, Work.NEW, ""),
        ("电动车进电梯", "城市花园 3 幢 3 单元", "", AlertLevel.YELLOW, 12, True, Work.DISPATCHED, "街道"),
        ("纠纷超期 9 天", "景元家园", "物业", AlertLevel.YELLOW, 220, True, Work.SUSPENDED, "司法"),
        ("尾气超标 38 %", "章安卡口", "浙J·2**1D", AlertLevel.BLUE, 40, False, Work.NEW, ""),
        ("卡口失联", "前所北", "", AlertLevel.BLUE, 66, True, Work.VERIFYING, ""),
        ("低置信度命中 待人工复核", "东枢纽", "浙J·5**8F", AlertLevel.BLUE, 5, False, Work.NEW, ""),
    ]
    made = []
    for number, (title, place, subject, level, ago, is_signed, work, department) in enumerate(told, 1):
        raised = now - minutes(ago)
        due = now + minutes(-2 if number == 2 else 7 * number)
        step = Step.CLOSE if is_signed else Step.ACK
        fields: dict[str, Any] = {
            "title": title,
            "place": place,
            "subject": subject,
            "raised_at": raised,
            "work": work,
            "department": department,
            "clocks": (Clock(step, due, started_at=raised),),
        }
        if is_signed:
            fields |= {"ack": Ack.ACKED, "acked_by": "王*", "acked_at": raised + minutes(1)}
        if work is Work.SUSPENDED:
            fields["suspended_until"] = now + timedelta(hours=38)
        made.append(alert(number, level, now, **fields))
    made[4] = replace(made[4], visibility=Visibility.SHELVED, shelved_until=now + minutes(30))
    made += [
        alert(20 + n, AlertLevel.BLUE, now, visibility=Visibility.SUPPRESSED, suppressed_by="前所北断网")
        for n in range(3)
    ]
    return made


def promises(now: datetime = EVENING) -> list[Promise]:
    def one(number: int, to_whom: str, what: str, due: float, **fields: Any) -> Promise:
        made_at = now - minutes(70)
        state = fields.pop("state", PromiseState.OPEN)
        case = f"CN-261122-{number:03d}"
        return replace(Promise(case, 1, state, to_whom, what, now + minutes(due), "", made_at, "王*"), **fields)

    return [
        one(1, "林女士", "回电说明低用水核查结果", -4, passed_at=now - minutes(4), alert_id="YJ-1122-0002"),
        one(2, "浙椒渔 61027 船东", "确认收集船到港时间", 18),
        one(3, "白云街道值班室", "书面回复套牌核查", 185, moved=1),
        one(4, "吴先生", "送回遗失证件", -60, state=PromiseState.KEPT, text="已送达"),
    ]


def log_lines(now: datetime = EVENING) -> list[LogLine]:
    told = [
        ("签收", "YJ-1122-0008", "电动车进电梯 城市花园 3 幢", "王*", False),
        ("预警", "YJ-1122-0003", "云仓将满 大陈云仓", "系统", False),
        ("领导指示", "RZ-261122-004", "大风期间云仓液位每半小时报一次", "陈*", True),
        ("承诺", "CN-261122-003", "白云街道值班室 · 书面回复套牌核查", "王*", False),
        ("通话", "RZ-261122-003", "消防救援大队 值班室 已接通，云梯车待命", "王*", True),
        ("派单", "YJ-1122-0004", "套牌嫌疑 椒江二桥 · 公安", "李*", False),
        ("记事", "RZ-261122-002", "巡查大厅与机房，设备正常", "王*", True),
        ("升级", "YJ-1122-0002", "低用水 24 时 白云新村 2 幢", "系统", False),
        ("换班", "HB-261122-001", "就医", "王*", False),
    ]
    return [
        LogLine(str(900 - n), now - minutes(2 + 7 * n), what, about, said, who, manual)
        for n, (what, about, said, who, manual) in enumerate(told)
    ]


def notes(now: datetime = EVENING) -> list[LogNote]:
    return [LogNote("RZ-261122-004", 1, True, LineKind.INSTRUCTION, "大风期间云仓液位每半小时报一次", now, "陈*")]


def sources(now: datetime = EVENING) -> list[SourceStatus]:
    return [
        SourceStatus("boats", "渔省心", Quality.GOOD, now),
        SourceStatus("meters", "社区水表", Quality.STALE, now - minutes(35), now - minutes(35), "连接超时"),
    ]


def handover(world: DutyWorld, accepted: int = 6) -> ho.Handover:
    """Prepared by 王, some lines accepted by 赵."""
    case = world.do(ho.STREAM, ho.PrepareHandover(), WANG, EVENING - minutes(3))
    for stand in ho.remaining(case, case.sheet)[:accepted]:
        wish = ho.AcceptLine(
            case_id=case.id, expected_version=case.version, line_id=stand.line.id, mark=stand.line.mark, remark=""
        )
        case = world.do(ho.STREAM, wish, ZHAO, EVENING - minutes(1))
    return case


def world(now: datetime = EVENING) -> DutyWorld:
    made = DutyWorld(alerts(now))
    made.held["promise"] = {p.id: p for p in promises(now)}
    made.held["duty_log"] = {n.id: n for n in notes(now)}
    made.topics |= {"sources": sources(now), "plans": site_plans(Site(demo=True))}
    return made


def plan_run(there: DutyWorld) -> rp.PlanRun:
    wish = rp.StartPlan(plan_id="hazmat_route", alert_id="YJ-1122-0001")
    case = there.do(rp.STREAM, wish, CHEN, EVENING - minutes(12))
    done = rp.DoStep(case_id=case.id, expected_version=1, step_id="1", remark="")
    case = there.do(rp.STREAM, done, WANG, EVENING - minutes(10))
    return there.expire(rp.STREAM, case, EVENING)


def swaps(now: datetime = EVENING) -> list[Swap]:
    starts = now + timedelta(days=2, minutes=5)
    return [
        Swap("HB-261122-001", 1, "asked", "261124-晚班", "晚班", starts, "zhao", "赵晓峰", "wang", "王海涛", "就医")
    ]


def report(there: DutyWorld) -> rf.EventReport:
    """Told by telephone and in writing once."""
    case = there.do(rf.STREAM, rf.OpenReport(alert_id="YJ-1122-0001"), WANG, EVENING - minutes(25))
    phone = rf.TellByPhone(case_id=case.id, expected_version=1, to_whom="区政府总值班室", text="已通报交警与消防")
    case = there.do(rf.STREAM, phone, WANG, EVENING - minutes(16))
    told = replace(rf.elements_of(there.alerts[0]), scope="下游两处卡口", measures="已引导至安全停靠点")
    first = rf.SendReport(case_id=case.id, expected_version=2, elements=told)
    return there.do(rf.STREAM, first, WANG, EVENING - minutes(3))


def snapshots(*, open_sheet: bool = True, now: datetime = EVENING) -> Sequence[Snapshot[Any]]:
    """Every topic of the scene. With ``open_sheet`` the hand-over is under way, one line has changed
    since and one alert is new."""
    there = world(now)
    run = plan_run(there)
    cases = [handover(there)] if open_sheet else []
    if open_sheet:
        there.alerts[1] = replace(there.alerts[1], level=AlertLevel.RED, ack=Ack.ACKED, acked_by="李*", acked_at=now)
        there.alerts.append(alert(13, AlertLevel.YELLOW, now, title="疑似高空抛物", place="白云新村 5 幢"))
    records: dict[str, Sequence[Any]] = {
        "roster": roster_of_two_weeks(),
        "swaps": swaps(now),
        "reports": [report(there)],
        "handovers": cases,
        "alerts": there.alerts,
        "promises": promises(now),
        "service_windows": (),
        "sources": sources(now),
        "duty_notes": notes(now),
        "duty_log": log_lines(now),
        "contacts": site_contacts(Site(demo=True)),
        "plans": site_plans(Site(demo=True)),
        "plan_runs": [run],
        "chain_head": [Anchor("head", 1843, "sm3:" + "9f3c07ab" * 8, now - minutes(1))],
    }
    return [Snapshot(topic, tuple(told), now, Q) for topic, told in records.items()]


def roster_of_two_weeks() -> Sequence[Any]:
    from services.domain.roster import DAY_AND_NIGHT, Roster, seven_days

    people = [*(replace(p, shift="乙班 08–20") for p in (WANG, by_id("li")))]
    people += [*(replace(p, shift="甲班 20–08") for p in (ZHAO, by_id("qian"))), replace(CHEN, shift="今日带班")]
    return seven_days(Roster(DAY_AND_NIGHT, tuple(people), items=roster()[1].items), EVENING)


def by_id(officer_id: str) -> Any:
    from tests.unit.duty_world import LI, QIAN

    return LI if officer_id == "li" else QIAN
