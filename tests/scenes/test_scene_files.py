"""A scene file with a mistake says where it is and what it could have been."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.scene import SceneError, read_scene, read_scenes

KINDS = {"chart", "table"}
TOPICS = {"alerts", "fleet"}

GOOD = """
title = "试"
icon = "boat"
rank = 3
[desk]
[[desk.pane]]
kind = "table"
title = "表"
topics = ["fleet"]
at = [0, 0, 100, 100]
columns = ["a"]
[wall]
title = "大屏标题"
ticker = false
canvas = [3840, 1968]
[[wall.pane]]
kind = "chart"
at = [0, 0, 3840, 1968]
"""


def written(folder: Path, text: str, name: str = "x.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_that_a_scene_keeps_its_faces_boxes_and_options(tmp_path):
    scene = read_scene(written(tmp_path, GOOD), KINDS, TOPICS)
    desk, wall = scene.plans["desk"], scene.plans["wall"]
    assert (scene.id, scene.title, scene.rank) == ("x", "试", 3)
    assert desk.panes[0].options == {"columns": ["a"]}
    assert desk.topics == {"fleet"}
    assert (wall.title, wall.ticker, wall.canvas) == ("大屏标题", False, (3840.0, 1968.0))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"table"', '"tabel"', r"x.toml：\[desk\] 第 1 格 种类 'tabel' 不认识，可用：chart、table"),
        ('["fleet"]', '["flett"]', r"x.toml：\[desk\] 第 1 格 主题 'flett' 不认识，可用：alerts、fleet"),
        ('["fleet"]', '"fleet"', r"\[desk\] 第 1 格 topics 须为列表"),
        ("at = [0, 0, 100, 100]", "at = [0, 0, 100]", r"\[desk\] 第 1 格 at 须为 4 个数"),
        ("at = [0, 0, 100, 100]", "", r"\[desk\] 第 1 格 at 须为 4 个数"),
        ("at = [0, 0, 100, 100]", "at = [0, 0, 1459, 100]", r"\[desk\] 第 1 格 at 超出画布 1458×1007"),
        ('kind = "table"', "", r"\[desk\] 第 1 格 缺少 kind"),
        ('title = "试"', "", r"x.toml 缺少 title"),
        ("rank = 3", "rnak = 3", r"x.toml 键 'rnak' 不认识"),
        ("ticker = false", "tikcer = false", r"\[wall\] 键 'tikcer' 不认识"),
        ("[3840, 1968]\n[[", '[3840, "x"]\n[[', r"\[wall\] canvas 须为 2 个数"),
        ("rank = 3", "rank =", r"x.toml：不是有效的 TOML"),
    ],
)
def test_that_a_mistake_is_told_with_file_face_pane_and_choices(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(SceneError, match=said):
        read_scene(written(tmp_path, GOOD.replace(old, new)), KINDS, TOPICS)


def test_that_a_scene_without_a_face_is_refused(tmp_path):
    with pytest.raises(SceneError, match="至少要有"):
        read_scene(written(tmp_path, 'title = "试"'), KINDS, TOPICS)


def test_that_a_broken_scene_stands_in_the_rail_with_its_problem_and_the_others_go_on(tmp_path):
    written(tmp_path, GOOD, "good.toml")
    written(tmp_path, "title = ", "bad.toml")
    bad, good = sorted(read_scenes([tmp_path], KINDS, TOPICS), key=lambda s: s.id)
    assert "bad.toml" in bad.problem
    assert good.problem == ""
    assert good.plans


def test_that_a_site_scene_replaces_the_shipped_one_of_the_same_name(tmp_path):
    written(tmp_path / "shipped", GOOD)
    written(tmp_path / "site", GOOD.replace("试", "本地"))
    (scene,) = read_scenes([tmp_path / "shipped", tmp_path / "site"], KINDS, TOPICS)
    assert scene.title == "本地"


def test_that_a_broken_site_scene_keeps_the_place_of_the_one_it_replaces(tmp_path):
    written(tmp_path / "shipped", GOOD)
    written(tmp_path / "shipped", GOOD.replace("rank = 3", "rank = 4"), "y.toml")
    written(tmp_path / "site", GOOD.replace('"table"', '"tabel"'))
    first, second = read_scenes((tmp_path / "shipped", tmp_path / "site"), KINDS, TOPICS)
    assert (first.id, first.title, first.plans, second.id) == ("x", "试", {}, "y")
    assert "'tabel'" in first.problem
