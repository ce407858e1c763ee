"""What officers of the demo's past found out about alerts of the community, which is what is true in its year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random

from services.district.history_cases import Finding
from services.district.truth import Planted
from services.domain.alert import Alert, AlertLevel
from services.domain.reasons import FalseReason

# By the family of the rule: what was done where it was right, and why it was not where it was wrong.
DONE: Mapping[str, Sequence[str]] = {
    "R-POP": ("已上门核实并登记", "已核实，居住状态已改"),
    "R-RNT": ("已补登记", "已检查并限期整改"),
    "R-ELD": ("已上门，老人需要帮助，已送医", "已上门，已处理并告知家属"),
    "R-FIR": ("已到场处置，隐患消除", "已通知物业，当日修复"),
    "R-EYE": ("录像属实，已上门告知", "已移交综合执法"),
    "R-UTL": ("已上门关阀检修", "已修复，用量恢复正常"),
    "R-DSP": ("已约谈双方，达成协议", "已上交街道协调"),
    "R-PTY": ("已补记录", "已改期并通知"),
}
WRONG: Mapping[str, Sequence[tuple[FalseReason, str]]] = {
    "R-POP": ((FalseReason.KNOWN_PERSON, "亲属，常来探望"), (FalseReason.AUTHORISED_WORK, "装修工，已补名单")),
    "R-RNT": ((FalseReason.KNOWN_PERSON, "同住亲属"), (FalseReason.DUPLICATE, "已在另一条预警中处理")),
    "R-ELD": ((FalseReason.KNOWN_PERSON, "住在女儿家，未报备"), (FalseReason.EQUIPMENT, "水表故障，已报修")),
    "R-FIR": ((FalseReason.EQUIPMENT, "油烟误报"), (FalseReason.AUTHORISED_WORK, "维保作业")),
    "R-EYE": ((FalseReason.ALGORITHM, "飞鸟"), (FalseReason.WEATHER, "大风吹落树叶")),
    "R-UTL": ((FalseReason.KNOWN_PERSON, "家中来客，用量正常"), (FalseReason.EQUIPMENT, "换表，读数跳变")),
    "R-DSP": ((FalseReason.DUPLICATE, "同一件事重复登记"), (FalseReason.OTHER, "双方已自行和解")),
    "R-PTY": ((FalseReason.OTHER, "已开展，漏记"),),
}


LONGEST = timedelta(days=8)  # so that all of it is over when the district starts


class Verdicts:
    """Looks up what is true. ``planted`` are the cases of all families."""

    def __init__(self, planted: Sequence[Planted], seed: int) -> None:
        self._cases: dict[str, list[Planted]] = {}
        for case in planted:
            self._cases.setdefault(f"{case.rule_id}|{case.key}", []).append(case)
        self._rng = Random(f"{seed}/history/verdicts")

    def of(self, alert: Alert) -> Finding:
        """As it was when the alert was raised or, for what the clock told, when that was."""
        family, minutes = alert.rule_id[:5], self._rng.randrange(2, 9)
        cases = self._cases.get(alert.key, ())
        moments = (alert.occurred_at, alert.raised_at)
        case = next((case for case in cases if any(case.holds_at(moment) for moment in moments)), None)
        if case is not None:
            words, reminder = self._rng.choice(DONE[family]), alert.level <= AlertLevel.YELLOW
            lasts = max(timedelta(0), min(case.until - alert.raised_at, LONGEST))
            return Finding(words, alert.department or "社区", no_action=reminder, minutes=minutes, lasts=lasts)
        reason, words = self._rng.choice(WRONG[family])
        return Finding(words, reason=reason, minutes=minutes)
