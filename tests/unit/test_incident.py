"""What belongs together: in any order, by links and minutes, and never by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alert import Alert, AlertLevel, Detection, Work
from services.domain.incident import (
    Incident,
    around,
    gap,
    incident_of,
    linked,
    links_of,
    threads,
    why_linked,
    within_of,
)

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WINDOW = 15 * MINUTE


def alert(number: int, *links: str, at: float = 0, lasts: float = 0, **more: Any) -> Alert:
    begun = NOW + at * MINUTE
    base = Alert(
        f"A{number:02d}", 1, f"k{number}", f"R-{number}", 1, "", "community", AlertLevel.YELLOW, f"题 {number}", "户",
        "户", "dwelling", "", "1 幢", begun, begun, begun + lasts * MINUTE, links=links,
    )  # fmt: skip
    return replace(base, **more)


def shape(alerts: list[Alert]) -> set[frozenset[str]]:
    return {frozenset(a.id for a in members) for members in threads(alerts, WINDOW)}


some_alerts = st.lists(
    st.builds(
        lambda n, links, at, lasts, out: alert(n, *links, at=at, lasts=lasts, unlinked=out),
        st.integers(0, 60),
        st.lists(st.sampled_from(["vehicle:1", "dwelling:1", "dwelling:2", "boat:1"]), max_size=2, unique=True),
        st.integers(0, 60),
        st.integers(0, 5),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda a: a.id,
)


@given(some_alerts, st.randoms())
def test_that_the_order_changes_nothing(some, chance):
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert shape(some) == shape(shuffled)


@given(some_alerts)
def test_that_threads_are_the_closure_of_belonging(some):
    """Against the plainest definition: join any two groups with two alerts that belong together."""
    groups = [{a.id} for a in some]
    known = {a.id: a for a in some}
    moved = True
    while moved:
        moved = False
        for one in groups:
            other = next(
                (g for g in groups if g is not one and any(_near(known[a], known[b]) for a in one for b in g)), None
            )
            if other is not None:
                one |= other
                groups.remove(other)
                moved = True
                break
    assert shape(some) == {frozenset(group) for group in groups}


def _near(one: Alert, other: Alert) -> bool:
    share = bool({*one.links} & {*other.links})
    return share and not (one.unlinked or other.unlinked) and gap(one, other) <= WINDOW


def test_that_exactly_fifteen_minutes_still_belong_and_a_lasting_alert_counts_to_its_last_event():
    assert len(shape([alert(1, "boat:1"), alert(2, "boat:1", at=15)])) == 1
    assert len(shape([alert(1, "boat:1"), alert(2, "boat:1", at=15.1)])) == 2
    assert len(shape([alert(1, "boat:1", lasts=20), alert(2, "boat:1", at=35)])) == 1


def test_that_alerts_of_one_incident_stay_together_though_they_share_nothing():
    by_hand = [alert(1, incident_id="SJ-1"), alert(2, at=600, incident_id="SJ-1")]
    assert len(shape(by_hand)) == 1


def test_that_a_plate_a_dwelling_and_a_boat_are_links_and_a_person_is_none():
    record = {"plate_no": "浙J8T56K", "dwelling_id": "D1", "boat_id": "", "person_id": "P1", "estate_id": "E1"}
    assert links_of(record) == ("dwelling:D1", "vehicle:浙J8T56K")
    assert within_of(record) == ("estate:E1",)


def test_that_a_plate_with_an_unread_sign_links_nothing():
    assert links_of({"plate_no": "浙J8T5-K"}) == ()


@pytest.mark.parametrize(
    ("kind", "links"),
    [("elder", ("dwelling:X",)), ("warehouse", ("warehouse:X",)), ("estate", ()), ("checkpoint", ()), ("passage", ())],
)
def test_that_a_subject_is_a_link_when_several_alerts_may_be_about_it(kind, links):
    found = Detection("k", "R", 1, "", "", AlertLevel.BLUE, "", "", "", kind, "X", "", NOW)
    assert linked(found) == links
    assert f"{kind}:X" in around(found)


def test_that_the_reason_names_what_is_shared_and_how_far_apart_without_an_id_or_plate():
    one, other = alert(1, "vehicle:浙J8T56K"), alert(2, "vehicle:浙J8T56K", at=3)
    assert why_linked(other, one) == "同一车辆，与“题 1”相隔 3 分"
    assert why_linked(one, one) == "同一车辆，与“题 1”同时"


def test_that_a_thread_hangs_on_its_worst_open_alert_and_whoever_signed_it_owns_it():
    first = alert(1, incident_id="SJ-1", acked_by="王*")
    worst = alert(2, at=1, incident_id="SJ-1", level=AlertLevel.RED, acked_by="李*", scene="boats")
    closed = alert(3, at=2, incident_id="SJ-1", level=AlertLevel.RED, work=Work.CLOSED)
    thread = incident_of(first, [closed, worst, first, alert(4)])
    assert thread == Incident("SJ-1", (first, worst, closed))
    assert thread is not None
    assert (thread.parent, thread.owner, thread.scenes) == (worst, "李*", ("community", "boats"))


def test_that_one_alert_is_no_thread():
    assert incident_of(alert(1, incident_id="SJ-1"), [alert(1, incident_id="SJ-1")]) is None
    assert incident_of(alert(1), [alert(1), alert(2)]) is None
