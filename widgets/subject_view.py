"""Between the head and the foot of a card: a building's section, columns of parts, and what a click means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert
from services.domain.estates import Building
from services.domain.snapshot import Subject
from services.domain.subject_card import Part, SubjectCard
from widgets.look import Look
from widgets.paint import hairline
from widgets.section_plan import Plan, PlanPainter
from widgets.subject_parts import Column, Shown

SECTION_SHARE = 0.42
NARROW = 700  # logical px: below it the columns are two


class CardView:
    """``top`` is how far it is scrolled, ``below`` how much of it lies under the box; both px. ``standing`` is
    the row the keyboard stands on."""

    def __init__(self) -> None:
        self.top = 0
        self.below = 0
        self.standing: Subject | None = None
        self._hits: list[tuple[QRect, Subject | str]] = []
        self._section = PlanPainter()
        self._plan: Plan | None = None

    def paint(
        self,
        painter: QPainter,
        box: QRect,
        card: SubjectCard,
        look: Look,
        clear: Mapping[str, str],
        building: Building | None = None,
        alerts: Sequence[Alert] = (),
    ) -> None:
        """``clear`` is clear text by field; ``building`` belongs to the card of one."""
        self._hits, self._plan = [], Plan.of(building, alerts) if building is not None else None
        painter.save()
        painter.setClipRect(box.adjusted(-look.px(6), 0, look.px(6), 0))
        rest = self._paint_section(painter, box, look)
        self._paint_columns(painter, rest, card, look, Shown(clear, self.standing, card.subject))
        painter.restore()

    def _paint_section(self, painter: QPainter, box: QRect, look: Look) -> QRect:
        """A building's section at the left; gives the room that remains."""
        if self._plan is None:
            return box
        area = QRect(box.left(), box.top(), round(box.width() * SECTION_SHARE), box.height())
        self._section.paint(painter, self._plan, area, look, self.standing)
        return box.adjusted(area.width() + 2 * look.pad, 0, 0, 0)

    def _paint_columns(self, painter: QPainter, box: QRect, card: SubjectCard, look: Look, shown: Shown) -> None:
        gap = 2 * look.pad
        columns = folded(card.columns, 2 if box.width() < look.px(NARROW) else 3)
        wide = (box.width() - gap * (len(columns) - 1)) // len(columns)
        ends: list[int] = []
        for at, parts in enumerate(columns):
            area = QRect(box.left() + at * (wide + gap), box.top() + look.px(4) - self.top, wide, box.height())
            column = Column(area, look, shown, painter)
            ends.append(column.walk(parts))
            self._hits += [(hit.intersected(box), what) for hit, what in column.hits if hit.intersects(box)]
            if at:
                hairline(painter, look, area.left() - look.pad, box.top() + look.px(8), box.height(), True)
        self.below = max(0, max(ends) - box.bottom())

    # -- pointing ------------------------------------------------------------------------------------

    def what_at(self, spot: QPoint) -> Subject | str | None:
        """A Subject that is opened, or the field of a mask."""
        found = next((what for box, what in self._hits if box.contains(spot)), None)
        if found is not None or self._plan is None or self._section.grid is None:
            return found
        place = self._section.grid.place_at(spot)
        return self._plan.subject(place) if place is not None else None

    def hint_at(self, spot: QPoint) -> str:
        place = self._section.grid.place_at(spot) if self._plan is not None and self._section.grid is not None else None
        return self._plan.words(place) if self._plan is not None and place is not None else ""

    @property
    def links(self) -> list[Subject]:
        """What the rows in sight open, in the order they stand, each once."""
        return list(dict.fromkeys(what for _, what in self._hits if isinstance(what, Subject)))

    def step(self, by: int) -> None:
        links = self.links
        if links:
            at = links.index(self.standing) + by if self.standing in links else 0
            self.standing = links[max(0, min(at, len(links) - 1))]

    def scroll(self, px: int) -> None:
        self.top = max(0, self.top + (min(px, self.below) if px > 0 else px))

    def begin(self) -> None:
        """Another card: from its top."""
        self.top, self.below, self.standing = 0, 0, None


def folded(columns: Sequence[tuple[Part, ...]], most: int) -> Sequence[tuple[Part, ...]]:
    """At most so many columns: the last ones stand under each other."""
    if len(columns) <= most:
        return columns
    return (*columns[: most - 1], tuple(part for column in columns[most - 1 :] for part in column))
