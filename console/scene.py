"""A scene: a named arrangement of panes on each face, read from one TOML file."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from widgets.look import Face

CANVAS = {Face.DESK: (1458, 1007), Face.WALL: (3840, 1884)}


class SceneError(ValueError):
    """A scene that cannot be shown. The message names the file, the face, the pane and the choices."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in logical px of the face's canvas."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PaneSpec:
    kind: str
    title: str
    topics: tuple[str, ...]
    box: Box
    options: Mapping[str, Any] = field(default_factory=dict)
    tab: str = ""  # its word, where several panes share one box


@dataclass(frozen=True, slots=True)
class Plan:
    """What one face of a scene shows. ``ticker`` is False where the scene needs the ticker's room."""

    title: str
    canvas: tuple[float, float]
    panes: tuple[PaneSpec, ...]
    ticker: bool = True

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(topic for pane in self.panes for topic in pane.topics)


@dataclass(frozen=True, slots=True)
class Scene:
    """``problem`` is set instead of plans when its file cannot be used; the rail still shows it."""

    id: str
    title: str
    icon: str = ""
    rank: int = 99
    plans: Mapping[Face, Plan] = field(default_factory=dict)
    problem: str = ""

    def with_option(self, kinds: Collection[str], name: str, value: Any) -> Scene:
        """The same scene whose panes of these kinds have one option more, unless the file says otherwise."""
        plans = {
            face: replace(
                plan,
                panes=tuple(
                    replace(pane, options={name: value, **pane.options}) if pane.kind in kinds else pane
                    for pane in plan.panes
                ),
            )
            for face, plan in self.plans.items()
        }
        return replace(self, plans=plans)


def read_scenes(folders: Iterable[Path], kinds: Collection[str], topics: Collection[str]) -> tuple[Scene, ...]:
    """Every scene of the folders by rank; a file of a later folder replaces one of the same name.

    A file with an error becomes a scene that says so, at the place of the one it replaces: the others go on.
    """
    scenes: dict[str, Scene] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            scenes[path.stem] = read_scene(path, kinds, topics)
        except SceneError as why:
            before = scenes.get(path.stem, Scene(path.stem, path.stem))
            scenes[path.stem] = replace(before, plans={}, problem=str(why))
    return tuple(sorted(scenes.values(), key=lambda scene: (scene.rank, scene.id)))


def read_scene(path: Path, kinds: Collection[str], topics: Collection[str]) -> Scene:
    """Read and check one scene. ``kinds`` and ``topics`` are the names it may use."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise SceneError(f"{path.name}：读不到文件：{why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SceneError(f"{path.name}：不是有效的 TOML：{why}") from why
    _only(table, {"title", "icon", "rank", *Face}, path.name)
    title = _text(table, "title", path.name)
    plans = {face: _plan(table[face], face, f"{path.name}：[{face}]", kinds, topics) for face in Face if face in table}
    if not plans:
        raise SceneError(f"{path.name}：至少要有 [desk] 或 [wall] 之一")
    return Scene(path.stem, title, str(table.get("icon", path.stem)), int(table.get("rank", 99)), plans)


def _plan(table: Any, face: Face, where: str, kinds: Collection[str], topics: Collection[str]) -> Plan:
    if not isinstance(table, dict):
        raise SceneError(f"{where} 须为一张表")
    _only(table, {"title", "canvas", "ticker", "pane"}, where)
    canvas = _numbers(table.get("canvas", CANVAS[face]), 2, f"{where} canvas")
    panes = table.get("pane", [])
    if not panes:
        raise SceneError(f"{where} 没有 [[{face}.pane]]")
    specs = tuple(_pane(pane, f"{where} 第 {n} 格", kinds, topics, canvas) for n, pane in enumerate(panes, 1))
    boxes = Counter(spec.box for spec in specs)
    for number, spec in enumerate(specs, 1):
        if (boxes[spec.box] > 1) is not bool(spec.tab):
            raise SceneError(f"{where} 第 {number} 格：同一位置的几格都须有 tab，单独一格不能有")
    return Plan(str(table.get("title", "")), (canvas[0], canvas[1]), specs, bool(table.get("ticker", True)))


def _pane(
    table: Mapping[str, Any], where: str, kinds: Collection[str], topics: Collection[str], canvas: tuple[float, ...]
) -> PaneSpec:
    options = dict(table)
    kind = _text(options, "kind", where)
    _known(kind, kinds, f"{where} 种类")
    wanted = options.pop("topics", [])
    if not isinstance(wanted, list):
        raise SceneError(f'{where} topics 须为列表，例如 ["alerts"]')
    for topic in wanted:
        _known(topic, topics, f"{where} 主题")
    box = Box(*_numbers(options.pop("at", None), 4, f"{where} at"))
    if box.x < 0 or box.y < 0 or box.x + box.width > canvas[0] or box.y + box.height > canvas[1]:
        raise SceneError(f"{where} at 超出画布 {canvas[0]:g}×{canvas[1]:g}")
    title = str(options.pop("title", ""))
    tab = str(options.pop("tab", ""))
    del options["kind"]
    return PaneSpec(kind, title, tuple(wanted), box, options, tab)


def _known(name: Any, choices: Collection[str], where: str) -> None:
    if name not in choices:
        raise SceneError(f"{where} {name!r} 不认识，可用：{'、'.join(sorted(choices))}")


def _only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise SceneError(f"{where} 键 {key!r} 不认识，可用：{'、'.join(sorted(known))}")


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise SceneError(f"{where} 缺少 {key}")
    return value


def _numbers(value: Any, count: int, where: str) -> tuple[float, ...]:
    if (
        not isinstance(value, list | tuple)
        or len(value) != count
        or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
    ):
        raise SceneError(f"{where} 须为 {count} 个数，读到 {value!r}")
    return tuple(float(n) for n in value)
