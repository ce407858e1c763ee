"""What a seat remembers between two starts, and what the command line asks for this one."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

APP = "district-console"
THEMES = ("dark", "light")
SCALES = (1.0, 1.25, 1.5)


@dataclass(frozen=True, slots=True)
class Settings:
    """A seat's choices. Every field has a value that is right for a first start."""

    theme: str = "dark"
    text_scale: float = 1.0
    language: str = "zh_CN"
    officer: str = ""
    scene: str = ""
    mute_until: datetime | None = None
    reduce_motion: bool = False


def config_dir() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "~")).expanduser() / APP
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / APP


def state_dir() -> Path:
    """Logs and crash traces."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / APP
    return Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / APP


def read_settings(path: Path) -> Settings:
    """Never raises: a damaged file or a value nobody offers is logged and the usual one taken."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        log.warning("%s cannot be used, starting with the usual settings: %s", path, why)
        return Settings()
    usual = Settings()
    return replace(
        usual,
        theme=_one_of(table, "theme", THEMES, usual.theme),
        text_scale=_one_of(table, "text_scale", SCALES, usual.text_scale),
        language=_one_of(table, "language", ("zh_CN", "en"), usual.language),
        officer=_text(table, "officer"),
        scene=_text(table, "scene"),
        mute_until=_moment(table.get("mute_until")),
        reduce_motion=_one_of(table, "reduce_motion", (True, False), usual.reduce_motion),
    )


def asked_for(kept: Settings, options: argparse.Namespace) -> Settings:
    """The seat's settings, changed by what the command line says."""
    theme = getattr(options, "theme", "")
    return replace(
        kept, theme=theme if theme in THEMES else kept.theme, scene=getattr(options, "scene", "") or kept.scene
    )


def write_settings(path: Path, settings: Settings) -> None:
    """Written beside and moved over, so a crash leaves the old file. A full or read-only disk is logged only."""
    lines = [
        f'theme = "{settings.theme}"',
        f"text_scale = {settings.text_scale}",
        f'language = "{settings.language}"',
        f"officer = {_quoted(settings.officer)}",
        f"scene = {_quoted(settings.scene)}",
        f"reduce_motion = {str(settings.reduce_motion).lower()}",
    ]
    if settings.mute_until is not None:
        lines.append(f"mute_until = {settings.mute_until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as why:
        log.warning("the settings were not kept: %s", why)


def _one_of(table: dict[str, Any], key: str, choices: tuple[Any, ...], usual: Any) -> Any:
    value = table.get(key, usual)
    if value in choices:
        return value
    log.warning("setting %s = %r is none of %s", key, value, ", ".join(map(str, choices)))
    return usual


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key, "")
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
