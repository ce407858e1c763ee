"""The columns of the passage stream, and what each says of a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt

from services.domain.masked import wall_plate
from services.domain.passage import Passage
from services.domain.plate import PlateKind, spelled
from services.domain.timebase import local
from services.domain.vehicle import class_word
from widgets.paint import LEFT, RIGHT


@dataclass(frozen=True, slots=True)
class Cell:
    title: str
    width: float  # logical px; 0 takes the rest
    align: Qt.AlignmentFlag = LEFT
    bright: bool = False


CELLS = (
    Cell("时刻", 68),
    Cell("卡口", 92),
    Cell("向·道", 44),
    Cell("号牌", 92, bright=True),
    Cell("色", 26),
    Cell("车型", 42),
    Cell("km/h", 38, RIGHT),
    Cell("置信", 40, RIGHT),
    Cell("命中", 0, bright=True),
)


def words_of(passage: Passage, *, masked: bool) -> Sequence[str]:
    """One text a column; ``—`` is unknown. The last is quiet and gives way to an alert."""
    plate = passage.plate_no
    way = f"{passage.direction or '—'} {passage.lane if passage.lane is not None else '—'}"
    return (
        f"{local(passage.passed_at):%H:%M:%S}",
        passage.checkpoint_name or passage.checkpoint_id[-6:] or "未知",
        way,
        wall_plate(plate) if masked and plate else spelled(plate),
        passage.plate_colour or "—",
        class_word(passage.vehicle_class),
        "—" if passage.speed_kmh is None else f"{passage.speed_kmh:.0f}",
        _confidence(passage.confidence) if plate else "—",
        "未读全" if passage.plate_flag == PlateKind.UNREAD else "",
    )


def _confidence(share: float | None) -> str:
    """``.99``: of a share only the figures behind the point matter."""
    if share is None:
        return "—"
    return "1.0" if share >= 0.995 else f"{share:.2f}".removeprefix("0")
