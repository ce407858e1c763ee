"""风浪与预报: wind and waves now, the force of the next 24 hours, and how many boats of each rating are outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.boats import SeaWeather
from services.domain.sea_safety import RatingRow, SeaSafety
from services.domain.snapshot import Snapshot
from services.domain.timebase import local
from widgets.glyphs import put_glyph
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, RIGHT, elide, figure, hairline, text
from widgets.pane import Pane

HOURS = 24
TOP_BFT = 12


class SeaWindPane(Pane):
    """Topics: ``sea_weather``, ``sea_safety``."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        weather = self._weather()
        self.note = weather.area if weather else ""

    def _weather(self) -> SeaWeather | None:
        return next(iter(self.records("sea_weather")), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        weather = self._weather()
        if weather is None:
            paint_waiting(painter, body, self, "没有海洋气象")
            return
        look = self.look
        top = QRect(look.pad, body.top(), body.width() - 2 * look.pad, look.px(86))
        self._paint_now(painter, top, weather)
        ratings = self._ratings()
        rows = look.px(26) * (len(ratings) + 1) if ratings else look.px(26)
        chart = QRect(
            top.left(), top.bottom() + look.px(6), top.width(), body.bottom() - top.bottom() - rows - look.px(16)
        )
        self._paint_forecast(painter, chart, weather)
        self._paint_ratings(painter, QRect(top.left(), chart.bottom() + look.px(10), top.width(), rows), ratings)

    def _ratings(self) -> Sequence[RatingRow]:
        safety: SeaSafety | None = next(iter(self.records("sea_safety")), None)
        return safety.ratings if safety else ()

    def _paint_now(self, painter: QPainter, box: QRect, weather: SeaWeather) -> None:
        look = self.look
        figures = (
            (weather.wind_word, str(weather.wind_bft), "级"),
            ("阵风", str(weather.gust_bft), "级"),
            ("浪高", f"{weather.wave_m:.1f}", "m"),
        )
        wide = box.width() // len(figures)
        for at, (name, value, unit) in enumerate(figures):
            left = box.left() + at * wide
            words = QRect(left, box.top() + look.px(6), wide, look.px(16))
            text(painter, words, name, look.font("tick"), look.colour("text3"), LEFT)
            figure(painter, left, box.top() + look.px(48), value, unit, look)
        line = QRect(box.left(), box.top() + look.px(60), box.width(), look.px(22))
        if not weather.warning:
            text(painter, line, "没有生效的预警", look.font("body"), look.colour("text3"), LEFT)
            return
        if weather.warning_level is not None:
            side = look.glyph("table")
            put_glyph(
                painter, look, weather.warning_level, QPointF(line.left() + side / 2, line.center().y()), side, True
            )
            line.setLeft(line.left() + side + look.px(6))
        since = f"　{local(weather.warned_at):%m-%d %H:%M} 发布" if weather.warned_at else ""
        font = look.font("body")
        text(painter, line, elide(weather.warning + since, font, line.width()), font, look.colour("text"), LEFT)

    def _paint_forecast(self, painter: QPainter, box: QRect, weather: SeaWeather) -> None:
        """A column an hour; unknown hours are left to the words."""
        look, tick = self.look, self.look.font("tick")
        foot = look.px(18)
        ground = box.adjusted(look.px(26), look.px(4), 0, -foot)
        for bft in (4, 8, 12):
            y = ground.bottom() - round(ground.height() * bft / TOP_BFT)
            hairline(painter, look, ground.left(), y, ground.width())
            name = QRect(box.left(), y - look.px(8), look.px(22), look.px(16))
            text(painter, name, str(bft), tick, look.colour("text3"), RIGHT)
        if not weather.forecast or self.now is None:
            text(painter, ground, "没有预报，召回不检出", look.font("body"), look.colour("text2"), CENTRE)
            return
        weakest = min((row.rating_bft for row in self._ratings()), default=TOP_BFT + 1)
        wide = ground.width() / HOURS
        for hour in range(HOURS):
            at = self.now + timedelta(hours=hour)
            force = force_at(weather, at)
            high = round(ground.height() * min(force, TOP_BFT) / TOP_BFT)
            column = QRect(round(ground.left() + hour * wide), ground.bottom() - high, max(1, round(wide) - 2), high)
            painter.fillRect(column, look.colour("text2" if force >= weakest else "bar"))
            if hour % 6 == 0:
                word = QRect(column.left(), ground.bottom() + look.px(2), look.px(60), foot)
                text(painter, word, f"{local(at):%H} 时", tick, look.colour("text3"), LEFT)
        edge = ground.left() + round(12 * wide)
        painter.fillRect(QRect(edge, ground.top(), look.px(1), ground.height()), look.colour("ice"))
        said = QRect(edge + look.px(4), ground.top(), look.px(100), look.px(16))
        text(painter, said, "12 时内召回", tick, look.colour("text2"), LEFT)

    def _paint_ratings(self, painter: QPainter, box: QRect, ratings: Sequence[RatingRow]) -> None:
        look, tick, body = self.look, self.look.font("tick"), self.look.font("body")
        high = look.px(26)
        shares = (0.0, 0.4, 0.72)
        heads = ("抗风等级", "在外 艘", "须召回 艘")
        lines: list[tuple[str, str, str]] = [
            (f"{r.rating_bft} 级", f"{r.at_sea:,}", f"{r.recalled:,}") for r in ratings
        ]
        for nth, words in enumerate([heads, *lines]):
            line = QRect(box.left(), box.top() + nth * high, box.width(), high)
            for share, word in zip(shares, words, strict=True):
                cell = QRect(line.left() + round(line.width() * share), line.top(), round(line.width() * 0.26), high)
                align = LEFT if share == 0.0 else RIGHT
                font, ink = (tick, "text3") if nth == 0 else (body, "text")
                text(painter, cell, word, font, look.colour(ink), align)
            hairline(painter, look, line.left(), line.bottom(), line.width())


def force_at(weather: SeaWeather, at: datetime) -> int:
    """What the forecast says of a moment; before its first step, what blows now."""
    before = [bft for moment, bft in weather.forecast if moment <= at]
    return before[-1] if before else weather.wind_bft
