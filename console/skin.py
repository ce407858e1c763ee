"""Theme tokens for the parts Qt paints itself: fields, lists, scroll bars, tool tips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from widgets.look import Look

# Chrome has no hue and no second way: this is the only style sheet of the program.
_SHEET = """
QWidget {{ color: {text}; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line2}; padding: 3px 6px; }}
QLineEdit, QPlainTextEdit, QComboBox, QDateTimeEdit {{
    background: {well}; color: {text}; border: 1px solid {line2}; padding: 3px 8px;
    selection-background-color: {ice}; selection-color: {on_ice};
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 1px solid {ice}; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox QAbstractItemView {{
    background: {raised}; color: {text}; border: 1px solid {line2}; selection-background-color: {hover};
    selection-color: {text}; outline: none;
}}
QAbstractScrollArea {{ background: {panel}; border: none; }}
QAbstractItemView {{ background: {panel}; color: {text2}; border: none; outline: none; gridline-color: {line}; }}
QAbstractItemView::item:selected {{ background: {raised}; color: {text}; }}
QHeaderView {{ background: {panel}; border: none; }}
QHeaderView::section {{
    background: {panel}; color: {text3}; border: none; border-bottom: 1px solid {line}; padding: 0 6px;
}}
QTableCornerButton::section {{ background: {panel}; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {line2}; min-height: 24px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""

_TOKENS = ("panel", "well", "raised", "hover", "line", "line2", "text", "text2", "text3", "ice", "on_ice")


def still(tokens: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same tokens with nothing that blinks: for officers who ask for it, and for pictures."""
    return dict(tokens) | {"motion": dict(tokens["motion"]) | {"reduce_motion": True}}


def sheet(look: Look) -> str:
    return _SHEET.format(**{token: look.colour(token).name() for token in _TOKENS})


def palette(look: Look) -> QPalette:
    made = QPalette()
    roles: tuple[tuple[QPalette.ColorRole, str], ...] = (
        (QPalette.ColorRole.Window, "ground"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "panel"),
        (QPalette.ColorRole.AlternateBase, "raised"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.Button, "panel"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.Highlight, "raised"),
        (QPalette.ColorRole.HighlightedText, "text"),
        (QPalette.ColorRole.PlaceholderText, "text3"),
        (QPalette.ColorRole.ToolTipBase, "raised"),
        (QPalette.ColorRole.ToolTipText, "text"),
    )
    for role, token in roles:
        made.setColor(role, QColor(look.colour(token)))
    return made


def dress(app: QApplication, look: Look) -> None:
    """Give the whole program one style; called at start and when the theme or the text size changes."""
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(look))
    app.setFont(look.font("body"))
    app.setStyleSheet(sheet(look))
