"""What the top bar, the title bar and the foot say, read from the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from console import tally
from console.board import Board
from services.domain.boats import SeaWeather
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import local
from widgets.topbar import PublicWarning, Vitals

translate = QCoreApplication.translate

WEATHER = "sea_weather"
OFTEN_S = 60.0


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


def silent_since(statuses: Sequence[SourceStatus]) -> datetime | None:
    """When the last record came, if every system is late and none says why: then nobody is collecting.

    Systems that tell once an hour prove nothing; they are asked only where there are no others.
    """
    unexplained = [s for s in statuses if s.quality is not Quality.STALE or _only_late(s)]
    often = [s for s in unexplained if s.late_after_s <= OFTEN_S] or unexplained
    if any(s.quality is not Quality.STALE for s in often):
        return None
    return max((s.taken_at for s in often if s.taken_at is not None), default=None)


def _only_late(status: SourceStatus) -> bool:
    """Stale by its age alone: the store dates that from the moment the time was up."""
    return status.taken_at is not None and status.failing_since == status.taken_at + timedelta(
        seconds=status.late_after_s
    )


def trouble_text(board: Board) -> str:
    """What the officer must know before trusting the screen; empty when the screen is alive."""
    if board.trouble:
        return f"读不到数据库，屏上是最后收到的数据。{board.trouble}"
    since = silent_since(board.get("sources").records)
    return f"采集停了，屏上是 {local(since):%H:%M:%S} 前的数据。请查采集进程。" if since else ""


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
