"""What a site may say of its cameras."""

from __future__ import annotations

import pytest

from services.domain.camera_limits import CameraLimits, camera_limits_from


def test_that_what_is_named_takes_the_place_of_the_defaults():
    assert camera_limits_from({"trusted_within_s": 3}) == CameraLimits(trusted_within_s=3)
    assert camera_limits_from({}) == CameraLimits()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"trusted": 3}, "不认识的键 cameras.trusted，可用：trusted_within_s、"),
        ({"trusted_within_s": 0}, "cameras.trusted_within_s 须为 0.5 至 3600 的数，现为 0"),
        ({"poor_confidence": True}, "现为 True"),
        ({"poor_confidence": 75}, "cameras.poor_confidence 须为 0 至 1 的数"),
        ({"least_vehicles": 2.5}, "cameras.least_vehicles 须为 1 至 100000 的整数，现为 2.5"),
    ],
)
def test_that_a_wrong_limit_is_refused_with_the_key_and_what_it_may_be(table, said):
    with pytest.raises(ValueError, match="cameras") as refused:
        camera_limits_from(table)
    assert said in str(refused.value)
