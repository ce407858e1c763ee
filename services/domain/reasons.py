"""The lists an officer chooses from: why an alert is false or sent back, what came of it, how it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class FalseReason(StrEnum):
    EQUIPMENT = "equipment"
    WEATHER = "weather"
    KNOWN_PERSON = "known_person"
    AUTHORISED_WORK = "authorised_work"
    DUPLICATE = "duplicate"
    ALGORITHM = "algorithm"
    TEST = "test"
    OTHER = "other"  # needs a text


FALSE_WORDS: Mapping[FalseReason, str] = {
    FalseReason.EQUIPMENT: "设备故障",
    FalseReason.WEATHER: "天气影响",
    FalseReason.KNOWN_PERSON: "已知人员",
    FalseReason.AUTHORISED_WORK: "许可作业",
    FalseReason.DUPLICATE: "重复预警",
    FalseReason.ALGORITHM: "算法误判",
    FalseReason.TEST: "测试",
    FalseReason.OTHER: "其他",
}


class ReturnReason(StrEnum):
    """Why a department does not take a task."""

    NOT_OURS = "not_ours"
    OUT_OF_AREA = "out_of_area"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    NO_MEANS = "no_means"
    OTHER = "other"  # needs a text


RETURN_WORDS: Mapping[ReturnReason, str] = {
    ReturnReason.NOT_OURS: "非本部门职责",
    ReturnReason.OUT_OF_AREA: "不在本辖区",
    ReturnReason.UNCLEAR: "任务信息不全",
    ReturnReason.DUPLICATE: "重复派单",
    ReturnReason.NO_MEANS: "无处置条件",
    ReturnReason.OTHER: "其他",
}

# Who says that others must do it has to name them.
NAMES_ANOTHER = frozenset({ReturnReason.NOT_OURS, ReturnReason.OUT_OF_AREA})


class ResultCode(StrEnum):
    """What a department found and did."""

    DONE = "done"
    CONTROLLED = "controlled"
    EDUCATED = "educated"
    HANDED_OVER = "handed_over"
    NOTHING_FOUND = "nothing_found"
    NOT_POSSIBLE = "not_possible"


RESULT_WORDS: Mapping[ResultCode, str] = {
    ResultCode.DONE: "已处置完毕",
    ResultCode.CONTROLLED: "已控制，待后续",
    ResultCode.EDUCATED: "已劝导告知",
    ResultCode.HANDED_OVER: "已移交",
    ResultCode.NOTHING_FOUND: "现场未发现",
    ResultCode.NOT_POSSIBLE: "无法处置",
}


class Satisfaction(StrEnum):
    """What the person concerned said when asked afterwards."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"
    NOT_REACHED = "not_reached"


SATISFACTION_WORDS: Mapping[Satisfaction, str] = {
    Satisfaction.SATISFIED: "满意",
    Satisfaction.FAIR: "基本满意",
    Satisfaction.DISSATISFIED: "不满意",
    Satisfaction.NOT_REACHED: "未联系上",
}
