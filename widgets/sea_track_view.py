"""The track of one boat on the sea map: asked of the store, drawn, slid along, played, kept up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Slot

from services.domain.alert import Outcome
from services.domain.question import TRACK, Question
from services.domain.track import Track, TrackAsked
from widgets.map.view import MapView
from widgets.sea_track import LAYER, heard, spot_mark, spot_words, time_marks, track_lines
from widgets.track_slider import SPANS_H, TrackSlider

AGAIN = timedelta(minutes=1)  # a track whose end is looked at is asked for anew
MOMENT = "航迹时刻"  # layer of where the boat was


class TrackView(QObject):
    """One boat at a time. ``changed`` is called when the slider comes or goes."""

    def __init__(
        self, chart: MapView, slider: TrackSlider, ask: Callable[[Question], None], changed: Callable[[], None]
    ) -> None:
        super().__init__(chart)
        self._map, self.slider, self._ask, self._changed = chart, slider, ask, changed
        self.mmsi: int | None = None
        self.track: Track | None = None
        self._name = ""
        self._asked: TrackAsked | None = None
        self._now: datetime | None = None
        self._span_h = SPANS_H[1]
        slider.moved.connect(self._moved)
        slider.wanted_span.connect(self._take_span)
        slider.closed.connect(self.close)

    @property
    def is_open(self) -> bool:
        return self.mmsi is not None

    def open(self, mmsi: int, name: str, now: datetime) -> None:
        self.close()
        self.mmsi, self._name, self._now = mmsi, name, now
        self._ask_again(now)
        self.slider.show_span(now - timedelta(hours=self._span_h), now, (), self._span_h)
        self.slider.say(f"{name} · 正在取航迹")
        self.slider.setVisible(True)
        self._changed()

    @Slot()
    def close(self) -> None:
        if self.mmsi is None:
            return
        self.mmsi = self.track = self._asked = None
        self.slider.play(False)
        self.slider.setVisible(False)
        self._map.set_lines(LAYER, ())
        self._map.set_marks(LAYER, ())
        self._map.set_marks(MOMENT, ())
        self._changed()

    def tick(self, now: datetime) -> None:
        self._now = now
        if self._asked is not None and self._at_end and now - self._asked.until >= AGAIN:
            self._ask_again(now)

    def show_outcome(self, outcome: Outcome) -> None:
        """The track has come, or could not be had; an answer to an older question is no longer wanted."""
        question, asked = outcome.command, self._asked
        if not isinstance(question, Question) or question.what != TRACK or asked is None:
            return
        if question != asked.question():
            return
        if not isinstance(outcome.case, Track):
            self.slider.say(f"{self._name} · 取不到航迹 {outcome.refusal}".rstrip())
            return
        self._show(outcome.case, asked)

    # -- within ---------------------------------------------------------------------------------

    @property
    def _at_end(self) -> bool:
        return not self.slider.is_playing and self.slider.moment >= self.slider.until

    def _ask_again(self, now: datetime) -> None:
        if self.mmsi is not None:
            self._asked = TrackAsked(self.mmsi, now - timedelta(hours=self._span_h), now)
            self._ask(self._asked.question())

    def _show(self, track: Track, asked: TrackAsked) -> None:
        at_end, moment = self._at_end, self.slider.moment
        self.track = track
        self._map.set_lines(LAYER, track_lines(track))
        self._map.set_marks(LAYER, time_marks(track))
        self.slider.show_span(asked.since, asked.until, heard(track), self._span_h)
        if not at_end:
            self.slider.go(moment)

    @Slot(object)
    def _moved(self, moment: datetime) -> None:
        if self.track is None or self._now is None:
            return
        if not len(self.track):
            self.slider.say(f"{self._name} · {self._span_h} 时内无船位")
            return
        last = self.track.at_ms[-1] / 1000
        spot = self.track.at(min(moment, datetime.fromtimestamp(last, moment.tzinfo)))
        self._map.set_marks(MOMENT, spot_mark(spot))
        self.slider.say(f"{self._name} · {spot_words(self.track, moment, self._now)}")

    @Slot(int)
    def _take_span(self, hours: int) -> None:
        self._span_h = hours
        if self._now is not None:
            self.slider.show_span(self._now - timedelta(hours=hours), self._now, (), hours)
            self._ask_again(self._now)
