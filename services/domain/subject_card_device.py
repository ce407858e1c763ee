"""设备: what state a device is in, when it last spoke, what it told and what was repaired."""

from __future__ import annotations

from services.domain.address_book import DeviceFound
from services.domain.fire import STATE_WORDS, FireDeviceReport
from services.domain.snapshot import Subject
from services.domain.subject_around import Around
from services.domain.subject_card import Entry, Line, Part, SubjectCard, listed, of_alerts, unknown
from services.domain.subject_card_dwelling import DEVICE_WORDS, device_words, is_silent
from services.domain.timebase import local


def device_card(found: DeviceFound, around: Around) -> SubjectCard:
    device = found.device
    return SubjectCard(
        Subject("device", device.code),
        device_words(device),
        found.place.text,
        (
            (_state(found, around), _place(found)),
            (_history(around),),
            (of_alerts(around.alerts), around.part("rectification", title="维护与整改")),
        ),
        around.at,
        device.building,
        badges=() if found.standing.valid else ("已拆除",),
    )


def _state(found: DeviceFound, around: Around) -> Part:
    device = found.device
    silent = is_silent(device, around.at)
    spoke = f"{local(device.heard_at):%m-%d %H:%M}" if device.heard_at else None
    return Part(
        "状态",
        (
            Entry("状态", None if silent else device.state or "正常", "超过 24 时无上报，情况未知" if silent else ""),
            Entry("最近上报", spoke),
            Entry("电量", f"{device.battery_pct} %" if device.battery_pct is not None else None),
            Entry("编号", device.code),
            Entry("类别", DEVICE_WORDS.get(device.kind, device.kind)),
        ),
    )


def _place(found: DeviceFound) -> Part:
    device = found.device
    lines = [
        Line(words, "", "打开", subject=Subject(kind, code))
        for kind, code, words in (
            ("dwelling", device.dwelling, f"{found.place.building_name} 户内"),
            ("building", device.building, f"{found.place.estate_name} {found.place.building_name}"),
        )
        if code
    ]
    return listed("安装位置", lines, empty="不在楼内", note=found.place.text)


def _history(around: Around) -> Part:
    """The device's own reports; a device whose events do not reach us has no history to show."""
    if not around.told:
        return unknown("上报记录", "没有收到该设备的事件")
    return listed("上报记录", [_told(one) for one in around.told], most=14)


def _told(report: FireDeviceReport) -> Line:
    reading = "" if report.value is None else f"{report.value:g} {report.unit}".strip()
    return Line(STATE_WORDS.get(report.state, report.state), report.spot, reading, report.at)
