from __future__ import annotations

from itertools import pairwise

import pytest

from widgets.look import Face, make_look
from widgets.rail import Entry, Rail, SceneButton, scene_key


@pytest.mark.parametrize("high", [1007, 827])
def test_that_seventeen_scenes_stand_above_the_officer_without_covering_each_other(qtbot, high):
    rail = Rail([Entry(f"s{n}", "社区", "community") for n in range(17)], make_look(Face.DESK))
    qtbot.addWidget(rail)
    rail.resize(71, high)
    rail.show()
    boxes = [button.geometry() for button in rail.findChildren(SceneButton)]
    assert all(above.bottom() < below.top() for above, below in pairwise(boxes))
    assert boxes[-1].bottom() < rail.officer.geometry().top()
    assert min(box.height() for box in boxes) >= rail.look.px(16) + rail.look.line("body")


def test_that_only_the_first_nine_scenes_are_said_to_have_a_key():
    assert [scene_key(number) for number in (1, 9, 10)] == ["Ctrl+1", "Ctrl+9", ""]
