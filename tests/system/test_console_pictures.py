"""``shot`` and ``check``: a picture of the asked size, and figures that say what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from console import inspection, photo
from console.core import Core
from console.inspection import Inspection
from console.photo import Photo
from console.sound import Silence
from services.domain.event import Batch
from services.domain.figures import Figure
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import REAL
from services.store.store import Store
from tests.scenes.sites import plain_site
from widgets.look import Face


@pytest.fixture
def core(qapp, sqlite_url, tmp_path) -> Iterator[Core]:
    made = Core(plain_site(sqlite_url, tmp_path), Silence())
    made.scenes = tuple(scene for scene in made.scenes if scene.id == "plain")
    yield made
    made.stop()


@pytest.fixture
def fed(sqlite_url) -> None:
    figure = Figure("boats", "覆盖渔船", "4,400+", "艘")
    with Store.open(sqlite_url) as store:
        store.take(Batch({"community_figures": (figure,)}), SourceStatus("a", "小区登记"), REAL.now())


def inspected(core: Core, qapp, complaints: tuple[str, ...] = ()) -> dict:
    work = Inspection(core, complaints, qapp)
    core.start()
    work.start()
    qapp.exec()
    return work.figures()


def photographed(core: Core, qapp, path: Path, face: Face = Face.DESK, scene: str = "plain") -> int:
    work = Photo(core, scene, path, face, (1280, 720), "dark", None, qapp)
    core.start()
    work.start()
    return qapp.exec()


@pytest.mark.parametrize("face", Face)
def test_that_a_picture_has_the_size_that_was_asked(core, fed, qapp, tmp_path, monkeypatch, face):
    monkeypatch.setattr(photo, "SETTLE_S", 0.1)
    assert photographed(core, qapp, tmp_path / "deep" / "x.png", face) == 0
    size = QImage(str(tmp_path / "deep" / "x.png")).size()
    assert (size.width(), size.height()) == (1280, 720)


def test_that_a_pane_without_data_stops_the_picture_and_is_named(core, qapp, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(photo, "PATIENCE_S", 0.3)
    assert photographed(core, qapp, tmp_path / "x.png") == 1
    assert "plain：等不到数据：数" in caplog.text
    assert not (tmp_path / "x.png").exists()


def test_that_an_unknown_scene_is_told_with_the_choices(core, qapp, tmp_path, caplog):
    assert photographed(core, qapp, tmp_path / "x.png", scene="boatz") == 1
    assert "场景 'boatz' 不认识，可用：plain" in caplog.text


def test_that_a_sound_district_has_no_problems(core, fed, qapp, monkeypatch):
    monkeypatch.setattr(inspection, "DWELL_S", 0.2)
    figures = inspected(core, qapp)
    assert figures["problems"] == []
    assert (figures["scenes"], figures["faces"], figures["panes"]) == (["plain"], ["desk", "wall"], 2)
    assert figures["sources"]["a"]["quality"] == "good"
    assert figures["alerts"] == {"open": 0, "blue": 0, "yellow": 0, "orange": 0, "red": 0}


def test_that_check_names_what_is_wrong(core, sqlite_url, qapp, monkeypatch):
    monkeypatch.setattr(inspection, "DWELL_S", 0.1)
    monkeypatch.setattr(inspection, "PATIENCE_S", 0.3)
    monkeypatch.setattr(inspection, "SOURCES_PATIENCE_S", 0.3)
    with Store.open(sqlite_url) as store:
        store.mark(SourceStatus("gates", "小区门禁", Quality.STALE, error="连接被拒"))
    problems = inspected(core, qapp, ("qt: QPainter::begin: …",))["problems"]
    assert "desk plain：窗格“数”没有收到数据" in problems
    assert "wall plain：窗格“数”没有收到数据" in problems
    assert "日志：qt: QPainter::begin: …" in problems
    assert "数据源 小区门禁：连接被拒" in problems
