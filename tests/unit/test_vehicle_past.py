"""What the card says of a vehicle: only in an open case, to who may see it, of a plate that was read whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.domain.alert import Action, Alert, AlertLevel, Command, Detection
from services.domain.event import Batch, Event
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.question import VEHICLE, Question
from services.domain.reasons import FalseReason
from services.domain.snapshot import SourceStatus
from services.domain.vehicle_past import VehiclePast
from services.store.images import Images
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LI = Officer("u2", "李晓", Role.SHIFT_LEAD)
GREEN = Officer("u3", "赵", Role.DEPT_LIAISON, department="卫健")
PLATE = "浙J7M35X"


def passage(number: int, at: datetime, plate: str = PLATE, **more: Any) -> Passage:
    base = Passage(f"p{number}", "33100200001210000005", "d", at, checkpoint_name="椒江二桥", plate_no=plate)
    return replace(base, vehicle_colour="白", vehicle_class="H31", **more)


def take(store: Store, *passages: Passage) -> None:
    events = [Event("viid", p.passage_id, "passage", p.passed_at, p) for p in passages]
    store.take(Batch(events=events), SourceStatus("viid", "卡口"), NOW)


def alert_on(store: Store, *ids: str, at: datetime = NOW, key: str = "k", plate: str = PLATE) -> Alert:
    found = Detection(
        key=key,
        rule_id="R-CKP-01",
        rule_version=1,
        rule_text="",
        scene="checkpoints",
        level=AlertLevel.YELLOW,
        title="尾气超标",
        subject="",
        wall_subject="",
        subject_kind="passage",
        subject_id=ids[-1],
        place="椒江二桥",
        occurred_at=at,
        department="生态环境",
        event_ids=ids,
        links=(f"vehicle:{plate}",),
        within=("source:viid",),
    )
    return store.report([found], at)[0]


def asked(store: Store, alert: Alert, officer: Officer | None = LI) -> VehiclePast | None:
    return store.answer(Question(VEHICLE, alert.id), officer).case


def test_that_the_past_of_the_plate_is_told_and_no_other_plates(store: Store) -> None:
    earlier = [passage(n, NOW - n * DAY, lane=1) for n in (2, 2 + 1, 40)]
    take(store, *earlier, passage(1, NOW, registered_colour="白", registered_brand="五菱", registered_class="H31"))
    take(store, passage(9, NOW, plate="浙J00000"))
    past = asked(store, alert_on(store, "p1"))
    assert past is not None
    assert (past.plate_no, past.passages, past.days) == (PLATE, 4, 4)
    assert past.since == NOW - 40 * DAY and past.places == (("椒江二桥", 4),)
    assert [seen.at for seen in past.seen] == [NOW] and past.registered == "白 五菱 轻货"


def test_that_what_is_older_than_180_days_is_not_told(sqlite_store: Store) -> None:
    take(sqlite_store, passage(1, NOW), passage(2, NOW - 181 * DAY))
    past = asked(sqlite_store, alert_on(sqlite_store, "p1"))
    assert past is not None and past.passages == 1


def test_that_earlier_alerts_of_the_vehicle_are_counted_and_not_itself(sqlite_store: Store) -> None:
    take(sqlite_store, passage(1, NOW), passage(2, NOW - DAY))
    alert_on(sqlite_store, "p2", at=NOW - DAY, key="k1")
    past = asked(sqlite_store, alert_on(sqlite_store, "p1", key="k2"))
    assert past is not None and past.alerts_before == 1


def test_that_nothing_is_told_of_a_closed_case(sqlite_store: Store) -> None:
    take(sqlite_store, passage(1, NOW))
    alert = alert_on(sqlite_store, "p1")
    for action in (Action.SIGN, Action.VERIFY, Action.FALSE_ALARM, Action.CLOSE):
        current = sqlite_store.alert(alert.id)
        assert current is not None
        command = Command(alert.id, action, current.version, false_reason=FalseReason.ALGORITHM, text="看图")
        outcome = sqlite_store.perform(command, LI, NOW)
        assert outcome.done, outcome.refusal
    assert asked(sqlite_store, alert) is None


def test_that_an_officer_who_may_not_see_the_alert_is_told_nothing(sqlite_store: Store) -> None:
    take(sqlite_store, passage(1, NOW))
    alert = alert_on(sqlite_store, "p1")
    assert asked(sqlite_store, alert, GREEN) is None
    assert asked(sqlite_store, alert, replace(GREEN, department="生态环境")) is not None


def test_that_of_a_plate_not_read_whole_only_the_sighting_is_told(sqlite_store: Store) -> None:
    take(sqlite_store, passage(1, NOW, plate="浙J7-35X"), passage(2, NOW - DAY, plate="浙J7-35X"))
    past = asked(sqlite_store, alert_on(sqlite_store, "p1"))
    assert past is not None and (past.plate_no, past.passages) == ("", 1)


def test_that_pictures_come_along_while_they_are_kept(sqlite_store: Store, tmp_path: Path) -> None:
    images = Images(tmp_path)
    sha = images.put(b"a picture")
    take(sqlite_store, passage(1, NOW, image=sha), passage(2, NOW - timedelta(minutes=3), image="0" * 64))
    sqlite_store.use_images(images)
    past = asked(sqlite_store, alert_on(sqlite_store, "p2", "p1"))
    assert past is not None and [seen.picture for seen in past.seen] == [b"", b"a picture"]
