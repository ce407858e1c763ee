"""Every stream of the case log beside the alerts: one line a stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.domain import (
    accounting,
    audit,
    away,
    consent,
    discharge_case,
    dispatch_course,
    duty_log,
    elder_call_course,
    flood_log,
    floor_course,
    hand_in_course,
    handover,
    inspection_course,
    interception,
    mediation_course,
    plan_ask,
    plan_run,
    points_account,
    promise,
    rectification_course,
    release_course,
    rental_check_course,
    report_form,
    residence_course,
    road_text_course,
    service_window,
    stay_course,
    swaps,
    transfer_course,
    visit,
    watch_order_course,
)
from services.domain.deed import Stream, kind_of

ALL: Sequence[Stream] = [
    accounting.STREAM,
    audit.STREAM,
    flood_log.STREAM,
    service_window.STREAM,
    duty_log.STREAM,
    handover.STREAM,
    promise.STREAM,
    report_form.STREAM,
    release_course.STREAM,
    plan_run.STREAM,
    interception.STREAM,
    swaps.STREAM,
    dispatch_course.STREAM,
    plan_ask.STREAM,
    inspection_course.STREAM,
    transfer_course.STREAM,
    road_text_course.STREAM,
    watch_order_course.STREAM,
    points_account.STREAM,
    discharge_case.STREAM,
    hand_in_course.STREAM,
    mediation_course.STREAM,
    rectification_course.STREAM,
    floor_course.STREAM,
    stay_course.STREAM,
    rental_check_course.STREAM,
    residence_course.STREAM,
    away.STREAM,
    elder_call_course.STREAM,
    visit.STREAM,
    consent.STREAM,
]

STREAMS: Mapping[str, Stream] = {stream.name: stream for stream in ALL}
OF_TOPIC: Mapping[str, Stream] = {stream.topic: stream for stream in ALL if stream.topic}
OF_WISH: Mapping[type, Stream] = {wish: stream for stream in ALL for wish in stream.wishes}
FACTS: Mapping[tuple[str, str], type] = {(stream.name, kind_of(fact)): fact for stream in ALL for fact in stream.facts}
