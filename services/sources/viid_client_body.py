"""Objects as GA/T 1400 has them, written strictly: every required field, numbers as numbers, times of 14 digits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.domain.platform import DETAIL_WORDS, STANDING_CODES, OurSubscription, Standing
from services.domain.platform_course import Wanted
from services.sources.viid_client_ids import written

LONGEST = 256  # characters of a title or reason
SET, LIFT = 0, 1  # OperateType
RESOURCE_TOLLGATE, RESOURCE_LIBRARY = 1, 4  # ResourceClass
VEHICLE = "2"  # DispositionCategory
RANGE_TOLLGATES, RANGE_AREA = "1", "2"  # DispositionRange
NO_PICTURES, NO_FEATURES = "-1", -1


def encoded(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def device(name: str, device_id: str) -> bytes:
    """RegisterObject, KeepaliveObject, UnRegisterObject."""
    return encoded({name: {"DeviceID": device_id}})


def subscriptions(rows: Sequence[OurSubscription], applicant: str, library: str) -> bytes:
    each = [_subscription(row, applicant, library) for row in rows]
    return encoded({"SubscribeListObject": {"SubscribeObject": each}})


def _subscription(row: OurSubscription, applicant: str, library: str) -> dict[str, Any]:
    return {
        "SubscribeID": row.id,
        "Title": f"订阅{DETAIL_WORDS[row.detail]}",
        "SubscribeDetail": row.detail,
        "ResourceURI": row.resource,
        "ResourceClass": RESOURCE_LIBRARY if row.resource == library else RESOURCE_TOLLGATE,
        "ApplicantName": applicant,
        "ApplicantOrg": applicant,
        "BeginTime": written(row.begins_at),
        "EndTime": written(row.ends_at),
        "ReceiveAddr": f"{row.receive_addr}/VIID/SubscribeNotifications",
        "ReportInterval": 1,
        "Reason": "区域指挥",
        "OperateType": SET,
        "SubscribeStatus": STANDING_CODES[Standing.RUNNING],
        "ResultImageDeclare": NO_PICTURES,
        "ResultFeatureDeclare": NO_FEATURES,
    }


def cancelled(row: OurSubscription, applicant: str, library: str, at: datetime) -> bytes:
    value = _subscription(row, applicant, library) | {
        "OperateType": LIFT,
        "SubscribeStatus": STANDING_CODES[Standing.CANCELLED],
        "SubscribeCancelOrg": applicant,
        "SubscribeCancelPerson": applicant,
        "CancelTime": written(at),
        "CancelReason": "不再需要",
    }
    return encoded({"SubscribeObject": value})


def dispositions(named: Sequence[tuple[str, Wanted]], applicant: str, receive_addr: str) -> bytes:
    """``named`` are the orders with the ids they go out under."""
    each = [_disposition(name, order, applicant, receive_addr) for name, order in named]
    return encoded({"DispositionListObject": {"DispositionObject": each}})


def _disposition(name: str, order: Wanted, applicant: str, receive_addr: str) -> dict[str, Any]:
    assert order.valid_from is not None
    assert order.valid_until is not None
    where = (
        {"DispositionRange": RANGE_TOLLGATES, "TollgateList": ",".join(order.checkpoint_ids)}
        if order.checkpoint_ids
        else {"DispositionRange": RANGE_AREA, "DispositionArea": name[:6]}
    )
    return {
        "DispositionID": name,
        "Title": f"车辆布控 {order.id}",
        "DispositionCategory": VEHICLE,
        "TargetFeature": f"(3={order.plate_no})",
        "PriorityLevel": int(order.level),
        "ApplicantName": applicant,
        "ApplicantInfo": order.id,
        "ApplicantOrg": order.unit or applicant,
        "BeginTime": written(order.valid_from),
        "EndTime": written(order.valid_until),
        "CreatTime": written(order.valid_from),  # spelt so in the protocol
        "OperateType": SET,
        "DispositionStatus": STANDING_CODES[Standing.RUNNING],
        **where,
        "ReceiveAddr": f"{receive_addr}/VIID/DispositionNotifications",
        "Reason": f"{order.reason}（{order.legal_basis}）"[:LONGEST],
    }


def lifted(name: str, applicant: str, at: datetime) -> bytes:
    value = {
        "DispositionID": name,
        "OperateType": LIFT,
        "DispositionStatus": STANDING_CODES[Standing.CANCELLED],
        "DispositionRemoveOrg": applicant,
        "DispositionRemovePerson": applicant,
        "DispositionRemoveTime": written(at),
        "DispositionRemoveReason": "撤控或到期",
    }
    return encoded({"DispositionObject": value})
