"""A seat's settings survive damage; a roster's mistakes are told."""

from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from console.session import DEMO_ROSTER, Session, roster
from console.settings import Settings, asked_for, read_settings, write_settings
from services.collect.site import SiteError
from services.domain.officer import Role
from tests.scenes.fakes import NOW


def test_that_settings_come_back_as_they_were_written(tmp_path):
    kept = Settings("light", 1.25, "en", 'a"b\\c', "boats", NOW, True)
    write_settings(tmp_path / "deep" / "desk.toml", kept)
    assert read_settings(tmp_path / "deep" / "desk.toml") == kept


@pytest.mark.parametrize("text", ["theme = ", "\x00\x01", "theme = 7\ntext_scale = 'big'", "mute_until = 'soon'"])
def test_that_a_damaged_file_gives_the_usual_settings(tmp_path, caplog, text):
    path = tmp_path / "desk.toml"
    path.write_text(text, encoding="utf-8")
    assert read_settings(path) == Settings()


def test_that_bytes_that_are_no_text_give_the_usual_settings(tmp_path, caplog):
    path = tmp_path / "desk.toml"
    path.write_bytes(b"\xff\xfe\xff")
    assert read_settings(path) == Settings()


def test_that_a_missing_file_is_a_first_start_and_no_warning(tmp_path):
    assert read_settings(tmp_path / "none.toml") == Settings()


def test_that_settings_that_cannot_be_kept_are_said_and_nothing_stops(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    write_settings(tmp_path / "file" / "desk.toml", Settings())
    assert "not kept" in caplog.text


def test_that_the_command_line_goes_before_what_was_kept():
    kept = Settings(theme="dark", scene="home")
    asked = asked_for(kept, argparse.Namespace(theme="light", scene="boats"))
    assert asked == replace(kept, theme="light", scene="boats")
    assert asked_for(kept, argparse.Namespace(theme="", scene="")) == kept


def test_that_a_roster_is_read_from_the_site():
    officers = roster({"officers": [{"id": "a", "name": "赵一", "role": "duty", "shift": "甲班"}]}, demo=False)
    assert (officers[0].role, officers[0].shift) == (Role.DUTY, "甲班")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"id": "a", "role": "duty"}, "第 1 人：缺少 name"),
        ({"id": "a", "name": "赵一", "role": "boss"}, "role 'boss' 不认识，可用：wall、duty"),
    ],
)
def test_that_a_wrong_officer_is_told_with_the_choices(table, said):
    with pytest.raises(SiteError, match=said):
        roster({"officers": [table]}, demo=False)


def test_that_a_real_site_without_a_roster_gets_no_invented_names():
    assert [officer.name for officer in roster({}, demo=False)] == ["值班员"]
    assert roster({}, demo=True) == DEMO_ROSTER


def test_that_the_officer_of_the_last_start_is_at_the_desk_again(qtbot):
    assert Session(DEMO_ROSTER, "lead-b").officer.id == "lead-b"
    assert Session(DEMO_ROSTER, "gone").officer == DEMO_ROSTER[0]
