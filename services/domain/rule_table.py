"""Typed reading of a rule file's table; what does not fit is said with file, key and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

Word = TypeVar("Word", bound=Enum)


class RuleError(ValueError):
    """A rule file that cannot be used. The message names file, key and choices, in Chinese."""


class RuleTable:
    """The table of one file. Every method raises RuleError for a value that is not what it must be."""

    def __init__(self, table: Mapping[str, Any], file: str) -> None:
        self.table = table
        self.file = file

    def _text(self, key: str) -> str:
        text = self._typed(key, str).strip()
        if not text:
            raise self._error(key, "不能为空")
        return text

    def _texts(self, key: str, table: Mapping[str, Any] | None = None, prefix: str = "") -> tuple[str, ...]:
        return tuple(str(part) for part in self._typed(key, list, [], table, prefix))

    def _tables(self, key: str) -> Sequence[Mapping[str, Any]]:
        tables = self._typed(key, list, [])
        if not all(isinstance(part, dict) for part in tables):
            raise self._error(key, "每一项须为表")
        return tables

    def _typed(
        self,
        key: str,
        kind: type[Any],
        default: Any = None,
        table: Mapping[str, Any] | None = None,
        prefix: str = "",
    ) -> Any:
        value = (self.table if table is None else table).get(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._error(f"{prefix}{key}", f"须为 {kind.__name__}，不是 {value!r}")
        return value

    def _choice(self, key: str, choices: Sequence[str] | Mapping[str, Any]) -> str:
        value = self._typed(key, str)
        if value not in choices:
            raise self._error(key, f"不认识 {value!r}，可用：{'、'.join(choices)}")
        return value

    def _word(self, value: Any, words: type[Word], key: str) -> Word:
        try:
            return words(value)
        except ValueError:
            raise self._error(key, f"不认识 {value!r}，可用：{'、'.join(str(w.value) for w in words)}") from None

    def _hours(self, key: str) -> timedelta | None:
        hours = self._typed(key, int, 0)
        if key in self.table and hours < 1:
            raise self._error(key, f"须为正整数，不是 {hours}")
        return timedelta(hours=hours) if hours else None

    def _check_keys(self, table: Mapping[str, Any], known: Mapping[str, bool], prefix: str) -> None:
        for key in table:
            if key not in known:
                raise self._error(f"{prefix}{key}", f"不认识的键，可用：{'、'.join(known)}")
        for key, needed in known.items():
            if needed and key not in table:
                raise self._error(f"{prefix}{key}", "缺少这个键")

    def _place(self, key: str) -> str:
        return f"{self.file}: {key}"

    def _error(self, key: str, why: str) -> RuleError:
        return RuleError(f"{self.file}: {key}：{why}")
