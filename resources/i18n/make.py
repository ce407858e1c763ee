"""Collects what the interface says into ``console_en.ts`` and compiles it: ``python -m resources.i18n.make``.

The source strings are Simplified Chinese. Translations are kept in the .ts file (edit it with Qt
Linguist); strings that are gone from the program are dropped, new ones come in as unfinished.
``pyside6-lrelease`` makes the .qm file that the console loads; both are committed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TS = Path(__file__).parent / "console_en.ts"

_SPOKEN = re.compile(r'translate\(\s*"(\w+)",\s*"([^"]+)"\s*\)')
_EITHER = re.compile(r'translate\(\s*"(\w+)",\s*"([^"]+)" if [^"]+ else "([^"]+)"')

Message = tuple[str, str]  # context, Chinese


def messages() -> set[Message]:
    """Everything the program may ask a translation for."""
    found = {message for path in _sources() for message in _spoken(path.read_text(encoding="utf-8"))}
    return found | set(_named()) | set(_scene_titles())


def _sources() -> Iterator[Path]:
    for folder in ("console", "widgets"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _spoken(text: str) -> Iterator[Message]:
    for context, said in _SPOKEN.findall(text):
        yield context, said
    for context, one, other in _EITHER.findall(text):
        yield context, one
        yield context, other


def _named() -> Iterator[Message]:
    """Words that stand in tables of the program."""
    from console.find import COMMANDS
    from console.session import ROLE_WORDS
    from widgets.card_actions import BUTTONS
    from widgets.foot import ATTRIBUTION
    from widgets.look import LEVEL_WORDS
    from widgets.sources_pane import COLUMNS, WORDS
    from widgets.ticker import ATTRIBUTION as WALL_ATTRIBUTION
    from widgets.topbar import WEEKDAYS
    from widgets.words import STEP_WORDS

    yield from (("weekday", day) for day in WEEKDAYS)
    for word in LEVEL_WORDS.values():
        yield "level", word
        yield "level", word + "色"
    yield from (("step", word) for word in STEP_WORDS.values())
    yield from (("role", word) for word in ROLE_WORDS.values())
    yield from (("button", word) for _, word, _ in BUTTONS)
    yield from (("shell", word) for word in WORDS.values())
    yield from (("shell", name) for name, _ in COLUMNS)
    yield from (("command", title) for title, _, _ in COMMANDS)
    yield from (("shell", word) for word in ("船", "预警", "场景", "命令", ATTRIBUTION, WALL_ATTRIBUTION))


def _scene_titles() -> Iterator[Message]:
    for path in sorted((ROOT / "resources" / "scenes").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        yield "scene", table["title"]
        for face in ("desk", "wall"):
            plan = table.get(face, {})
            if plan.get("title"):
                yield "scene", plan["title"]
            for pane in plan.get("pane", ()):
                if pane.get("title"):
                    yield "scene", pane["title"]


def translations(path: Path = TS) -> dict[Message, str]:
    """What the .ts file says; an unfinished message is empty."""
    if not path.exists():
        return {}
    known: dict[Message, str] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            known[name, message.findtext("source", "")] = message.findtext("translation", "") or ""
    return known


def write(path: Path = TS) -> None:
    known = translations(path)
    root = ElementTree.Element("TS", version="2.1", language="en", sourcelanguage="zh_CN")
    wanted = sorted(messages())
    for name in sorted({context for context, _ in wanted}):
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for _, source in (message for message in wanted if message[0] == name):
            message = ElementTree.SubElement(context, "message")
            ElementTree.SubElement(message, "source").text = source
            translated = known.get((name, source), "")
            translation = ElementTree.SubElement(message, "translation")
            translation.text = translated
            if not translated:
                translation.set("type", "unfinished")
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def compiled(path: Path = TS) -> None:
    program = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent)) or "pyside6-lrelease"
    subprocess.run([program, str(path), "-qm", str(path.with_suffix(".qm")), "-silent"], check=True)


if __name__ == "__main__":
    write()
    compiled()
