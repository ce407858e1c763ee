"""The feed, the clock, the watch and the windows they serve, put together once."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, Slot

from console.actions import Actions
from console.bell import Bell
from console.board import Board
from console.clock import Clock
from console.desk import Desk, Seat
from console.feed import Feed, Readable
from console.playlist import Playlist, read_playlist
from console.printing import Printing
from console.proving import Proving
from console.scene import Scene, read_scenes
from console.session import DEMO_PASSWORD, NOBODY, Session, demo_accounts, on_duty, roster
from console.settings import Settings
from console.sound import Voice
from console.vitals import store_word
from console.wall import Wall
from console.watch import Watch
from services.collect.opening import open_for
from services.collect.site import Site
from services.domain.officer import Officer, Role
from services.domain.topics import TOPICS
from widgets.kinds import KINDS
from widgets.look import RESOURCES, Face, make_look
from widgets.map.pane import MapPane

log = logging.getLogger(__name__)
translate = QCoreApplication.translate

VERSION = "0.1.0"
WALL_ACCOUNT = Officer("wall", "大屏", Role.WALL)


class Core(QObject):
    """Made top down, stopped bottom up; ``stop`` leaves no thread, no socket and no window."""

    dressed = Signal(object)  # the Look that Qt's own parts should wear

    def __init__(
        self,
        site: Site,
        voice: Voice,
        open_store: Callable[[], Readable] | None = None,
        *,
        attended: bool = False,
    ) -> None:
        """``attended``: people sit at the desk, so who is who counts. Not so for pictures and checks."""
        super().__init__()
        self._attended = attended
        self.site = site
        self.voice = voice
        self.board = Board()
        self.scenes = shipped_scenes(site)
        self.officers = roster(site.duty, demo=site.demo)
        self.bell = Bell(self)
        self.feed = Feed(open_store or self._open_store, self.board, site.timebase, self.bell.ring, None, site.login)
        self.clock = Clock(self.board, site.timebase, self)
        self.watch = Watch()
        self.desk: Desk | None = None
        self.wall: Wall | None = None
        self.bell.rang.connect(self.clock.hurry)
        self.clock.beaten.connect(self._beat)
        self.clock.ticked.connect(self._tick)

    def start(self) -> None:
        self.feed.start()
        self.clock.start()
        self.watch.start()
        log.info("open on %s", self.site.store_url.rpartition("@")[2])

    def stop(self) -> None:
        """What watches and carries stops first, then what shows is deleted. Idempotent."""
        self.watch.stop()
        self.clock.stop()
        self.feed.stop()
        self.bell.close()
        self.close_wall()
        desk, self.desk = self.desk, None
        if desk is not None:
            desk.hide()
            desk.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def open_desk(self, chosen: Settings) -> Desk:
        by_name = self._attended and not (self.site.demo and self.site.login.auto_login)
        session = Session(() if by_name else self.officers, chosen.officer, self)
        session.changed.connect(self._seat)
        self._seat(session.officer)
        actions = Actions(self.feed.perform, session, self)
        seat = Seat(
            self.site.name,
            self.site.demo,
            version_text(self.site),
            store_word(self.site.store_url),
            id=seat_name(),
            idle_s=self.site.login.idle_minutes * 60 if self._attended else 0,
            login_hint=(DEMO_PASSWORD, *(o.id for o in self.officers[:2])) if self.site.demo else (),
            attended=self._attended,
        )
        desk = Desk(seat, self.scenes, KINDS, self.board, actions, session, self.voice, chosen)
        desk.restyled.connect(self.dressed)
        desk.wanted.connect(self._want)
        desk.wall_asked.connect(self.toggle_wall)
        self.clock.arrived.connect(desk.take)
        self.clock.ticked.connect(desk.tick)
        self.clock.answered.connect(actions.answer)
        proving = Proving(actions, session, seat.id, attended=by_name, parent=desk)
        self.clock.answered.connect(proving.answer)
        printing = Printing(self.site.folder / "reports", self.site.name, demo=self.site.demo, parent=desk)
        actions.print_asked.connect(printing.take)
        printing.said.connect(desk.panels.notice.say)
        self.desk = desk
        self.dressed.emit(desk.look)
        self._want()
        return desk

    def open_wall(self, theme: str, playlist: Playlist | None = None, *, reduce_motion: bool = False) -> Wall:
        walls = [scene.id for scene in self.scenes if Face.WALL in scene.plans or scene.problem]
        playlist = playlist or read_playlist(self.site.wall, walls)
        duty = on_duty(self.officers)
        wall = Wall(
            self.site.name, self.site.demo, self.scenes, KINDS, self.board, playlist, duty, theme, reduce_motion
        )
        wall.wanted.connect(self._want)
        wall.closed.connect(self.close_wall)
        self.clock.arrived.connect(wall.take)
        self.clock.ticked.connect(wall.tick)
        self.wall = wall
        if self.desk is None:
            self.feed.read_as(WALL_ACCOUNT)
            self.dressed.emit(make_look(Face.WALL, theme, 0.5))
        self._want()
        return wall

    @Slot()
    def toggle_wall(self) -> None:
        """F11 on the desk: the wall in a window of its own, fed by the same board."""
        if self.wall is not None:
            self.close_wall()
            return
        wall = self.open_wall(self.desk.look.theme.name if self.desk else "dark")
        wall.resize(1600, 900)
        wall.show()

    @Slot()
    def close_wall(self) -> None:
        wall, self.wall = self.wall, None
        if wall is not None:
            wall.hide()
            wall.deleteLater()
            self._want()

    def _open_store(self) -> Readable:
        """On the feed's thread."""
        store = open_for(self.site)
        if self.site.demo:
            accounts = demo_accounts(self.officers)
            store.accounts.seed(accounts, DEMO_PASSWORD, self.site.timebase.now(), self.site.login)
        return store

    @Slot(object)
    def _seat(self, officer: Officer) -> None:
        """What the feed puts on the board is what this officer may see."""
        self.feed.read_as(officer if officer != NOBODY else None)

    @Slot()
    def _want(self) -> None:
        """Read what some window shows and nothing else."""
        topics: frozenset[str] = frozenset()
        for window in (self.desk, self.wall):
            if window is not None:
                topics |= window.topics
        self.feed.want(topics & TOPICS.keys())

    @Slot()
    def _beat(self) -> None:
        self.watch.beat()

    @Slot(object)
    def _tick(self, now: datetime) -> None:
        if self.desk is not None:
            self.desk.show_beat(self.clock.lag_ms, self.clock.worst_beat_ms)


def shipped_scenes(site: Site) -> tuple[Scene, ...]:
    """The shipped scenes and the site's own; a site's file replaces a shipped one of the same name."""
    scenes = read_scenes((RESOURCES / "scenes", site.folder / "scenes"), KINDS, TOPICS)
    if not site.map:
        return scenes
    tiles = dict(site.map)
    if "mbtiles" in tiles:
        tiles["mbtiles"] = str(site.folder / str(tiles["mbtiles"]))
    maps = {name for name, kind in KINDS.items() if issubclass(kind, MapPane)}
    return tuple(scene.with_option(maps, "tiles", tiles) for scene in scenes)


def seat_name() -> str:
    """How log-ins and the audit call this place."""
    return platform.node() or "desk"


def version_text(site: Site) -> str:
    seeded = translate("shell", "演示区 种子") + f" {site.seed}"
    return f"{VERSION} · {seeded}" if site.demo else VERSION
