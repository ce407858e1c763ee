"""Which alert stands beside which elder."""

from dataclasses import replace

import pytest

from services.domain.community import CareClass, Elder, Safety
from services.domain.masked import Masked
from tests.scenes.fakes import alert
from widgets.elders import is_about

ELDER = Elder(
    "LR7", Masked("张三"), CareClass.HIGH, "白云新村", "2 幢", Safety.PENDING, (), None, "", "", "", dwelling_id="FW9"
)


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ({"subject_id": "LR7"}, True),
        ({"subject_id": "FW9"}, True),
        ({"subject_id": "x", "key": "R-ELD-09|LR7"}, True),
        ({"subject_id": "x", "key": "R-ELD-09|LR77"}, False),
        ({"subject_id": "", "key": "k"}, False),
    ],
)
def test_that_an_alert_is_about_the_elder_or_the_dwelling_it_names(said, about):
    assert is_about(replace(alert(1), **said), ELDER) is about


def test_that_an_elder_without_a_dwelling_is_not_about_nothing():
    assert not is_about(replace(alert(1), subject_id="", key="k"), replace(ELDER, dwelling_id=""))
