"""What the top bar, the title bar and the foot say, read from the board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from console import tally
from console.board import Board
from services.domain.alert import AlertLevel
from services.domain.snapshot import Quality, SourceStatus
from widgets.topbar import PublicWarning, Vitals

translate = QCoreApplication.translate

WEATHER = "weather"


def vitals(board: Board, mute_left_s: float, *, audible: bool) -> Vitals:
    statuses: Sequence[SourceStatus] = board.get("sources").records
    return Vitals(
        sources_good=sum(1 for status in statuses if status.quality is Quality.GOOD),
        sources=len(statuses),
        levels=tally.levels(board.get("alerts").records),
        weather=weather_text(board),
        warning=public_warning(board),
        mute_left_s=float(int(mute_left_s)),
        audible=audible,
    )


def facts(board: Board, store: str, lag_ms: float, worst_ms: float) -> tuple[str, ...]:
    """The foot: how the console itself is doing."""
    refused = sum(status.quarantined for status in board.get("sources").records)
    return (
        translate("shell", "库 连不上") if board.trouble else store,
        translate("shell", "读到上屏") + f" {lag_ms:.0f} ms",
        translate("shell", "主循环最差一拍") + f" {worst_ms:.0f} ms",
        translate("shell", "隔离记录") + f" {refused:,}",
    )


def store_word(url: str) -> str:
    return translate("shell", "库") + (" PostgreSQL" if url.startswith("postgresql") else " SQLite WAL")


def weather_text(board: Board) -> str:
    record: Any = board.get(WEATHER).first()
    return str(getattr(record, "text", "")) if record is not None else ""


def public_warning(board: Board) -> PublicWarning | None:
    """The warning in force, when the site has a source of warnings."""
    record: Any = board.get(WEATHER).first()
    level, text = getattr(record, "warning_level", None), getattr(record, "warning", "")
    if not text or not isinstance(level, AlertLevel):
        return None
    return PublicWarning(level, str(text), str(getattr(record, "warning_note", "")))
