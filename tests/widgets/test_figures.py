from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from services.domain.figures import Bar, Figure, Part, Provenance
from services.domain.snapshot import Quality
from tests.shots.sheet import BARS, FIGURES, snapshot
from widgets.bars import BarsPane
from widgets.figures import FiguresPane
from widgets.look import Face, load_fonts, make_look


@pytest.fixture
def make_pane(qtbot):
    load_fonts()

    def make(options, width=1456, height=83, face=Face.DESK, scale=1.0, theme="dark") -> FiguresPane:
        look = make_look(face, theme, scale)
        pane = FiguresPane("", options, look)
        qtbot.addWidget(pane)
        pane.resize(look.px(width), look.px(height))
        return pane

    return make


def colours(image: QImage, step: int = 1) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(0, image.width(), step) for y in range(0, image.height(), step)
    }


def test_that_published_and_demo_figures_stand_apart_published_first(make_pane):
    pane = make_pane({"layout": "strip"})
    pane.show_snapshot(snapshot("home_figures", [*reversed(FIGURES)]))
    groups = pane._groups()
    assert [g for g, _ in groups] == [Provenance.PUBLISHED, Provenance.DEMO]
    assert all(f.provenance is g for g, figures in groups for f in figures)


def test_that_no_figure_runs_into_its_neighbour_or_out_of_the_strip(make_pane):
    for scale in (1.0, 1.25, 1.5):
        pane = make_pane({"layout": "strip"}, scale=scale)
        pane.show_snapshot(snapshot("home_figures", FIGURES))
        pane.grab()
        boxes = [box for box, _ in pane.hits]
        assert len(boxes) == len(FIGURES)
        assert all(a.right() < b.left() for a, b in pairwise(boxes))
        assert boxes[-1].right() <= pane.width()


def test_that_an_unknown_figure_is_hatched_and_shows_no_number(make_pane):
    known = make_pane({"layout": "tiles"}, 200, 90)
    known.show_snapshot(snapshot("f", [Figure("a", "质量平衡差", "2.1", "%", "目标 ≤ 5")]))
    unknown = make_pane({"layout": "tiles"}, 200, 90)
    figure = Figure("a", "质量平衡差", "0", "%", "目标 ≤ 5", unknown=True)
    unknown.show_snapshot(snapshot("f", [figure]))
    other = make_pane({"layout": "tiles"}, 200, 90)
    other.show_snapshot(snapshot("f", [replace(figure, value="777")]))
    text = make_look(Face.DESK).colour("text").name()
    assert text in colours(known.grab().toImage())
    assert text not in colours(unknown.grab().toImage())
    assert unknown.grab().toImage() == other.grab().toImage()


def test_that_a_stale_figure_fades_and_the_strip_says_since_when(make_pane):
    pane = make_pane({"layout": "strip"})
    pane.show_snapshot(snapshot("home_figures", FIGURES, Quality.STALE, "连接被拒"))
    assert pane._ink() == pane.look.colour("text3")
    assert pane.age_text() == "停在 14:32:06"
    image = pane.grab().toImage()
    chip = pane.look.colour("line2").name()
    assert any(
        image.pixelColor(x, y).name() == chip for x in range(image.width() - 120, image.width()) for y in range(20, 45)
    )


def test_that_only_the_named_figures_are_shown_in_the_named_order(make_pane):
    pane = make_pane({"only": ["today", "boats", "absent"]})
    pane.show_snapshot(snapshot("home_figures", FIGURES))
    assert [f.id for f in pane.figures] == ["today", "boats"]


def test_that_an_unknown_layout_is_refused_with_the_choices(make_pane):
    with pytest.raises(ValueError, match="strip、tiles、rows"):
        make_pane({"layout": "dial"})


@pytest.mark.parametrize("layout", ["strip", "tiles", "rows"])
@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_every_layout_is_painted_on_both_faces_in_both_themes(make_pane, layout, face, theme):
    scale = 0.5 if face is Face.WALL else 1.0
    pane = make_pane({"layout": layout, "columns": 4}, 1900, 600, face, scale, theme)
    pane.show_snapshot(snapshot("home_figures", FIGURES))
    seen = colours(pane.grab().toImage(), 2)
    assert pane.look.colour("text").name() in seen
    assert pane.look.colour("panel").name() in seen


def test_that_tiles_of_the_wall_share_one_size(make_pane):
    pane = make_pane({"layout": "tiles", "columns": 3, "only": ["boats", "today"]}, 900, 300, Face.WALL, 0.5)
    pane.show_snapshot(snapshot("home_figures", FIGURES))
    wide, narrow = pane._fitting(2000), pane._fitting(150)
    assert wide == 112
    assert narrow is not None
    assert 56 <= narrow < 112


def test_that_a_waiting_pane_is_not_blank(make_pane):
    pane = make_pane({"layout": "strip"})
    assert len(colours(pane.grab().toImage())) > 1


def test_that_bars_are_grey_in_proportion_and_unknown_is_hatched(qtbot):
    load_fonts()
    look = make_look(Face.DESK)
    pane = BarsPane("矛盾纠纷", {}, look)
    qtbot.addWidget(pane)
    pane.resize(353, 160)
    pane.show_snapshot(snapshot("bars", BARS))
    image = pane.grab().toImage()

    def grey(row: int) -> int:
        y = pane.body().top() + row * 30 + 14
        return sum(image.pixelColor(x, y) == look.colour("bar") for x in range(image.width()))

    lengths = [grey(row) for row in range(4)]
    assert lengths[0] > lengths[1] > lengths[2] > lengths[3] == 0
    assert lengths[1] == pytest.approx(lengths[0] * 0.87, abs=1)


def test_that_a_pane_of_bars_shows_no_more_than_its_limit(qtbot):
    pane = BarsPane("来源", {"limit": 2}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.show_snapshot(snapshot("bars", [Bar(str(n), 1.0, str(n)) for n in range(5)]))
    assert [b.label for b in pane.bars] == ["0", "1"]
    assert QColor(pane.look.colour("bar")).isValid()


# ------------------------------------------------------------------------------- what it is made of


INDEX = Figure(
    "safety_index",
    "平安指数",
    "87",
    note="扣 13 分可查",
    parts=tuple(Part(word, "−2.0", "0.20 × 10.0，未办结预警 黄 2", "care") for word in ("消防", "治安", "养老")),
)
VISITS = Figure("visits", "探访完成", "100.0", "%", opens="care")


def shown_parts(make_pane, *figures: Figure, face: Face = Face.DESK) -> FiguresPane:
    pane = make_pane({"layout": "strip"}, face=face, scale=1.0 if face is Face.DESK else 0.5)
    pane.show_snapshot(snapshot("f", figures))
    pane.grab()
    return pane


def click(qtbot, pane: FiguresPane, figure_id: str) -> None:
    box = next(box for box, figure in pane.hits if figure.id == figure_id)
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    pane.grab()


def test_that_a_click_shows_what_a_figure_is_made_of_and_another_leads_back(qtbot, make_pane):
    pane = shown_parts(make_pane, VISITS, INDEX)
    click(qtbot, pane, "safety_index")
    assert [f.label for f in pane.figures] == ["‹ 平安指数", "消防", "治安", "养老"]
    assert (pane.figures[1].note, "未办结预警" in pane.figures[1].formula) == ("0.20 × 10.0", True)
    click(qtbot, pane, "safety_index")
    assert [f.id for f in pane.figures] == ["visits", "safety_index"]


def test_that_a_part_and_a_figure_open_the_scene_they_are_about(qtbot, make_pane):
    pane = shown_parts(make_pane, VISITS, INDEX)
    with qtbot.waitSignal(pane.asked) as asked:
        click(qtbot, pane, "visits")
    assert asked.args == ["open", "care"]
    click(qtbot, pane, "safety_index")
    with qtbot.waitSignal(pane.asked) as asked:
        click(qtbot, pane, "safety_index/治安")
    assert asked.args == ["open", "care"]


def test_that_the_parts_follow_what_comes_next_and_end_when_there_are_none(qtbot, make_pane):
    pane = shown_parts(make_pane, VISITS, INDEX)
    click(qtbot, pane, "safety_index")
    pane.show_snapshot(snapshot("f", [VISITS, replace(INDEX, parts=INDEX.parts[:2])]))
    assert [f.label for f in pane.figures] == ["‹ 平安指数", "消防", "治安"]
    pane.show_snapshot(snapshot("f", [VISITS, replace(INDEX, parts=())]))
    assert [f.id for f in pane.figures] == ["visits", "safety_index"]


def test_that_more_parts_than_fit_are_told_by_their_number(qtbot, make_pane):
    many = replace(INDEX, parts=tuple(Part(f"R-FIR-{n:02d}", "80 %", "8 / 10", "rules") for n in range(30)))
    pane = shown_parts(make_pane, many)
    click(qtbot, pane, "safety_index")
    assert (len(pane.figures), pane.figures[-1].value) == (10, "22")
    boxes = [box for box, _ in pane.hits]
    assert all(a.right() < b.left() for a, b in pairwise(boxes))
    assert boxes[-1].right() <= pane.width()


def test_that_the_wall_shows_no_parts(qtbot, make_pane):
    pane = shown_parts(make_pane, VISITS, INDEX, face=Face.WALL)
    click(qtbot, pane, "safety_index")
    assert [f.id for f in pane.figures] == ["visits", "safety_index"]
