"""What the collector tells of fire devices by itself: alarms nobody answered, devices fallen silent, weak batteries.

Each is told once, under a number that follows from what it is about, so that a restart tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.alert import Alert, AlertLevel, Condition, Visibility
from services.domain.fire import DeviceKind, DeviceState, FireDevice, FireDeviceReport
from services.domain.fire_terms import FireTerms

LONE_SMOKE = "R-FIR-01"
SILENT_RULE = "R-FIR-10"
BATTERY_RULE = "R-FIR-10B"
CHARGED_PCT = 20  # as R-FIR-10B clears
_ELSEWHERE = (DeviceKind.GAS,)  # silent meters and gas probes are told by R-UTL-06


def waits(alert: Alert, now: datetime, confirm: timedelta) -> bool:
    """A lone smoke alarm that nobody has judged in time and that has not cleared. A signature, a dispatch or a
    shelf is no answer; a detector out of service is not asked about."""
    return (
        alert.rule_id == LONE_SMOKE
        and alert.is_open
        and alert.level < AlertLevel.RED
        and alert.verdict is None
        and alert.condition is Condition.ACTIVE
        and alert.visibility is not Visibility.OUT_OF_SERVICE
        and now - alert.raised_at >= confirm
    )


def device_of(alert: Alert) -> str:
    return alert.key.partition("|")[2]


def unanswered(alarm: FireDeviceReport, at: datetime) -> FireDeviceReport:
    """What is told of an alarm when its time to be confirmed is up."""
    ident = f"{alarm.report_id}:unanswered"
    return replace(alarm, report_id=ident, state=DeviceState.UNANSWERED, at=at, alarm_of=alarm.report_id)


def told_of(
    devices: Iterable[FireDevice], asked: Collection[str], now: datetime, terms: FireTerms
) -> Iterator[FireDeviceReport]:
    """Silent devices and weak batteries; and of the devices with an open alert about that (``asked``: keys of
    alerts) that they are well again. A device that is not in the list is not told of."""
    for one in devices:
        if one.kind in _ELSEWHERE or one.heard_at is None:
            continue
        gone = now - one.heard_at
        if gone >= timedelta(hours=terms.silent_h):
            at = one.heard_at + timedelta(hours=terms.silent_h)
            yield _report(
                one, DeviceState.SILENT, f"{at:%Y%m%d%H%M}", at, silent_h=round(gone.total_seconds() / 3600, 1)
            )
        elif f"{SILENT_RULE}|{one.id}" in asked:
            yield _report(one, DeviceState.HEARD, f"{one.heard_at:%Y%m%d%H%M}", one.heard_at)
        battery = one.battery_pct
        if battery is None or gone >= timedelta(hours=terms.silent_h):
            continue
        weak = battery < terms.battery_pct
        if weak or (battery >= CHARGED_PCT and f"{BATTERY_RULE}|{one.id}" in asked):
            yield _report(one, DeviceState.MEASURED, f"battery-{weak}-{now:%Y%m%d}", now, battery_pct=battery)


def well_again(asked: Collection[str], listed: Mapping[str, FireDevice]) -> tuple[str, ...]:
    """Devices with an open alert about silence or battery that the list of odd ones no longer names."""
    rules = (f"{SILENT_RULE}|", f"{BATTERY_RULE}|")
    return tuple(sorted({key.partition("|")[2] for key in asked if key.startswith(rules)} - set(listed)))


def recovered(last: FireDeviceReport, now: datetime) -> FireDeviceReport:
    """Told of a device that is ordinary again: not on the list of odd ones, so heard of and charged enough."""
    ident = f"{last.device_id}:heard:{now:%Y%m%d%H%M}"
    said = {"state": DeviceState.HEARD, "battery_pct": CHARGED_PCT, "silent_h": None, "alarm_of": ""}
    return replace(last, report_id=ident, at=now, **said)


def _report(
    device: FireDevice,
    state: DeviceState,
    mark: str,
    at: datetime,
    *,
    silent_h: float | None = None,
    battery_pct: int | None = None,
) -> FireDeviceReport:
    return FireDeviceReport(
        report_id=f"{device.id}:{state}:{mark}",
        device_id=device.id,
        kind=device.kind,
        state=state,
        estate_id=device.estate_id,
        estate_name=device.estate_name,
        at=at,
        building=device.building,
        unit_name=device.unit_name,
        spot=device.spot,
        dwelling_id=device.dwelling_id,
        battery_pct=battery_pct,
        silent_h=silent_h,
        lon=device.lon,
        lat=device.lat,
    )
