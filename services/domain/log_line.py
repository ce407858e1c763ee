"""How every entry of the one log reads as a line of the duty log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.deed import Deed
from services.domain.duty_log import LINE_WORDS, CallMade, LineWritten, call_words
from services.domain.happening import HAPPENING_WORDS, Happening, HappeningKind
from services.domain.levels import LADDER
from services.domain.masked import mask_name
from services.domain.officer import ROLE_WORDS, Role

QUIET = frozenset({HappeningKind.REPEATED})  # a repeat is a count on the alert, no transition
QUIET_DEEDS = frozenset(  # their panes tell them
    {"progress_reported", "points_entered", "account_opened", "case_told", "course_reported", "alert_linked"}
)
LONGEST = 60  # characters of one field on a line


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the case log as 值班日志 shows it: a record of topic ``duty_log``."""

    id: str  # number in the log
    at: datetime
    what: str  # 签收, 记事, 承诺
    about: str  # id of the case
    text: str
    who: str  # masked name, 系统 for the engine
    manual: bool = False
    late: bool = False


STREAM_WORDS: Mapping[str, str] = {
    "promise": "承诺",
    "handover": "交接班",
    "duty_log": "日志",
    "plan_run": "预案",
    "roster": "换班",
    "report": "信息报送",
    "rule": "规则",
    "flood": "泛滥",
    "service_window": "停用时段",
    "watch_order": "布控",
    "inspection_notice": "告知",
    "case_transfer": "移送",
    "road_text": "诱导",
    "interception": "拦截",
    "dispatch_plan": "派船",
    "plan_ask": "重排",
    "hand_in": "上交",
    "points": "积分",
    "mediation": "纠纷",
    "finding": "待查",
    "rectification": "整改",
    "floor_candidate": "楼层核实",
}
FACT_WORDS: Mapping[str, str] = {
    "promise_made": "承诺",
    "promise_kept": "承诺兑现",
    "promise_broken": "承诺未兑现",
    "promise_moved": "承诺改期",
    "promise_passed": "承诺到时",
    "handover_prepared": "编制交接单",
    "line_accepted": "交接接收",
    "handover_signed": "交接签字",
    "handover_done": "交接完成",
    "handover_withdrawn": "交接撤回",
    "line_settled": "指示落实",
    "call_made": "通话",
    "swap_asked": "申请换班",
    "swap_agreed": "同意换班",
    "swap_approved": "批准换班",
    "swap_declined": "换班未成",
    "plan_proposed": "建议启动预案",
    "plan_started": "启动预案",
    "step_done": "预案步骤完成",
    "step_skipped": "预案步骤跳过",
    "step_passed": "预案步骤到时",
    "plan_ended": "结束预案",
    "plan_declined": "不启动预案",
    "report_opened": "开始报送",
    "report_told": "电话报告",
    "report_sent": "书面报送",
    "report_passed": "报送到时",
    "flood_began": "泛滥开始",
    "flood_ended": "泛滥结束",
    "window_opened": "停用",
    "window_began": "停用开始",
    "window_ended": "停用结束",
    "drafted": "规则起草",
    "redrafted": "规则改稿",
    "checked": "规则检查",
    "back_test_asked": "申请回测",
    "back_tested": "规则回测",
    "submitted": "规则送批",
    "approved": "规则批准",
    "returned": "规则退回",
    "shadow_started": "规则影子运行",
    "shadow_ended": "规则影子结束",
    "activated": "规则生效",
    "replaced": "规则替换",
    "rolled_back": "规则退回旧版",
    "restored": "规则恢复",
    "discarded": "规则弃用",
    "watch_applied": "申请布控",
    "watch_approved": "批准布控",
    "watch_rejected": "驳回布控",
    "watch_lapsed": "布控逾期未批",
    "watch_withdrawn": "撤控",
    "watch_expired": "布控到期",
    "watch_hit": "布控命中",
    "extension_asked": "申请布控延期",
    "extension_approved": "批准布控延期",
    "extension_rejected": "驳回布控延期",
    "spot_confirmed": "抽查确认",
    "spot_revoked": "抽查撤销",
    "notice_issued": "告知车主",
    "vehicle_inspected": "复检",
    "notice_passed": "告知到期",
    "notice_withdrawn": "告知撤回",
    "found_further": "再次检出",
    "sending_noted": "短信送达",
    "package_asked": "申请证据包",
    "package_made": "证据包制成",
    "package_not_made": "证据包未成",
    "transfer_sent": "移送",
    "transfer_accepted": "移送接收",
    "transfer_refused": "移送退回",
    "result_reported": "移送反馈",
    "transfer_passed": "移送到时",
    "transfer_withdrawn": "移送撤回",
    "text_drafted": "拟诱导文",
    "text_approved": "批准诱导文",
    "text_rejected": "未批诱导文",
    "text_shown": "诱导上屏",
    "text_failed": "诱导未送达",
    "text_withdrawn": "诱导撤下",
    "text_over": "诱导结束",
    "interception_ordered": "下令拦截",
    "interception_confirmed": "确认拦截",
    "interception_accepted": "单位受令",
    "intercepted": "已拦截",
    "interception_missed": "拦截错过",
    "followed_only": "跟踪不拦",
    "interception_withdrawn": "撤令",
    "interception_lapsed": "拦截令失效",
    "feedback_passed": "拦截未反馈",
    "plan_confirmed": "确认派船计划",
    "plan_replaced": "派船计划换日",
    "vessel_assigned": "派船",
    "override": "另选收集船",
    "route_reordered": "调整次序",
    "stop_locked": "锁定",
    "stop_unlocked": "解锁",
    "replan_asked": "申请重排",
    "what_if_asked": "假设推演",
    "ask_answered": "算出方案",
    "ask_failed": "方案未算成",
    "request_filed": "上交申请",
    "request_accepted": "受理上交",
    "request_rejected": "上交不符",
    "request_cancelled": "取消上交",
    "hand_in_assigned": "派船",
    "hand_in_reassigned": "改派",
    "vessel_missed": "未遇船",
    "weight_disputed": "计量争议",
    "dispute_settled": "争议商定",
    "progress_reported": "上交进展",
    "limit_passed": "上交超时",
    "collecting_held": "收集待风浪",
    "collecting_resumed": "收集续期",
    "case_filed": "登记纠纷",
    "case_told": "纠纷报送",
    "case_accepted": "受理纠纷",
    "case_declined": "纠纷不受理",
    "meeting_arranged": "约调",
    "agreement_reached": "达成协议",
    "performance_noted": "协议履行",
    "agreement_broken": "协议反悔",
    "mediation_failed": "调解不成",
    "case_handed_up": "纠纷上交",
    "case_guided": "引导仲裁诉讼",
    "return_visit_made": "纠纷回访",
    "case_archived": "纠纷归档",
    "case_withdrawn": "纠纷撤回",
    "cases_joined": "并案",
    "joined_into": "并入主案",
    "case_noted": "纠纷记录",
    "alert_linked": "关联预警",
    "course_reported": "纠纷进展",
    "dispute_limit_passed": "纠纷到时",
    "account_opened": "开立积分账户",
    "points_entered": "积分记账",
    "points_redeemed": "积分兑换",
    "plastic_swapped": "塑料换物",
    "finding_raised": "提出待查",
    "finding_revised": "修订待查",
    "finding_withdrawn": "撤销待查",
    "finding_checked": "核查",
    "rectification_asked": "下达整改",
    "rectification_begun": "开始整改",
    "rectification_reported": "整改完成",
    "rectification_rechecked": "整改复查",
    "rectification_moved": "整改改期",
    "rectification_passed": "整改逾期",
    "rectification_transferred": "整改移送",
    "rectification_withdrawn": "整改撤回",
    "candidates_opened": "楼层待核实",
    "track_looked_at": "看轨迹",
    "floor_confirmed": "楼层核实",
    "floor_undecided": "楼层意见不一",
    "candidates_dropped": "楼层无法认定",
    "away_reported": "外出报备",
    "return_moved": "改返回日期",
    "consent_given": "签同意书",
    "consent_withdrawn": "撤回同意",
    "chain_opened": "开始联系",
    "alert_joined": "预警并入联系",
    "somebody_sent": "派人上门",
    "overran": "联系超时",
    "chain_ended": "联系结束",
    "visit_planned": "安排探访",
    "visit_assigned": "派人探访",
    "visit_made": "探访到位",
    "visit_failed": "探访未见到",
    "visit_overdue": "探访逾期",
    "visit_dropped": "取消探访",
    "check_planned": "安排核查",
    "check_recorded": "核查完成",
    "check_passed": "核查逾期",
    "check_cancelled": "取消核查",
    "residence_opened": "居住核实",
    "residence_recorded": "核实结果",
    "residence_passed": "核实逾期",
    "residence_withdrawn": "核实撤回",
    "checked_in": "入住登记",
    "checked_out": "退房登记",
    "lease_moved": "改租期",
    "leave_passed": "应退未退",
}
_TOLD = {role.value: ROLE_WORDS[role] for role in LADDER}
SYSTEM = "系统"
_SAID = (
    "to_whom",
    "what",
    "title",
    "rule_id",
    "subject_id",
    "first_title",
    "text",
    "reason",
    "note",
    "remark",
    "danger",
)
_OF_RULES = frozenset({"text"})  # a whole file


def line_of(said: Happening, seq: int, title: str = "") -> LogLine:
    """A happening of an alert as a line."""
    parts = (title, said.department, _TOLD.get(said.text, said.text))
    who = mask_name(said.officer_name) if said.role != Role.ENGINE else SYSTEM
    what = HAPPENING_WORDS[said.kind]
    return LogLine(str(seq), said.at, what, said.alert_id, _joined(parts), who, late=said.late)


def line_of_deed(deed: Deed, seq: int) -> LogLine:
    """A deed of a stream as a line. Of a stream not known here its own name is shown."""
    fact = deed.fact
    word = FACT_WORDS.get(deed.kind, STREAM_WORDS.get(deed.stream, deed.stream))
    if isinstance(fact, LineWritten):
        word = ("更正 " if fact.refers else "") + LINE_WORDS[fact.line_kind]
    who = mask_name(deed.officer_name) if deed.role != Role.ENGINE else SYSTEM
    text = call_words(fact) if isinstance(fact, CallMade) else _fact_text(fact, deed.stream)
    manual = isinstance(fact, LineWritten | CallMade)
    return LogLine(str(seq), deed.at, word, deed.case_id, text, who, manual, bool(getattr(fact, "late", False)))


def _fact_text(fact: Any, stream: str) -> str:
    names = [name for name in _SAID if stream != "rule" or name not in _OF_RULES]
    told = [getattr(fact, name, "") for name in names]
    refers = getattr(fact, "refers", "")
    return _joined((*told, f"更正 {refers}" if refers else ""), 500 if isinstance(fact, LineWritten) else LONGEST)


def _joined(parts: tuple[Any, ...], longest: int = LONGEST) -> str:
    said = [part.split("\n")[0] for part in parts if isinstance(part, str) and part]
    return " · ".join(part if len(part) <= longest else part[: longest - 1] + "…" for part in said)
