"""Canaries for personal data: records of any type with a marked word in one field, and every word a pane gives away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QGraphicsView, QToolTip, QWidget

from services.domain.masked import Masked
from tests.widgets.painted import painted_words as painted

CANARY = "金丝雀"
MASKED = f"{CANARY}丽"  # a name: its masks begin with the first letter
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
)
_GRID = 6  # tooltips are asked for at so many points across and down


# ------------------------------------------------------------------------------------------ records


@dataclass(frozen=True, slots=True)
class Place:
    """One text field of one type of record."""

    owner: type
    field: str

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.field}"


def places(record: type) -> Iterator[Place]:
    """Every field that can hold a text, of the type and of everything in it."""
    seen: set[type] = set()

    def within(hint: Any) -> Iterator[Place]:
        if is_dataclass(hint) and isinstance(hint, type) and hint not in seen:
            seen.add(hint)
            for name, inner in get_type_hints(hint).items():
                if _holds_text(inner):
                    yield Place(hint, name)
                yield from within(inner)
        for part in get_args(hint):
            yield from within(part)

    yield from within(record)


def planted(value: Any, place: Place) -> Any:
    """The same with the canary in that field, wherever the type occurs. Raises ValueError for a type that refuses."""
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: planted(getattr(value, f.name), place) for f in fields(value)}
        if type(value) is place.owner:
            hint = get_type_hints(place.owner)[place.field]
            changed[place.field] = _word(hint)
        return replace(value, **changed)
    if isinstance(value, tuple) and any(isinstance(one, tuple) or is_dataclass(one) for one in value[:1]):
        return tuple(planted(one, place) for one in value)
    return value


def holds(value: Any, owner: type) -> bool:
    """Whether a record of that type is in it."""
    if type(value) is owner:
        return True
    if is_dataclass(value) and not isinstance(value, type):
        return any(holds(getattr(value, f.name), owner) for f in fields(value))
    return isinstance(value, tuple | list) and any(holds(one, owner) for one in value)


def example(hint: Any) -> Any:
    """Some value of a type, with nothing left empty."""
    if get_origin(hint) in (Union, UnionType):
        return example(next(part for part in get_args(hint) if part is not NoneType))
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        return (example(inner[0]),) if inner[-1] is Ellipsis else tuple(example(part) for part in inner)
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{f.name: example(get_type_hints(hint)[f.name]) for f in fields(hint) if f.init})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return _EXAMPLES.get(hint, lambda: None)()


def filled(record: Any) -> Any:
    """The same with one example in every tuple that is empty, so that no field is out of reach."""
    if not is_dataclass(record) or isinstance(record, type):
        return record
    hints = get_type_hints(type(record))
    changed: dict[str, Any] = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if value == () and get_origin(hints[one.name]) is tuple:
            value = example(hints[one.name])
        changed[one.name] = tuple(filled(part) for part in value) if isinstance(value, tuple) else filled(value)
    return replace(record, **changed)


_EXAMPLES: dict[Any, Callable[[], Any]] = {
    str: lambda: "样",
    int: lambda: 3,
    float: lambda: 3.0,
    bool: lambda: False,
    bytes: lambda: b"",
    datetime: lambda: NOW,
    date: lambda: date(2026, 11, 21),
    time: lambda: time(12),
    timedelta: lambda: timedelta(minutes=5),
    Masked: lambda: Masked("张三"),
}


def _holds_text(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return False
    return hint in (str, Masked) or any(_holds_text(part) for part in get_args(hint))


def _word(hint: Any) -> Any:
    if hint is Masked:
        return Masked(MASKED)
    if hint is str:
        return CANARY
    if get_origin(hint) in (Union, UnionType):
        return _word(next(part for part in get_args(hint) if part is not NoneType))
    inner = get_args(hint)
    if get_origin(hint) is tuple and inner[-1] is Ellipsis:
        return (_word(inner[0]),) if _holds_text(inner[0]) else (example(inner[0]),)
    return tuple(_word(part) if _holds_text(part) else example(part) for part in inner)


# --------------------------------------------------------------------------------- what is given away


def given_away(pane: QWidget, monkeypatch: pytest.MonkeyPatch) -> str:
    """All words of a pane: painted, in models and scenes, in tooltips, told to a screen reader, in titles."""
    return " ".join(
        [painted(pane), *_of_widgets(pane), *_of_models(pane), *_of_scenes(pane), *_tips(pane, monkeypatch)]
    )


def _of_widgets(pane: QWidget) -> Iterator[str]:
    for widget in (pane, *pane.findChildren(QWidget)):
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.statusTip())
        yield from (widget.whatsThis(), widget.windowTitle(), widget.objectName())
        yield from (_said(widget, name) for name in ("text", "placeholderText", "title"))


def _said(thing: object, name: str) -> str:
    """What a widget or an item says by that name; nothing where it is no text or wants to be asked otherwise."""
    read = getattr(thing, name, "")
    try:
        words = read() if callable(read) else read
    except TypeError:
        return ""
    return words if isinstance(words, str) else ""


def _of_models(pane: QWidget) -> Iterator[str]:
    for view in pane.findChildren(QAbstractItemView):
        model = view.model()
        if model is None:
            continue
        for row in range(model.rowCount(QModelIndex())):
            for column in range(model.columnCount(QModelIndex())):
                index = model.index(row, column)
                yield from (str(word) for role in _ROLES if isinstance(word := index.data(role), str))


def _of_scenes(pane: QWidget) -> Iterator[str]:
    for view in pane.findChildren(QGraphicsView):
        for item in view.scene().items() if view.scene() else ():
            yield item.toolTip()
            yield from (_said(item, name) for name in ("toPlainText", "text"))


def _tips(pane: QWidget, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    told: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(QToolTip, "showText", lambda _pos, words, *_rest: told.append(words))
        for widget in (pane, *pane.findChildren(QWidget)):
            for n in range(_GRID * _GRID):
                x = widget.width() * (2 * (n % _GRID) + 1) // (2 * _GRID)
                y = widget.height() * (2 * (n // _GRID) + 1) // (2 * _GRID)
                spot = QPoint(x, y)
                QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, spot, widget.mapToGlobal(spot)))
    return told
