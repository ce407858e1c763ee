"""The boats' strip of figures with the button that prints the day at sea."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from services.domain.sea_day import SeaDay
from services.domain.snapshot import Snapshot
from widgets.button import ActionButton
from widgets.figures import FiguresPane
from widgets.look import Look


class BoatFiguresPane(FiguresPane):
    """Topics: ``boat_figures``, ``sea_days``. 日报 (Ctrl+P) saves today as it was last added up; not
    on the wall."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.button = ActionButton("日报", "Ctrl+P", self, look=look)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # else it has the desk's keys from the start
        self.button.clicked.connect(self.print_day)
        if not look.is_wall:
            QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self.print_day)
        self.button.setVisible(not look.is_wall)
        self._dress()

    def draw(self, snapshot: Snapshot[Any]) -> None:
        super().draw(snapshot)
        self._dress()

    def restyle(self, look: Look) -> None:
        self.button.restyle(look)
        super().restyle(look)

    def place(self) -> None:
        if self.button.isHidden():
            return
        hint, body = self.button.sizeHint(), super().body()
        left = body.right() - self.look.pad - hint.width()
        self.button.setGeometry(left, body.center().y() - hint.height() // 2, hint.width(), hint.height())

    def body(self) -> QRect:
        """What the figures have, left of the button."""
        body = super().body()
        taken = 0 if self.button.isHidden() else self.button.sizeHint().width() + self.look.pad
        return body.adjusted(0, 0, -taken, 0)

    @property
    def day(self) -> SeaDay | None:
        return next((one for one in self.records("sea_days") if isinstance(one, SeaDay)), None)

    @Slot()
    def print_day(self) -> None:
        if self.day is not None:
            self.asked.emit("print", self.day)

    def _dress(self) -> None:
        self.button.set_reason("" if self.day is not None else "尚未汇总")
        self.place()  # a reason makes it wider
