"""The command line: every verb explains itself and is in the manual."""

import argparse
from pathlib import Path

import pytest

from console import verbs

DOCS = Path(__file__).resolve().parents[2] / "docs"


def names() -> list[str]:
    actions = verbs._parser()._subparsers._group_actions  # type: ignore[union-attr]
    return list(actions[0].choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", names())
def test_that_each_verb_has_help_and_is_in_the_manual(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        verbs.main([verb, "--help"])
    assert ended.value.code == 0
    assert verb in capsys.readouterr().out
    assert f"**`{verb}`**" in (DOCS / "verbs.md").read_text(encoding="utf-8")


def test_that_a_desk_without_a_display_says_so_and_offers_a_picture(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert verbs.main([]) == 2
    assert "./run shot" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["1920", "1920x", "axb", "10x10", "999999x1080"])
def test_that_a_wrong_picture_size_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="宽x高"):
        verbs._size(text)


def test_that_an_unknown_fault_lists_the_choices():
    with pytest.raises(argparse.ArgumentTypeError, match="hang"):
        verbs._fault("boats=sleepy")


def test_that_a_missing_site_ends_with_its_name(tmp_path, capsys):
    assert verbs.main(["collect", "--site", str(tmp_path / "no.toml")]) == 2
    assert "no.toml" in capsys.readouterr().err
