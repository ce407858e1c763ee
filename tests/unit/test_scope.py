"""An officer's scope, round the widgets: what the store reads to him and what it lets him write."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.domain.alert import Action, AlertLevel, Command, Detection
from services.domain.boats import FishingBoat
from services.domain.deed import Wish
from services.domain.guard import GUARDS
from services.domain.masked import Masked
from services.domain.officer import ADMINISTRATORS, ENGINE, PERSONS, Officer, Role
from services.domain.scope import OUTSIDE, scope_of
from services.domain.snapshot import SourceStatus
from services.domain.topics import TOPIC_SCENES, TOPICS, scene_of_topic
from services.store.schema import case_event
from services.store.scoping import OPEN_WISHES
from services.store.store import Store
from services.store.streams import OF_WISH, STREAMS

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SCENES = ("boats", "community", "checkpoints")
DEPARTMENTS = ("公安", "交通", "")
CODES = ("", "331002", "331002002", "331002002001", "331002002001G3", "331002003")
AREAS = ("", "331002", "331002002", "331002002001", "331002002001G3")


def detection(key: str, scene: str = "boats", department: str = "", code: str = "", support=()) -> Detection:
    found = Detection(key, "r1", 1, "规则", scene, AlertLevel.YELLOW, key, "甲", "甲", "boat", key, "锚地", NOW)
    return replace(found, department=department, grid_code=code, support=tuple(support))


def officer(role: Role, **rest) -> Officer:
    return Officer(f"u-{role}", "王海涛", role, **rest)


def fill(store: Store) -> None:
    """One alert of every scene × department × place, and one that is the police's alone."""
    kinds = product(SCENES, DEPARTMENTS, CODES)
    police = replace(detection("police", "community", "公安", "331002002001"), subject_kind="police_match")
    store.report([*(detection(f"{s} {d} {c}", s, d, c) for s, d, c in kinds), police], NOW)


def audit(store: Store) -> list[str]:
    return [entry.text for entry in store.cases("audit")]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("scope") / "store.db"
    with Store.open(f"sqlite:///{path}") as store:
        fill(store)
        yield store


OFFICERS = st.builds(
    Officer,
    id=st.just("u"),
    name=st.just("王海涛"),
    role=st.sampled_from(PERSONS),
    department=st.sampled_from(DEPARTMENTS),
    area=st.sampled_from(AREAS),
    scenes=st.lists(st.sampled_from(SCENES), unique=True, max_size=2).map(tuple),
)


# -------------------------------------------------------------------------------------------- reading


@given(somebody=OFFICERS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_a_snapshot_holds_exactly_what_the_scope_sees(filled, somebody):
    scope = scope_of(somebody)
    everything = filled.snapshot("alerts", NOW).records
    seen = {alert.id for alert in filled.snapshot("alerts", NOW, somebody).records}
    assert seen == {alert.id for alert in everything if scope.sees(alert)}


@given(somebody=OFFICERS)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_no_single_alert_or_history_is_read_from_outside_the_scope(filled, somebody):
    scope = scope_of(somebody)
    for alert in filled.snapshot("alerts", NOW).records[::7]:
        assert (filled.alert(alert.id, somebody) is not None) == scope.sees(alert)
        assert bool(filled.happenings(alert.id, somebody)) == scope.sees(alert)


def test_that_both_databases_filter_alike(store):
    fill(store)
    everything = store.snapshot("alerts", NOW).records
    for role, area, department in product((Role.DUTY, Role.GRID_WORKER, Role.DEPT_LIAISON), AREAS, DEPARTMENTS):
        somebody = officer(role, area=area, department=department, scenes=("community",))
        seen = {alert.id for alert in store.snapshot("alerts", NOW, somebody).records}
        assert seen == {alert.id for alert in everything if scope_of(somebody).sees(alert)}


def test_that_a_code_is_cut_at_its_own_length_and_percent_signs_mean_themselves(store):
    store.report([detection("a", "community", code="331002002001"), detection("b", "community", code="331002003")], NOW)
    seen = store.snapshot("alerts", NOW, officer(Role.DUTY, area="331002002")).records
    assert [alert.key for alert in seen] == ["a"]
    assert not store.snapshot("alerts", NOW, officer(Role.DUTY, area="33100200%")).records
    assert not store.snapshot("alerts", NOW, officer(Role.DEPT_LIAISON, department="%")).records


def test_that_an_alert_without_a_place_is_the_districts_and_not_a_communitys(store):
    store.report([detection("a", "community")], NOW)
    assert store.snapshot("alerts", NOW, officer(Role.DUTY, area="331002")).records
    assert not store.snapshot("alerts", NOW, officer(Role.DUTY, area="331002002")).records


def test_that_what_the_police_send_is_seen_by_police_and_duty_alone(filled):
    def sees(role: Role, **rest) -> bool:
        found = filled.snapshot("alerts", NOW, officer(role, **rest)).records
        return any(alert.subject_kind == "police_match" for alert in found)

    community = {"area": "331002002001"}
    assert [sees(Role.POLICE_ROOM), sees(Role.DUTY), sees(Role.DEPT_LIAISON, department="公安")] == [True] * 3
    assert not sees(Role.COMMUNITY_CADRE, **community)
    assert not sees(Role.GRID_WORKER, **community)
    assert not sees(Role.WALL)
    assert not sees(Role.DEPT_LIAISON, department="交通")


def test_that_a_supporting_department_sees_the_alert_and_one_merely_named_in_it_does_not(store):
    store.report([detection("a", department="公安", support=["交通"]), detection("交通", department="公安")], NOW)
    seen = store.snapshot("alerts", NOW, officer(Role.DEPT_LIAISON, department="交通")).records
    assert [alert.key for alert in seen] == ["a"]


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.COMMUNITY_CADRE, Role.DEPT_LIAISON, *ADMINISTRATORS])
def test_that_a_bound_role_without_its_bounds_and_an_administrator_see_no_alert(store, role):
    fill(store)
    assert not store.snapshot("alerts", NOW, officer(role)).records


def test_that_an_officer_of_boats_gets_no_topic_of_another_scene(store):
    store.put_topic("warehouses", [], NOW)
    store.put_topic("elders", [], NOW)
    dispatcher = officer(Role.DISPATCHER)
    assert store.snapshot("warehouses", NOW, dispatcher).error == ""
    for topic in TOPICS:
        if scene_of_topic(topic) not in ("", "boats"):
            assert store.snapshot(topic, NOW, dispatcher).error == OUTSIDE
            assert not len(store.snapshot(topic, NOW, dispatcher).records)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_that_administrators_get_their_own_topics_and_no_business(store, role):
    fill(store)
    store.mark(SourceStatus("a", "甲"))
    own = {
        Role.SYSADMIN: {"accounts", "sources"},
        Role.SECADMIN: {"accounts", "watch_orders"},
        Role.AUDITADMIN: {"audit", "watch_orders"},
    }[role]
    assert {t for t in TOPICS if store.snapshot(t, NOW, officer(role)).error != OUTSIDE} == own


@pytest.mark.parametrize("role", [role for role in PERSONS if role not in ADMINISTRATORS])
def test_that_nobody_at_work_reads_accounts_or_the_audit(store, role):
    for topic in ("accounts", "audit"):
        assert store.snapshot(topic, NOW, officer(role)).error == OUTSIDE
        assert store.cases({"accounts": "account"}.get(topic, topic), officer(role)) == ()


def test_that_every_topic_says_whose_it_is():
    assert TOPICS.keys() == TOPIC_SCENES.keys()


# -------------------------------------------------------------------------------------------- writing


@pytest.fixture(scope="module")
def raised(tmp_path_factory):
    path = tmp_path_factory.mktemp("roles") / "store.db"
    with Store.open(f"sqlite:///{path}") as store:
        (alert,) = store.report([detection("k")], NOW)
        yield store, alert


@pytest.mark.parametrize("role", PERSONS)
@pytest.mark.parametrize("action", Action)
def test_that_what_a_role_may_not_do_is_refused_by_the_store_itself_and_written_down(raised, role, action):
    store, alert = raised
    somebody = officer(role, department="公安", area="331002002001")
    before = audit(store), store.alert(alert.id)
    outcome = store.perform(Command(alert.id, action, 0), somebody, NOW)
    assert not outcome.done
    assert store.alert(alert.id) == before[1]
    denied = len(audit(store)) - len(before[0])
    may = role in GUARDS[action].roles and scope_of(somebody).sees(alert)
    assert denied == (0 if may else 1)


def test_that_a_command_from_outside_the_scope_is_refused_without_showing_the_alert(store):
    (alert,) = store.report([detection("k", "community", code="331002003")], NOW)
    for somebody in (officer(Role.DUTY, area="331002002"), officer(Role.DUTY, scenes=("boats",))):
        outcome = store.perform(Command(alert.id, Action.SIGN, alert.version), somebody, NOW)
        assert (outcome.refusal, outcome.alert) == (OUTSIDE, None)
    assert all(f"sign {alert.id}：{OUTSIDE}" in text for text in audit(store))
    assert not store.alert(alert.id).is_signed


def test_that_nothing_is_merged_into_an_alert_outside_the_scope(store):
    mine, other = store.report([detection("a", "boats"), detection("b", "community")], NOW)
    command = Command(mine.id, Action.MERGE, mine.version, parent_id=other.id)
    assert store.perform(command, officer(Role.DUTY, scenes=("boats",)), NOW).refusal == OUTSIDE


def test_that_the_wall_writes_nothing_and_each_try_is_written_down(store):
    (alert,) = store.report([detection("k")], NOW)
    for action in Action:
        assert store.perform(Command(alert.id, action, 1), officer(Role.WALL), NOW).refusal == "大屏账号不可操作"
    assert len(audit(store)) == len(Action)
    assert store.alert(alert.id) == alert


def test_that_what_is_only_not_possible_now_is_no_matter_for_the_audit(store):
    (alert,) = store.report([detection("k")], NOW)
    assert not store.perform(Command(alert.id, Action.CLOSE, 1), officer(Role.DUTY), NOW).done
    assert audit(store) == []


def test_that_the_program_reads_everything():
    assert scope_of(ENGINE).is_whole
    assert all(scope_of(ENGINE).sees_topic(topic, scene_of_topic(topic)) for topic in TOPICS)


# ------------------------------------------------------------------------------------------- unmasking


def test_that_looking_behind_a_mask_needs_a_reason_and_is_written_down_either_way(store):
    (alert,) = store.report([detection("k")], NOW)
    duty = officer(Role.DUTY)
    assert store.reveal(alert.id, "owner", "核实", duty, NOW).refusal == "查看明文须写明理由，至少 4 个字"
    assert store.reveal(alert.id, "owner", "联系船东返港", officer(Role.ANALYST), NOW).refusal == "本岗位不可查看明文"
    assert store.reveal(alert.id, "owner", "联系船东返港", duty, NOW).refusal == "库中只存脱敏值，无法还原"
    texts = audit(store)
    assert len(texts) == 3
    assert any("联系船东返港（库中只存脱敏值）" in text for text in texts)


def test_that_a_boats_owner_is_shown_for_a_reason_and_his_phone_stands_in_no_log(store):
    phone = "13800001111"
    boat = FishingBoat(
        "k", "浙椒渔 1", 1, "", 20, 200, "拖网", "葭沚", Masked("林海生"), Masked(phone, "138****1111"), 1
    )
    store.put_topic("boat_register", [boat], NOW)
    (alert,) = store.report([detection("k")], NOW)
    assert store.reveal(alert.id, "phone", "联系船东返港", officer(Role.DUTY), NOW).value == phone
    assert store.reveal(alert.id, "mmsi", "联系船东返港", officer(Role.DUTY), NOW).refusal
    with store.read() as connection:
        assert phone not in "".join(connection.execute(select(case_event.c.body)).scalars())


def bare(kind: type) -> Wish:
    """A wish with nothing in it: who may not ask at all is refused before anybody looks inside."""
    return kind(**{field.name: None for field in fields(kind) if field.default is field.default_factory})


@pytest.mark.parametrize("kind", sorted(OF_WISH, key=lambda kind: kind.__name__))
def test_that_wall_and_administrators_wish_for_no_business_and_each_try_is_written_down(raised, kind):
    store, _alert = raised
    outsiders = [Role.WALL]
    if OF_WISH[kind].name not in ("account", "audit"):
        outsiders += sorted(ADMINISTRATORS - {OPEN_WISHES.get(kind)})
    for role in outsiders:
        before = len(audit(store))
        assert not store.perform(bare(kind), officer(role), NOW).done
        assert len(audit(store)) == before + 1


@pytest.mark.parametrize("kind", STREAMS["account"].wishes)
@pytest.mark.parametrize("role", [role for role in PERSONS if role not in ADMINISTRATORS])
def test_that_nobody_at_work_changes_an_account(raised, kind, role):
    store, _alert = raised
    assert not store.perform(bare(kind), officer(role), NOW).done
    assert store.cases("account") == ()
