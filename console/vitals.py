"""What the top bar, the title bar and the foot say, read from the board."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console import tally
from console.board import Board
from services.domain.boats import SeaWeather
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import local
from widgets.topbar import PublicWarning, Vitals

translate = QCoreApplication.translate

WEATHER = "sea_weather"


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


def weather_text(board: Board, *, waves: bool = True) -> str:
    """``东北风 5 级 · 浪高 1.4 m · 9 ℃``; nothing when nobody told."""
    record: SeaWeather | None = board.get(WEATHER).first()
    if record is None:
        return ""
    wind = f"{record.wind_word} {record.wind_bft} " + translate("shell", "级")
    wave = translate("shell", "浪高") + f" {record.wave_m:.1f} m"
    return " · ".join((wind, *([wave] if waves else []), f"{record.temp_c:.0f} ℃".replace("-", "−")))


def public_warning(board: Board) -> PublicWarning | None:
    """The warning in force, when a source told one."""
    record: SeaWeather | None = board.get(WEATHER).first()
    if record is None or not record.warning or record.warning_level is None:
        return None
    at = f"{local(record.warned_at):%H:%M} " + translate("shell", "发布") if record.warned_at else ""
    return PublicWarning(record.warning_level, record.warning, at)
