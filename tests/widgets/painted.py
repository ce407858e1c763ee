"""What a widget paints, as words."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QBuffer, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget


def painted_words(pane: QWidget) -> str:
    """All text a pane paints, read from an SVG of it."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(pane.size())
    painter = QPainter(generator)
    pane.render(painter, QPoint(0, 0))
    painter.end()
    svg = bytes(buffer.data().data()).decode()
    return " ".join(html.unescape(t).strip() for t in re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL))
