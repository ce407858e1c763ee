"""The site file: every mistake is named, nothing is guessed."""

from pathlib import Path

import pytest

from services.collect.site import KNOWN, SiteError, read_site

HERE = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_that_a_relative_store_lies_beside_the_site_file(tmp_path):
    site = read_site(written(tmp_path, '[store]\nurl = "sqlite:///a.db"\n'))
    assert site.store_url == f"sqlite:///{tmp_path / 'a.db'}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nmae = 'x'\n", "不认识的键 'nmae'"),
        ("name = \n", "不是有效的 TOML"),
        ("[clock]\nstart = 2026-11-21T14:00:00\nanchor_s = 1\n", "带时区"),
        ("[clock]\nstart = 2026-11-21T14:00:00+08:00\n", "anchor_s"),
    ],
)
def test_that_a_wrong_site_file_says_what_is_wrong(tmp_path, text, said):
    with pytest.raises(SiteError, match=r"site\.toml") as refused:
        read_site(written(tmp_path, text))
    assert said in str(refused.value)


def test_that_a_missing_site_file_is_named(tmp_path):
    with pytest.raises(SiteError, match=r"nowhere\.toml"):
        read_site(tmp_path / "nowhere.toml")


def test_that_every_key_of_the_site_file_is_documented():
    text = (HERE / "docs" / "site.md").read_text(encoding="utf-8")
    assert [key for key in KNOWN if f"`{key}`" not in text and f"[{key}" not in text] == []
