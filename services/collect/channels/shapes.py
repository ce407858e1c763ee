"""A notice as others read it: CloudEvents 1.0, the webhook of Alertmanager v4, and plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.domain.levels import LEVEL_WORDS
from services.domain.life import STEP_WORDS
from services.domain.notice import OCCASION_WORDS, OF_CASES, TOLD_WORDS, Notice, Occasion
from services.domain.timebase import local

EVENT_TYPE = "cn.jiaojiang.district.alert."
CASE_TYPE = "cn.jiaojiang.district.case."
SOURCE = "/district-console/alerts"
NEVER = "0001-01-01T00:00:00Z"  # what Alertmanager sends for an end that is not yet
DEMO = "演示数据"


def cloud_event(notice: Notice) -> dict[str, Any]:
    """One event in structured JSON. ``id`` is the same at every attempt; ``sequence`` grows with the alert."""
    news = notice.news
    return {
        "specversion": "1.0",
        "id": notice.id,
        "source": SOURCE,
        "type": (CASE_TYPE if notice.occasion in OF_CASES else EVENT_TYPE) + notice.occasion.value,
        "subject": notice.alert_id,
        "time": _stamp(news.at),
        "datacontenttype": "application/json",
        "partitionkey": notice.alert_id,
        "sequence": f"{notice.alert_version:09d}",
        "data": {
            "alert": notice.alert_id,
            "version": notice.alert_version,
            "level": news.level.name.lower(),
            "title": news.title,
            "subject": news.subject,
            "rule": news.rule_id,
            "scene": news.scene,
            "department": news.department,
            "raised_at": _stamp(news.raised_at),
            "count": news.count,
            "occasion": OCCASION_WORDS[notice.occasion],
            "role": news.role,
            "step": news.step.value if news.step else "",
            "late": news.late,
            "demo": news.demo,
            **_of_case(notice),
        },
    }


def _of_case(notice: Notice) -> dict[str, Any]:
    """What a case has to say beside: words to be shown as they are, where and until when."""
    if notice.occasion not in OF_CASES:
        return {}
    until = notice.news.until
    return {"text": notice.news.words, "place": notice.news.place, "until": _stamp(until) if until else ""}


def alertmanager(notice: Notice) -> dict[str, Any]:
    """The body Alertmanager posts to a webhook receiver: one group of one alert."""
    news = notice.news
    status = "resolved" if notice.is_ending else "firing"
    identity = {"alertname": news.rule_id, "alert_id": notice.alert_id, "scene": news.scene}
    labels = identity | {"severity": news.level.name.lower(), "department": news.department}
    annotations = {
        "summary": news.title,
        "description": news.subject,
        "occasion": notice.occasion.value,
        "notice_id": notice.id,
    } | ({"demo": DEMO} if news.demo else {})
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": _stamp(news.raised_at),
        "endsAt": _stamp(news.at) if notice.is_ending else NEVER,
        "generatorURL": "",
        "fingerprint": fingerprint(identity),
    }
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alert_id="{notice.alert_id}"}}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": notice.channel,
        "groupLabels": {"alert_id": notice.alert_id},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [alert],
    }


def fingerprint(labels: Mapping[str, str]) -> str:
    """Prometheus's own: FNV-1a of 64 bits over the sorted labels. Taken of the labels that never change,
    so that an alert whose level rose is still the same one."""
    total = 0xCBF29CE484222325
    for name in sorted(labels):
        for byte in name.encode() + b"\xff" + labels[name].encode() + b"\xff":
            total = ((total ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{total:016x}"


def headline(notice: Notice) -> str:
    """One line: 【橙色】尾气超标 46.0 % · 升级 值班长 · YJ-1121-0417."""
    news = notice.news
    told = OCCASION_WORDS[notice.occasion]
    if notice.occasion is Occasion.ESCALATED:
        told += f" {TOLD_WORDS.get(news.role, news.role)}"
    elif news.step is not None:
        told = STEP_WORDS[news.step] + told
    mark = f"（{DEMO}）" if news.demo else ""
    line = f"【{LEVEL_WORDS[news.level]}】{news.title} · {told} · {notice.alert_id}{mark}"
    return " ".join(line.split())


def letter(notice: Notice) -> str:
    """The same in a few lines, for a message in plain text."""
    news = notice.news
    lines = [headline(notice), "", news.subject]
    lines.append(f"发生于 {local(news.raised_at):%Y-%m-%d %H:%M:%S}，本通知的事由在 {local(news.at):%H:%M:%S}")
    if news.count > 1:
        lines.append(f"已发生 {news.count} 次")
    if news.department:
        lines.append(f"承办 {news.department}")
    if news.words:
        lines.append(news.words)
    if news.late:
        lines.append("采集中断期间到时，迟到补发")
    return "\n".join([*lines, "", "姓名、房号、车牌不出指挥中心；详情请在值班席查看。", ""])


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
