"""Accounts on disk: who comes in, what wrong passwords lead to, and what the log keeps of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.domain.account import Account, BindWall, CreateAccount, Disable, GiveRole, SetBounds, TakeRole
from services.domain.alert import Action, Command
from services.domain.login import Admission, LogIn, PasswordDue, RoleChoice
from services.domain.officer import ENGINE, Officer, Role
from services.domain.password import LoginRules
from services.store import credentials
from services.store.errors import StoreReadOnly
from services.store.schema import case_event, credential
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RULES = LoginRules(argon2_memory_kib=8_192, argon2_time=1, argon2_lanes=1)
GOOD, NEXT = "Haifeng-2026", "Taizhou#5511"
SYS = Officer("sys", "系统", Role.SYSADMIN)
SEC = Officer("sec", "安全", Role.SECADMIN)
WANG = Account("wang", 1, "王海涛", (Role.DUTY,))


@pytest.fixture
def manned(store) -> Store:
    store.accounts.seed([WANG], GOOD, NOW, RULES)
    return store


def came(store: Store, password: str = GOOD, at: datetime = NOW, login: str = "wang", seat: str = "席位 1", **rest):
    return store.accounts.log_in(LogIn(login, password, seat, **rest), at, RULES)


def asked(store: Store, wish, officer: Officer = SYS):
    return store.perform(wish, officer, NOW)


def audit(store: Store) -> list[str]:
    return [entry.kind for entry in sorted(store.cases("audit"), key=attrgetter("id"))]


def version(store: Store, account_id: str) -> int:
    return next(a.version for a in store.cases("account") if a.id == account_id)


# ------------------------------------------------------------------------------------------ coming in


def test_that_the_right_password_admits_in_the_one_role_of_the_account(manned):
    outcome = came(manned)
    assert outcome.done
    assert outcome.case == Admission(WANG.officer(Role.DUTY), (Role.DUTY,))


def test_that_the_last_time_and_place_and_the_failures_since_are_told(manned):
    came(manned, seat="席位 2")
    came(manned, "wrong", NOW + MINUTE)
    came(manned, "wrong", NOW + MINUTE)
    told = came(manned, at=NOW + 2 * MINUTE).case
    assert (told.last_at, told.last_from, told.failed) == (NOW, "席位 2", 2)
    assert came(manned, at=NOW + 3 * MINUTE).case.failed == 0


def test_that_a_log_in_name_may_be_typed_in_capitals(manned):
    assert came(manned, login=" Wang ").done


@pytest.mark.parametrize("login", ["wang", "nobody"])
def test_that_the_answer_does_not_tell_which_names_exist(manned, login):
    said = [came(manned, f"wrong {n}", login=login).refusal for n in range(6)]
    assert said[0] == "账号或口令不对，还可试 4 次"
    assert said[3] == "账号或口令不对，还可试 1 次"
    assert said[4:] == ["失败次数过多，已锁定至 14:15"] * 2


def test_that_the_right_password_does_not_open_a_locked_account_until_its_time(manned):
    for seat in range(5):
        came(manned, "wrong", seat=f"席位 {seat}")
    assert came(manned, at=NOW + 14 * MINUTE, seat="席位 9").refusal == "失败次数过多，已锁定至 14:15"
    assert came(manned, at=NOW + 15 * MINUTE, seat="席位 9").done


def test_that_a_seat_locks_over_many_accounts_and_other_seats_go_on(manned):
    for number in range(5):
        came(manned, "wrong", login=f"guess{number}")
    assert not came(manned).done
    assert came(manned, seat="席位 2").done


def test_that_a_lock_survives_a_restart(sqlite_url):
    with Store.open(sqlite_url) as store:
        store.accounts.seed([WANG], GOOD, NOW, RULES)
        for _ in range(5):
            came(store, "wrong")
    with Store.open(sqlite_url) as store:
        assert "已锁定" in came(store, seat="席位 2").refusal


def test_that_the_security_administrator_unlocks_and_nobody_else(manned):
    for _ in range(5):
        came(manned, "wrong")
    assert manned.accounts.unlock("wang", SYS, NOW) == "须安全管理员"
    assert audit(manned)[-1] == "denied"
    assert manned.accounts.unlock("wang", SEC, NOW) == ""
    assert came(manned, seat="席位 2").done


def test_that_two_seats_trying_at_once_are_counted_both(manned):
    """Each hashes before the other writes: what counts is what is on disk when it is judged."""
    first = LogIn("wang", "wrong", "席位 1")
    for _ in range(2):
        manned.accounts.log_in(first, NOW, RULES)
        manned.accounts.log_in(LogIn("wang", "wrong", "席位 2"), NOW, RULES)
    assert came(manned, "wrong", seat="席位 3").refusal.startswith("失败次数过多")


def test_that_who_has_several_roles_is_asked_which_one_it_is_today(store):
    store.accounts.seed([Account("li", 1, "李建国", (Role.DUTY, Role.SHIFT_LEAD))], GOOD, NOW, RULES)
    assert came(store, login="li").case == RoleChoice((Role.DUTY, Role.SHIFT_LEAD))
    assert came(store, login="li", role=Role.SHIFT_LEAD).case.officer.role is Role.SHIFT_LEAD
    assert came(store, login="li", role=Role.DUTY_LEADER).refusal == "账号没有这个岗位"


# ------------------------------------------------------------------------------------------ passwords


def test_that_an_old_password_must_be_replaced_and_the_new_one_holds(manned):
    due = came(manned, at=NOW + 90 * DAY)
    assert due.case == PasswordDue("口令已用满 90 天，请设定新口令")
    assert came(manned, at=NOW + 90 * DAY, new_password=NEXT).done
    assert not came(manned, at=NOW + 91 * DAY).done
    assert came(manned, NEXT, NOW + 91 * DAY).done


@pytest.mark.parametrize(
    ("wished", "said"),
    [
        ("Short1!", "口令至少 8 位"),
        ("onlyletters", "口令须含大写、小写、数字、符号中的 3 类"),
        ("Wang-2026-x", "口令不得包含账号或姓名"),
        (GOOD, "不得与最近 5 次用过的口令相同"),
    ],
)
def test_that_a_poor_new_password_is_refused_with_its_reason(manned, wished, said):
    outcome = came(manned, at=NOW + 90 * DAY, new_password=wished)
    assert outcome.refusal == said
    assert isinstance(outcome.case, PasswordDue)


def test_that_none_of_the_last_five_comes_back_and_the_sixth_may(manned):
    now, at = GOOD, NOW
    for number in range(5):
        wished = f"Number-{number}-ok"
        at += DAY
        assert came(manned, now, at, new_password=wished).done
        now = wished
        if number < 4:
            assert not came(manned, now, at, new_password=GOOD).done
    assert came(manned, now, at, new_password=GOOD).done


def test_that_a_password_set_by_the_administrator_must_be_changed_at_once(manned):
    assert manned.accounts.set_password("wang", NEXT, SEC, NOW, RULES) == "须系统管理员"
    assert manned.accounts.set_password("wang", NEXT, SYS, NOW, RULES) == ""
    assert came(manned, NEXT).case == PasswordDue("首次登录，请设定新口令")
    assert came(manned, NEXT, new_password="Another-77x").done


def test_that_neither_password_nor_hash_is_in_the_log_or_in_any_words(manned):
    came(manned, at=NOW + 90 * DAY, new_password=NEXT)
    with manned.read() as connection:
        log = "".join(connection.execute(select(case_event.c.body)).scalars())
        kept = connection.execute(select(credential.c.hash)).scalars().all()
    assert any(hash_.startswith("$argon2id$") for hash_ in kept)
    assert not any(secret in log for secret in (GOOD, NEXT, "argon2", *filter(None, kept)))
    assert GOOD not in repr(LogIn("wang", GOOD, "席位 1", new_password=GOOD))


# ----------------------------------------------------------------------------------- who makes officers


def test_that_creating_and_giving_roles_are_two_peoples_work(store):
    create = CreateAccount(login="zhou", name="周敏")
    assert asked(store, create, SEC).refusal == "须系统管理员"
    assert asked(store, create, SYS).done
    give = GiveRole(case_id="zhou", expected_version=1, role=Role.DUTY)
    assert asked(store, give, SYS).refusal == "须安全管理员"
    assert asked(store, give, SEC).case.roles == (Role.DUTY,)
    assert asked(store, create, SYS).refusal == "账号 zhou 已存在"


@pytest.mark.parametrize("other", [Role.SECADMIN, Role.AUDITADMIN, Role.DUTY, Role.ANALYST])
def test_that_an_administrator_holds_no_other_role(store, other):
    store.accounts.seed([Account("adm", 1, "郑", (Role.SYSADMIN,))], GOOD, NOW, RULES)
    give = GiveRole(case_id="adm", expected_version=version(store, "adm"), role=other)
    assert asked(store, give, SEC).refusal == "管理员和大屏账号不得兼任其他岗位"


def test_that_a_role_bound_to_a_place_or_department_needs_one_first(store):
    asked(store, CreateAccount(login="grid", name="林"), SYS)
    for role, said in ((Role.GRID_WORKER, "社区或网格代码"), (Role.DEPT_LIAISON, "部门")):
        give = GiveRole(case_id="grid", expected_version=1, role=role)
        assert said in asked(store, give, SEC).refusal
    bounds = SetBounds(case_id="grid", expected_version=1, area="331002002001", department="公安")
    assert asked(store, SetBounds(case_id="grid", expected_version=1, area="33"), SEC).refusal.startswith("区划代码")
    assert asked(store, bounds, SEC).done
    assert asked(store, GiveRole(case_id="grid", expected_version=2, role=Role.GRID_WORKER), SEC).done


def test_that_nobody_changes_his_own_account(store):
    store.accounts.seed([Account("sec", 1, "安全", (Role.SECADMIN,))], GOOD, NOW, RULES)
    take = TakeRole(case_id="sec", expected_version=version(store, "sec"), role=Role.SECADMIN)
    assert asked(store, take, SEC).refusal == "不能改动自己的账号"


def test_that_the_machine_itself_fills_only_an_administrators_empty_chair(store):
    assert asked(store, CreateAccount(login="root", name="孙"), ENGINE).done
    give = GiveRole(case_id="root", expected_version=1, role=Role.SYSADMIN)
    assert asked(store, GiveRole(case_id="root", expected_version=1, role=Role.DUTY), ENGINE).refusal == "须安全管理员"
    assert asked(store, give, ENGINE).done
    asked(store, CreateAccount(login="root2", name="孙"), ENGINE)
    assert not asked(store, GiveRole(case_id="root2", expected_version=1, role=Role.SYSADMIN), ENGINE).done


def test_that_a_disabled_account_neither_comes_in_nor_goes_on_commanding(manned):
    assert asked(manned, Disable(case_id="wang", expected_version=version(manned, "wang"), reason="调离")).done
    assert came(manned).refusal == "账号已停用，请找系统管理员"
    outcome = asked(manned, Command("YJ-1", Action.SIGN, 1), WANG.officer(Role.DUTY))
    assert outcome.refusal == "账号已停用"
    assert audit(manned)[-1] == "denied"


def test_that_a_role_taken_away_commands_nothing_more(manned):
    outcome = asked(manned, Command("YJ-1", Action.SIGN, 1), WANG.officer(Role.DUTY_LEADER))
    assert outcome.refusal == "账号没有这个岗位"


def test_that_only_the_bound_machine_with_its_token_is_the_wall(store):
    assert asked(store, BindWall(machine="m1", token="t1"), ENGINE).done
    assert store.accounts.admits_wall("m1", "t1")
    assert not store.accounts.admits_wall("m2", "t1")
    assert not store.accounts.admits_wall("m1", "t2")
    assert not store.accounts.admits_wall("", "")


def test_that_a_store_opened_to_read_reads_and_the_database_itself_refuses_to_write(store, store_url):
    with Store.open(store_url, read_only=True) as wall:
        assert wall.snapshot("alerts", NOW).topic == "alerts"
        with pytest.raises(StoreReadOnly):
            wall.accounts.seed([WANG], GOOD, NOW, RULES)
        with pytest.raises(StoreReadOnly):
            wall.perform(Command("YJ-1", Action.SIGN, 1), Officer("wall", "大屏", Role.WALL), NOW)
        with wall.read() as connection, pytest.raises(DBAPIError):
            connection.exec_driver_sql("DELETE FROM change")
    assert store.cases("account") == ()


def test_that_the_log_alone_rebuilds_the_accounts_and_stays_whole(manned):
    came(manned, "wrong")
    came(manned)
    before = manned.cases("account"), manned.cases("audit")
    manned.rebuild()
    assert (manned.cases("account"), manned.cases("audit")) == before
    assert manned.verify_chain() is None


def test_that_coming_in_failing_and_being_locked_out_are_in_the_audit(manned):
    came(manned, relieves="li")
    for _ in range(5):
        came(manned, "wrong")
    assert audit(manned) == ["logged_in", *["log_in_failed"] * 5, "locked_out"]
    assert next(e.text for e in manned.cases("audit") if e.kind == "logged_in") == "登录 席位 1，接替 li"


def test_that_a_store_without_accounts_says_how_the_first_is_made(store):
    assert came(store).refusal == "还没有账号，请先在本机运行 main.py account add"
    assert audit(store) == []


def test_that_of_many_tries_at_the_same_instant_each_is_counted(manned):
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda n: came(manned, "wrong", seat=f"席位 {n}").refusal, range(4)))
    assert sorted(said) == [f"账号或口令不对，还可试 {left} 次" for left in (1, 2, 3, 4)]
    assert came(manned, "wrong", seat="席位 9").refusal.startswith("失败次数过多")


def test_that_every_try_costs_one_comparison_whether_the_name_exists_is_locked_or_not(manned, monkeypatch):
    compared = []
    verifies = credentials.verifies
    monkeypatch.setattr(credentials, "verifies", lambda *given: compared.append(given) or verifies(*given))
    for login in ("wang", "nobody"):
        for number in range(7):
            came(manned, "wrong", login=login, seat=f"席位 {login} {number}")
    assert len(compared) == 14


@pytest.mark.parametrize("login", ["engine", "wall", "Wang", "a", "王", "a b", "@desk"])
def test_that_a_name_the_program_uses_itself_or_nobody_can_type_is_no_account(store, login):
    assert not asked(store, CreateAccount(login=login, name="王")).done
    assert store.cases("account") == ()
