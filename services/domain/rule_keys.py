"""The keys of a rule file, and the words that may stand behind some of them."""

from __future__ import annotations

from collections.abc import Mapping

from services.domain.alert import AlertLevel

KEYS: Mapping[str, bool] = {  # key: must it be there
    "id": True,
    "version": True,
    "title": True,
    "text": True,
    "event": True,
    "scene": True,
    "where": True,
    "unless": False,
    "detect": True,
    "level": True,
    "raise_level": False,
    "clear": False,
    "auto_close": False,
    "excused": False,
    "quiet_days": False,
    "fresh_hours": False,
    "budget": False,
    "key": True,
    "subject": True,
    "wall_subject": True,
    "subject_kind": True,
    "subject_id": True,
    "place": True,
    "department": False,
    "support": False,
    "parameters": False,
    "evidence": False,
    "counter": False,
    "guidance": False,
    "privacy": True,
    "tests": True,
}
RAISE_KEYS = {"where": True, "level": True, "title": False, "department": False, "support": False}
PARAMETER_KEYS = {"label": True, "value": True, "limit": True}
EVIDENCE_KEYS = {"text": True, "value": False, "stance": False, "when": False}
TEST_KEYS = {"name": True, "events": True, "detections": True, "level": False, "listed": False, "looked_at": False}
BUDGET_KEYS = {"alerts": True, "within": True}
EXCUSE_KEYS = {"topic": True, "match": True, "of": True, "where": True}

SCENES = ("home", "community", "boats", "checkpoints")
LEVELS = {"red": AlertLevel.RED, "orange": AlertLevel.ORANGE, "yellow": AlertLevel.YELLOW, "blue": AlertLevel.BLUE}
ENTRY = "entry"  # the level of the watch list's entry

# What the wall may show only in its wall mask.
WALL_SPECS = {"plate_no": "wall_plate", "other_plate": "wall_plate", "known_as": "", "person_id": ""}
