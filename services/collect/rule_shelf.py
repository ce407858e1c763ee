"""The rules that can be used: of each file its newest good version, and why a newer one is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.collect.rule_files import AREAS, areas_of, rule_from_text, table_of
from services.domain.area import Area
from services.domain.keeping import Keeping, too_short
from services.domain.kinds import Fence
from services.domain.rule import Rule
from services.domain.rule_file import RuleError
from services.domain.rule_lines import with_line

SAME_VERSION = "内容已改，版本号未升"


@dataclass(frozen=True, slots=True)
class _Held:
    text: str
    rule: Rule


class Shelf:
    """A rule whose text did not change is the same object as before, so that it keeps its memory."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._active: dict[str, _Held] = {}
        self._shadow: dict[str, _Held] = {}
        self._areas: Mapping[str, Area] = {}
        self._texts: dict[tuple[str, int], Mapping[str, Any]] = {}  # a version number stands for one content
        self.errors: dict[str, str] = {}

    @property
    def active(self) -> tuple[Rule, ...]:
        return tuple(held.rule for held in self._active.values())

    @property
    def shadow(self) -> tuple[Rule, ...]:
        return tuple(held.rule for held in self._shadow.values())

    def put(
        self,
        active: Mapping[str, str],
        shadow: Mapping[str, str],
        folders: Sequence[Path | None],
        unread: Mapping[str, str] | None = None,
    ) -> bool:
        """These texts are wanted, by file and, in shadow, by rule; True when the rules are others than before.

        ``unread`` are files that are there and cannot be read now.
        """
        self.errors = dict(unread or {})
        before = (self.active, self.shadow)
        areas_moved = self._put_areas(folders)
        as_before = {file: self._active[file].text for file in self.errors if file in self._active}
        self._active = self._held({**active, **as_before}, self._active, areas_moved)
        in_shadow = {f"{rule_id}.toml": text for rule_id, text in shadow.items()}
        self._shadow = self._held(in_shadow, self._shadow, areas_moved)
        return any(
            len(now) != len(then) or any(one is not other for one, other in zip(now, then, strict=True))
            for now, then in zip((self.active, self.shadow), before, strict=True)
        )

    def _held(self, wanted: Mapping[str, str], held: Mapping[str, _Held], areas_moved: bool) -> dict[str, _Held]:
        kept: dict[str, _Held] = {}
        ids: dict[str, str] = {}
        for file, text in wanted.items():
            old = held.get(file)
            chosen = old
            if old is None or old.text != text or (areas_moved and isinstance(old.rule.detect, Fence)):
                try:
                    chosen = self._made(file, text, old)
                except RuleError as why:
                    self.errors[file] = str(why)
            if chosen is None:
                continue
            if chosen.rule.id in ids:
                self.errors[file] = with_line(f"{file}: id：{chosen.rule.id} 已用于 {ids[chosen.rule.id]}", file, text)
                continue
            ids[chosen.rule.id] = file
            kept[file] = chosen
        return kept

    def _made(self, file: str, text: str, old: _Held | None) -> _Held:
        """The new version. Raises RuleError when it cannot be used, or is no new one."""
        rule = rule_from_text(text, file, self._areas)
        table = table_of(text, file)
        if self._texts.setdefault((rule.id, rule.version), table) != table:
            raise RuleError(with_line(f"{file}: version：{SAME_VERSION}（仍为 {rule.version}）", file, text))
        if why := too_short(self._keeping, [rule]):
            raise RuleError(with_line(f"{file}: detect：{why}", file, text))
        if old is not None and table_of(old.text, file) == table and not isinstance(rule.detect, Fence):
            return _Held(text, old.rule)  # only a comment changed
        return _Held(text, rule)

    def _put_areas(self, folders: Sequence[Path | None]) -> bool:
        try:
            areas = areas_of(*folders)
        except RuleError as why:
            self.errors[AREAS] = str(why)
            return False
        moved, self._areas = areas != self._areas, areas
        return moved
