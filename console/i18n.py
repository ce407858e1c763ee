"""The interface in a second language. Source strings are Simplified Chinese."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from widgets.look import RESOURCES

log = logging.getLogger(__name__)

FOLDER = RESOURCES / "i18n"
LANGUAGES = ("zh_CN", *sorted(path.stem.removeprefix("console_") for path in FOLDER.glob("console_*.qm")))


def speak(language: str, parent: QObject) -> QTranslator | None:
    """Install the translation of a language; Chinese needs none. Panes made later speak it."""
    if language == "zh_CN":
        return None
    translator = QTranslator(parent)
    if not translator.load(f"console_{language}", str(FOLDER)):
        log.warning("no translation for %s; available: %s", language, ", ".join(LANGUAGES))
        return None
    QCoreApplication.installTranslator(translator)
    return translator
