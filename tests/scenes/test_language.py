"""The shell speaks English too, and no string of it was forgotten."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication

from console.i18n import LANGUAGES, speak
from console.keys import CARD_KEYS, KEYS
from resources.i18n import make
from widgets.look import RESOURCES

MANUAL = (RESOURCES.parent / "docs" / "console.md").read_text(encoding="utf-8")


def test_that_every_string_of_the_shell_has_an_english_one():
    known = make.translations()
    wanted = {message for message in make.messages() if message[0] != "scene"}
    assert sorted(message for message in wanted if not known.get(message)) == []


def test_that_the_compiled_translation_is_the_one_of_the_source(qapp):
    known = make.translations()
    translator = speak("en", qapp)
    try:
        said = {message: QCoreApplication.translate(*message) for message, english in known.items() if english}
    finally:
        QCoreApplication.removeTranslator(translator)
    assert said == {message: english for message, english in known.items() if english}


def test_that_an_unknown_language_leaves_the_chinese(qapp, caplog):
    assert speak("xx", qapp) is None
    assert "en" in LANGUAGES
    assert QCoreApplication.translate("shell", "静音") == "静音"


@pytest.mark.parametrize("key", [*KEYS, *CARD_KEYS])
def test_that_the_manual_names_every_key(key):
    assert f"`{key}`" in MANUAL
