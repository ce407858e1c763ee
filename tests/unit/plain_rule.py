"""The table of a rule about any record with a column ``what``, as a rule file would have it."""

from __future__ import annotations

from typing import Any


def plain_table(event: str, where: str, **detect: Any) -> dict[str, Any]:
    """One yellow alert for each ``what``; ``detect`` is by ``what`` unless it says otherwise."""
    return {
        "id": "R-1",
        "version": 1,
        "title": "异常",
        "text": "异常",
        "event": event,
        "scene": "home",
        "where": where,
        "detect": {"by": ["what"], **detect},
        "level": "yellow",
        "key": "{what}",
        "subject": "{what}",
        "wall_subject": "{what}",
        "subject_kind": "device",
        "subject_id": "{what}",
        "place": "{what}",
        "privacy": "测试",
        "tests": [],
    }
