"""The alerts of all time: filtered, sorted and paged by the database as plain Python would."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from services.domain.alert import Ack, Action, Alert, AlertLevel, Command, Detection, Work
from services.domain.officer import Officer, Role
from services.domain.search import AlertOrder, AlertSearch
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEAD = Officer("u2", "李晓", Role.SHIFT_LEAD)
SCENES = ("boats", "checkpoints", "community")


def fill(store: Store) -> tuple[Alert, ...]:
    """Twenty-four alerts of every scene and level; every fifth signed."""
    made: list[Alert] = []
    for number, (scene, level, rule) in enumerate(product(SCENES, AlertLevel, ("R-1", "R-2"))):
        at = NOW + number * MINUTE
        found = Detection(
            f"{rule}:浙J{number:05d}", rule, 1, "规则", scene, level, "标题", "对象", "对象", "passage", f"p{number}",
            "椒江二桥", at, department=("交警大队", "区渔业局")[number % 2], grid_code=f"33100200{number % 3}",
        )  # fmt: skip
        (alert,) = store.report([found], at)
        if number % 5 == 0:
            outcome = store.perform(Command(alert.id, Action.SIGN, alert.version), LEAD, at)
            assert outcome.alert is not None, outcome.refusal
            alert = outcome.alert
        made.append(alert)
    return tuple(made)


SEARCHES = [
    (AlertSearch(), lambda a: True),
    (AlertSearch(scenes=("boats", "community")), lambda a: a.scene != "checkpoints"),
    (AlertSearch(levels=(AlertLevel.RED,)), lambda a: a.level is AlertLevel.RED),
    (AlertSearch(works=(Work.NEW,)), lambda a: a.work is Work.NEW),
    (AlertSearch(ack=Ack.ACKED), lambda a: a.is_signed),
    (AlertSearch(is_open=False), lambda a: not a.is_open),
    (AlertSearch(rule_ids=("R-2",)), lambda a: a.rule_id == "R-2"),
    (AlertSearch(departments=("区渔业局",)), lambda a: a.department == "区渔业局"),
    (AlertSearch(grid="331002001"), lambda a: a.grid_code == "331002001"),
    (AlertSearch(subject_kind="passage", subject_id="p7"), lambda a: a.subject_id == "p7"),
    (AlertSearch(since=NOW + 5 * MINUTE, before=NOW + 9 * MINUTE), lambda a: a.subject_id in ("p5", "p6", "p7", "p8")),
    (AlertSearch(text="浙J0001"), lambda a: "浙J0001" in a.key),
    (AlertSearch(text="%"), lambda a: False),
    (
        AlertSearch(scenes=("boats",), levels=(AlertLevel.ORANGE, AlertLevel.RED), rule_ids=("R-1",)),
        lambda a: a.scene == "boats" and a.level >= AlertLevel.ORANGE and a.rule_id == "R-1",
    ),
]


def test_that_each_filter_takes_what_python_takes(store):
    every = fill(store)
    for search, takes in SEARCHES:
        wanted = [a for a in reversed(every) if takes(a)]
        found = store.find_alerts(search)
        assert [a.id for a in found.alerts] == [a.id for a in wanted], search
        assert found.total == len(wanted)


def test_that_orders_are_stable_and_the_newest_of_equals_comes_first(store):
    every = tuple(reversed(fill(store)))
    keys = {
        AlertOrder.NEWEST: lambda a: 0,
        AlertOrder.LEVEL: lambda a: -a.level,
        AlertOrder.WORK: lambda a: list(Work).index(a.work),
        AlertOrder.RULE: lambda a: a.rule_id,
    }
    for order, key in keys.items():
        assert [a.id for a in store.find_alerts(AlertSearch(), order).alerts] == [a.id for a in sorted(every, key=key)]
    oldest = store.find_alerts(AlertSearch(), AlertOrder.OLDEST).alerts
    assert [a.id for a in oldest] == [a.id for a in reversed(every)]


def test_that_pages_join_without_gap_or_double(store):
    every = fill(store)
    pages = [store.find_alerts(AlertSearch(), AlertOrder.LEVEL, 7, start) for start in range(0, 28, 7)]
    assert [len(p.alerts) for p in pages] == [7, 7, 7, 3]
    assert {a.id for p in pages for a in p.alerts} == {a.id for a in every}
    assert {p.total for p in pages} == {24}


def test_that_a_page_is_never_endless(sqlite_store):
    fill(sqlite_store)
    assert len(sqlite_store.find_alerts(AlertSearch(), limit=10**9).alerts) == 24
    assert sqlite_store.find_alerts(AlertSearch(), limit=-1, offset=-5).alerts == ()


def test_that_an_officer_finds_only_what_his_scope_sees(store):
    every = fill(store)
    liaison = Officer("u3", "郑洁", Role.DEPT_LIAISON, department="区渔业局")
    found = store.find_alerts(AlertSearch(), officer=liaison)
    assert {a.id for a in found.alerts} == {a.id for a in every if a.department == "区渔业局"}
    dispatcher = replace(liaison, role=Role.DISPATCHER, department="")
    assert {a.scene for a in store.find_alerts(AlertSearch(), officer=dispatcher).alerts} == {"boats"}


def test_that_the_search_reads_bodies_of_its_page_only(sqlite_store):
    """The whole filter and order stand in one index."""
    with sqlite_store.read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM alert WHERE scene IN ('boats') AND level = 4 AND key LIKE '%x%'"
            " ORDER BY level DESC, raised_at DESC, id DESC LIMIT 200"
        ).all()
    assert any("COVERING INDEX ix_alert_find" in str(row) for row in plan), plan
