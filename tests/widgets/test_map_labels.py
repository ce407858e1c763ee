"""Names on the map: no two collide, none leaves the window, no alert goes unnamed."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from widgets.map.labels import Side, Want, place

WINDOW = (0.0, 0.0, 1000.0, 700.0)


def overlap(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > 1e-6 and min(a[3], b[3]) - max(a[1], b[1]) > 1e-6


@st.composite
def wants(draw, must):
    return Want(
        x=draw(st.floats(0, 1000)),
        y=draw(st.floats(0, 700)),
        width=draw(st.floats(20, 140)),
        height=draw(st.sampled_from([17.0, 34.0])),
        away=draw(st.floats(4, 20)),
        rank=draw(st.integers(0, 5)),
        must=must,
        left_of=draw(st.sampled_from([0.0, 17.0])),
    )


crowds = st.lists(wants(False), max_size=60)
alerts = st.lists(wants(True), max_size=15)


def marks_of(wants):
    return [(w.x - 6, w.y - 6, w.x + 6, w.y + 6) for w in wants]


@given(crowds, alerts)
def test_that_no_two_labels_collide_and_none_leaves_the_window(crowd, urgent):
    placed = place([*crowd, *urgent], WINDOW, marks_of(crowd), marks_of(urgent))
    for a, b in combinations(placed, 2):
        assert not overlap(a.box, b.box)
    for one in placed:
        left, top, right, bottom = one.box
        assert left >= 0 and top >= 0 and right <= 1000 + 1e-6 and bottom <= 700 + 1e-6


@given(crowds, alerts)
def test_that_no_alert_goes_unnamed(crowd, urgent):
    placed = {p.index for p in place([*crowd, *urgent], WINDOW, marks_of(crowd), marks_of(urgent))}
    assert placed >= set(range(len(crowd), len(crowd) + len(urgent)))


@given(crowds, alerts)
def test_that_no_label_covers_an_alerts_glyph(crowd, urgent):
    glyphs = [(w.x - 30, w.y - 8, w.x + 6, w.y + 8) for w in urgent]
    for one in place([*crowd, *urgent], WINDOW, marks_of(crowd), glyphs):
        assert not any(overlap(one.box, glyph) for glyph in glyphs)


@given(crowds)
def test_that_an_ordinary_label_covers_no_mark(crowd):
    for one in place(crowd, WINDOW, marks_of(crowd)):
        assert not any(overlap(one.box, mark) for mark in marks_of(crowd))


def test_that_of_two_names_for_one_place_the_weightier_stays():
    near = [Want(500, 350, 1000, 17, 5, rank, centred=True) for rank in (5, 2)]
    assert [p.index for p in place(near, WINDOW)] == [1]


def test_that_a_lonely_label_stands_right_of_its_mark():
    assert place([Want(500, 350, 80, 17, 8, 3)], WINDOW)[0].side is Side.RIGHT


def test_that_a_label_at_the_right_edge_stands_left_of_its_mark_and_its_glyph():
    (one,) = place([Want(990, 350, 80, 17, 8, 3, left_of=17)], WINDOW)
    assert one.side is Side.LEFT
    assert one.box[2] <= 990 - 8 - 17 + 1e-6


def test_that_thirty_alerts_in_one_harbour_all_get_their_names():
    heap = [Want(500 + i, 350, 90, 17, 8, 0, must=True) for i in range(30)]
    placed = place(heap, WINDOW, (), [(w.x - 8, w.y - 8, w.x + 8, w.y + 8) for w in heap])
    assert len(placed) == 30
    assert not any(overlap(a.box, b.box) for a, b in combinations(placed, 2))
    assert any(p.side is Side.FAR for p in placed)


def test_that_an_alert_keeps_its_name_in_a_window_too_small_for_all():
    tight = (0.0, 0.0, 100.0, 20.0)
    placed = place([Want(50, 10, 90, 17, 8, 0, must=True) for _ in range(4)], tight)
    assert len(placed) == 4
