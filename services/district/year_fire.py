"""A simulated year of fire devices and cameras whose truth is known.

What makes rules err in life is in it: cooking smoke, steam that reaches two detectors, hydrants tested with and
without a permit, pumps that start, prams the camera takes for e-bikes, ambulances in the fire lane, damp cabinets.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from services.district.truth import Year
from services.district.year_eye import eye
from services.district.year_fire_parts import DAY, HOUR, MINUTE, SECOND, Pen, Place
from services.domain.fire import DeviceKind, DeviceState
from services.domain.fire_watch import unanswered

_ALARM, _NORMAL, _READS = DeviceState.ALARM, DeviceState.NORMAL, DeviceState.MEASURED
_CONFIRM = timedelta(minutes=3)


def year(seed: int, start: datetime, days: int) -> Year:
    pen = Pen(Random(f"{seed}/fire"), start, days)
    for write in (_smoke, _fires, _hydrants, _pressures, _lifts, _blocked, _electric, _silent):
        write(pen)
    eye(pen)
    return Year(tuple(pen.events), tuple(pen.planted))


# -- smoke and fire -----------------------------------------------------------------------------------


def _smoke(pen: Pen) -> None:
    """Kitchens, cigarettes, steam: one detector each; now and then two of a staircase, and a child at the button."""
    for at, place in pen.many(46, 10, 21):
        device = place.device("YG", pen.rng.randrange(1, 6))
        pen.device(place, device, DeviceKind.SMOKE, at, _ALARM)
        pen.device(place, device, DeviceKind.SMOKE, at + pen.rng.randrange(40, 170) * SECOND, _NORMAL)
    for at, place in pen.many(2):
        for number in (1, 2):
            pen.device(place, place.device("YG", number), DeviceKind.SMOKE, at + number * 15 * SECOND, _ALARM)
    for at, place in pen.many(3, 15, 20):
        pen.device(place, place.device("SB"), DeviceKind.CALL_POINT, at, _ALARM)
        pen.device(place, place.device("SB"), DeviceKind.CALL_POINT, at + 10 * MINUTE, _NORMAL)


def _fires(pen: Pen) -> None:
    """A third is found by one detector alone; of the others the second speaks within seconds, or once in a while
    only after the minute; some people press the button, some cameras see the flame."""
    for at, place in pen.many(12):
        first, key = place.device("YG", 1), f"{place.estate_id}|{place.building}|{place.unit_name}"
        begins = at - pen.rng.randrange(20, 90) * SECOND
        pen.plant("R-FIR-01", first, begins, HOUR)
        pen.device(place, first, DeviceKind.SMOKE, at, _ALARM)
        if pen.rng.random() < 0.35:
            told = unanswered(pen.events[-1].record, at + _CONFIRM)
            pen.device(place, first, DeviceKind.SMOKE, at + _CONFIRM, DeviceState.UNANSWERED, alarm_of=told.alarm_of)
            continue
        pen.plant("R-FIR-02", key, begins, HOUR)
        second = ("GW", DeviceKind.HEAT) if pen.rng.random() < 0.3 else ("YG", DeviceKind.SMOKE)
        later = pen.rng.randrange(10, 58) if pen.rng.random() < 0.92 else pen.rng.randrange(61, 90)
        other = place.device(second[0], 2)
        pen.plant("R-FIR-01", other, begins, HOUR)
        pen.device(place, other, second[1], at + later * SECOND, _ALARM)
        if pen.rng.random() < 0.5:
            button = place.device("SB")
            pen.plant("R-FIR-02M", button, begins, HOUR)
            pen.device(place, button, DeviceKind.CALL_POINT, at + 80 * SECOND, _ALARM)
        if pen.rng.random() < 0.4:
            pen.plant("R-FIR-02F", f"{place.estate_id}|{place.camera}", begins, HOUR)
            pen.camera(
                place, "open_flame", pen.rng.uniform(0.78, 0.98), at + 100 * SECOND, held_s=pen.rng.uniform(6, 40)
            )
    for at, place in pen.many(7):  # welding, lamps, paper burnt for the dead
        pen.camera(place, "open_flame", pen.rng.uniform(0.6, 0.9), at, held_s=pen.rng.uniform(1, 9))


# -- water --------------------------------------------------------------------------------------------


def _hydrants(pen: Pen) -> None:
    """Two readings a day of a dozen; low for hours, opened without a permit, tested with one, tilted, bursts."""
    for n in range(12):
        place, device = pen.place(), f"XHS{n + 1:04d}"
        for slot in range(2 * pen.days):
            at = pen.start + slot * 12 * HOUR + n * 7 * MINUTE
            _press(pen, place, device, at, pen.rng.uniform(0.19, 0.31))
    for n, (at, place) in enumerate(pen.many(16)):
        device, true = f"XHS1{n:03d}", pen.rng.random() < 0.8
        if true:  # else one reading astray
            pen.plant("R-FIR-03", device, at - HOUR, 12 * HOUR)
        for k in range(3 if true else 1):
            _press(pen, place, device, at + k * 30 * MINUTE, pen.rng.choice((0.13, 0.11, 0.09)))
        _press(pen, place, device, at + 5 * HOUR, 0.24)
    for n, (at, place) in enumerate(pen.many(40)):
        device, draw = f"XHS2{n:03d}", pen.rng.random()
        permit = int(draw < 0.6)
        if not permit and draw < 0.93:  # the rest are tests nobody registered
            pen.plant("R-FIR-04", device, at - 10 * MINUTE, 6 * HOUR)
        _press(pen, place, device, at, 0.22, flow_m3h=pen.rng.uniform(3, 18), works_permit=permit)
        _press(pen, place, device, at + HOUR, 0.24, flow_m3h=0.0, works_permit=permit)
    for n, (at, place) in enumerate(pen.many(9)):
        device = f"XHS3{n:03d}"
        if pen.rng.random() < 0.7:  # the others are pumps that change over
            pen.plant("R-FIR-04D", device, at, 6 * HOUR)
        _press(pen, place, device, at, 0.28)
        _press(pen, place, device, at + 6 * MINUTE, 0.28 - pen.rng.uniform(0.055, 0.12))


def _press(pen: Pen, place: Place, device: str, at: datetime, mpa: float, **said: float) -> None:
    told = {"works_permit": 0, **said}
    pen.device(place, device, DeviceKind.HYDRANT, at, _READS, value=round(mpa, 3), unit="MPa", **told)


def _pressures(pen: Pen) -> None:
    """Tanks that leak, and a pump that only just starts."""
    for n, (at, place) in enumerate(pen.many(14)):
        sprinkler = pen.rng.random() < 0.2
        kind = DeviceKind.SPRINKLER if sprinkler else DeviceKind.INDOOR_HYDRANT
        device, limit = f"SN{n:04d}", 0.35 if sprinkler else 0.25
        if pen.rng.random() < 0.75:
            pen.plant("R-FIR-05", device, at - HOUR, 12 * HOUR)
        pen.device(place, device, kind, at, _READS, value=limit - 0.02, unit="MPa")
        pen.device(place, device, kind, at + 6 * HOUR, _READS, value=limit + 0.05, unit="MPa")


# -- lifts, lanes, circuits ---------------------------------------------------------------------------


def _lifts(pen: Pen) -> None:
    """E-bikes, and what looks like one: named rightly it is let pass, one in twelve is not."""
    for at, place in pen.many(110, 6, 23):
        key, score = f"{place.estate_id}|{place.camera}", pen.rng.betavariate(12, 1.6)
        pen.plant("R-FIR-06", key, at, HOUR)
        pen.camera(place, "ebike_in_lift", score, at, held_s=pen.rng.uniform(2.6, 30), object_class="ebike")
    for at, place in pen.many(90, 6, 23):
        named = pen.rng.choice(("pram", "wheelchair", "bicycle")) if pen.rng.random() < 0.92 else "ebike"
        pen.camera(place, "ebike_in_lift", pen.rng.uniform(0.7, 0.92), at, held_s=9.0, object_class=named)
    for n, (at, place) in enumerate(pen.many(9, 6, 9)):
        home = f"{place.estate_id}{place.number:02d}{place.unit}{n:03d}"
        for k in range(3):
            seen = at + k * DAY
            pen.plant("R-FIR-06", f"{place.estate_id}|{place.camera}", seen, HOUR)
            pen.camera(place, "ebike_in_lift", 0.93, seen, held_s=8.0, object_class="ebike", dwelling_id=home)
        if pen.rng.random() < 0.85:  # else somebody borrowed the card
            pen.plant("R-FIR-06H", home, at, 3 * DAY)


def _blocked(pen: Pen) -> None:
    for at, place in pen.many(36):
        held = pen.rng.choice((90, 200, 330, 900, 2400))
        if held >= 300 and pen.rng.random() < 0.85:  # else parked, not charging
            pen.plant("R-FIR-07", f"{place.estate_id}|{place.camera}", at - held * SECOND, 6 * HOUR)
        pen.camera(place, "corridor_charging", pen.rng.uniform(0.72, 0.95), at, held_s=float(held))
    for at, place in pen.many(60):
        held = pen.rng.choice((120, 600, 1500, 1900, 4000))
        if held >= 1800 and pen.rng.random() < 0.8:  # else an ambulance, or furniture being unloaded
            pen.plant("R-FIR-08", f"{place.estate_id}|{place.camera}", at - held * SECOND, 8 * HOUR)
        pen.camera(place, "fire_lane_blocked", pen.rng.uniform(0.68, 0.96), at, held_s=float(held))


def _electric(pen: Pen) -> None:
    """Heat and leaking current; a damp morning for an hour; a vacuum cleaner that looks like a charger."""
    for n, (at, place) in enumerate(pen.many(18)):
        heat, true = pen.rng.random() < 0.4, pen.rng.random() < 0.75
        kind, unit, value = (DeviceKind.CABLE_TEMP, "℃", 78.0) if heat else (DeviceKind.RESIDUAL_CURRENT, "mA", 360.0)
        if true:
            pen.plant("R-FIR-09", f"DL{n:04d}", at - HOUR, 12 * HOUR)
        pen.device(place, f"DL{n:04d}", kind, at, _READS, value=value, unit=unit)
        pen.device(place, f"DL{n:04d}", kind, at + HOUR * (5 if true else 1), _READS, value=30.0, unit=unit)
    for n, (at, place) in enumerate(pen.many(12)):
        if pen.rng.random() < 0.7:
            pen.plant("R-FIR-07P", f"CD{n:04d}", at - 10 * MINUTE, 8 * HOUR)
        pen.device(place, f"CD{n:04d}", DeviceKind.CHARGING, at, DeviceState.SIGNATURE, value=180.0, unit="W")
        pen.device(place, f"CD{n:04d}", DeviceKind.CHARGING, at + 3 * HOUR, _NORMAL)


def _silent(pen: Pen) -> None:
    """Told by the collector a day after the last word; a fifth were only without power for the night."""
    for n, (at, place) in enumerate(pen.many(50)):
        device = f"YG5{n:03d}"
        if pen.rng.random() < 0.8:
            pen.plant("R-FIR-10", device, at - DAY, 3 * DAY)
        pen.device(place, device, DeviceKind.SMOKE, at, DeviceState.SILENT, silent_h=24.0)
        pen.device(place, device, DeviceKind.SMOKE, at + 20 * HOUR, DeviceState.HEARD)
    for n, (at, place) in enumerate(pen.many(40)):
        device, cold = f"YG6{n:03d}", pen.rng.random() < 0.15
        if not cold:
            pen.plant("R-FIR-10B", device, at - DAY, 5 * DAY)
        pen.device(place, device, DeviceKind.SMOKE, at, _READS, battery_pct=pen.rng.randrange(5, 15))
        pen.device(place, device, DeviceKind.SMOKE, at + 2 * DAY, _READS, battery_pct=98)
