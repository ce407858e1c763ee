"""``main.py account`` as an administrator types it; and the machine that is the wall."""

from __future__ import annotations

import io
import sys

import pytest

from console import binding, verbs
from console.account import AccountRefusedError, run
from console.admission import NotAdmitted, admitted, why_not_bound
from services.collect.opening import open_for
from services.collect.site import read_site
from services.domain.alert import Action, Command
from services.domain.login import LogIn
from services.domain.officer import Officer, Role
from services.store.errors import StoreReadOnly

SITE = '[store]\nurl = "sqlite:///d.db"\n[login]\nargon2_memory_kib = 8192\nargon2_time = 1\nargon2_lanes = 1\n'
FIRST, SECOND = "Qing-feng-88", "New-feng-99"


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    return read_site(tmp_path / "site.toml")


@pytest.fixture
def do(site):
    def typed(line: str, *passwords: str) -> str:
        said = iter(passwords)
        path = str(site.folder / "site.toml")
        options = verbs._parser().parse_args(["account", *line.split(), "--site", path])
        return run(site, options, lambda _prompt: next(said))

    return typed


def administrators(do) -> None:
    do("add sun --name 孙 --role sysadmin", FIRST)
    do("add qian --name 钱 --role secadmin", FIRST)


def test_that_two_administrators_make_an_officer_and_he_comes_in(do, site):
    administrators(do)
    do("add wang --name 王海涛 --as sun", FIRST, SECOND, FIRST)
    do("bounds wang --scenes boats,community --as qian", FIRST, SECOND)
    assert do("give wang --role duty --as qian", SECOND) == "已更新 wang  王*  duty  boats,community"
    with open_for(site) as store:
        outcome = store.accounts.log_in(
            LogIn("wang", FIRST, "席位", Role.DUTY, SECOND), site.timebase.now(), site.login
        )
        assert outcome.case.officer.scenes == ("boats", "community")


def test_that_the_machine_makes_administrators_only_and_only_the_first(do):
    with pytest.raises(AccountRefusedError, match="只能直接建首位管理员"):
        do("add wang --name 王 --role duty", FIRST)
    administrators(do)
    do("add zhao --name 赵 --role auditadmin", FIRST)
    with pytest.raises(AccountRefusedError, match="须系统管理员"):
        do("add wang --name 王", FIRST)
    assert "wang" not in do("list")


def test_that_wrong_passwords_typed_here_count_as_at_any_desk(do):
    administrators(do)
    for _ in range(4):
        with pytest.raises(AccountRefusedError, match="还可试"):
            do("add wang --name 王 --as sun", "wrong")
    with pytest.raises(AccountRefusedError, match="已锁定至"):
        do("add wang --name 王 --as sun", "wrong")
    with pytest.raises(AccountRefusedError, match="已锁定至"):  # the seat is locked too
        do("unlock sun --as qian", FIRST, SECOND)


def test_that_a_poor_password_is_refused_with_its_reason(do):
    with pytest.raises(AccountRefusedError, match="口令至少 8 位"):
        do("add sun --name 孙 --role sysadmin", "short")


def test_that_the_verb_prints_what_was_done_and_says_in_one_line_why_not(site, capsys, monkeypatch):
    path = str(site.folder / "site.toml")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert verbs.main(["account", "list", "--site", path]) == 0
    assert "还没有账号" in capsys.readouterr().out
    assert verbs.main(["account", "give", "wang", "--site", path]) == 1
    assert "没有办成：没有账号 wang" in capsys.readouterr().err


def test_that_the_audit_is_printed_for_the_audit_administrator_alone(do):
    administrators(do)
    do("add zhao --name 赵 --role auditadmin", FIRST)
    with pytest.raises(AccountRefusedError, match="须审计管理员"):
        do("audit")
    with pytest.raises(AccountRefusedError, match="没有这个岗位"):
        do("audit --as sun", FIRST)
    said = do("audit --as zhao", FIRST, SECOND).splitlines()
    assert "登录失败 sun" in said[0]
    assert "登录" in said[-1]


# ------------------------------------------------------------------------------------------- the wall


def test_that_the_bound_machine_opens_the_wall_and_can_write_nothing(do, site):
    do("bind-wall")
    with admitted(site, folder(site)) as store:
        assert store.snapshot("alerts", site.timebase.now()).topic == "alerts"
        wall = Officer("wall", "大屏", Role.WALL)
        with pytest.raises(StoreReadOnly):
            store.perform(Command("YJ-1", Action.SIGN, 1), wall, site.timebase.now())
        with pytest.raises(StoreReadOnly):
            store.put_topic("warehouses", [], site.timebase.now())


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
def test_that_the_token_is_for_its_owner_alone_and_one_that_others_read_binds_nothing(do, site):
    do("bind-wall")
    path = folder(site) / binding.TOKEN
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    assert "可被他人读取" in why_not_bound(site, folder(site))
    with pytest.raises(NotAdmitted, match="可被他人读取"):
        admitted(site, folder(site))


def test_that_a_token_carried_to_another_machine_does_not_fit(do, site, monkeypatch):
    do("bind-wall")
    monkeypatch.setattr(binding, "_machine_id", lambda: "another")
    with pytest.raises(NotAdmitted, match="绑定已失效"):
        admitted(site, folder(site))


def test_that_binding_again_ends_the_old_token(do, site):
    do("bind-wall")
    path = folder(site) / binding.TOKEN
    old = path.read_text(encoding="ascii")
    do("bind-wall")
    admitted(site, folder(site)).close()
    path.write_text(old, encoding="ascii")
    with pytest.raises(NotAdmitted, match="绑定已失效"):
        admitted(site, folder(site))


def test_that_binding_needs_the_system_administrator_once_there_is_one(do):
    administrators(do)
    with pytest.raises(AccountRefusedError, match="须系统管理员"):
        do("bind-wall")
    do("bind-wall --as sun", FIRST, SECOND)


def test_that_an_unbound_machine_is_told_what_to_type(site):
    assert "account bind-wall" in why_not_bound(site, folder(site))


def folder(site):
    return site.folder / "state" / "district-console"
