"""Answers as GA/T 1400 words them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from services.receivers.viid_time import written


class Status(IntEnum):
    OK = 0
    OTHER_ERROR = 1
    BUSY = 2
    INVALID_OPERATION = 4
    BAD_JSON = 7
    BAD_CONTENT = 8


WORDS = {
    Status.OK: "正常",
    Status.OTHER_ERROR: "其他错误",
    Status.BUSY: "设备忙，请稍后重发",
    Status.INVALID_OPERATION: "无效操作",
    Status.BAD_JSON: "JSON 格式无效",
    Status.BAD_CONTENT: "JSON 内容无效",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one object: its id as the sender gave it, the status, and why."""

    id: str
    status: Status
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer before it is written. ``challenge`` asks for a digest."""

    http: str
    body: bytes
    challenge: str = ""


def reply(verdict: Verdict, url: str, now: datetime, http: str = "200 OK", challenge: str = "") -> Reply:
    return Reply(http, _written({"ResponseStatusObject": _status(verdict, url, now)}), challenge)


def reply_each(verdicts: Sequence[Verdict], url: str, now: datetime, http: str = "200 OK") -> Reply:
    """One status an object, in the order they came."""
    every = [_status(verdict, url, now) for verdict in verdicts]
    return Reply(http, _written({"ResponseStatusListObject": {"ResponseStatusObject": every}}))


def directory_answer(name: str, records: Sequence[Mapping[str, Any]]) -> Reply:
    """``{"TollgateListObject": {"TollgateObject": […]}}``."""
    return Reply("200 OK", _written({f"{name}ListObject": {f"{name}Object": records}}))


def system_time(server_id: str, now: datetime) -> Reply:
    times = {"VIIDServerID": server_id, "TimeMode": "1", "LocalTime": written(now), "TimeZone": "Asia/Shanghai"}
    return Reply("200 OK", _written({"SystemTimeObject": times}))


def _status(verdict: Verdict, url: str, now: datetime) -> dict[str, Any]:
    return {
        "Id": verdict.id,
        "RequestURL": url,
        "StatusCode": int(verdict.status),
        "StatusString": verdict.why or WORDS[verdict.status],
        "LocalTime": written(now),
    }


def _written(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
