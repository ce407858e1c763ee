"""Starts a face and ends with its status: what the verbs of the command line call."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication, QWidget

from console import crash, settings
from console.admission import WallNotice, admitted, why_not_bound
from console.core import Core
from console.i18n import speak
from console.inspection import Inspection
from console.photo import Photo
from console.playlist import pinned
from console.skin import dress
from console.sound import Silence, make_voice
from services.collect.site import Site, SiteError
from widgets.look import Face, Look, load_fonts

PICTURES_KB = 65_536  # glyphs, hatches and the halos of a wall's names; Qt's own limit is 10,240


def run_desk(site: Site, options: argparse.Namespace) -> int:
    """Open the desk and stay until it is closed. ``--collect`` runs the site's collector beside it."""
    app = application()
    path = settings.config_dir() / "desk.toml"
    chosen = settings.asked_for(settings.read_settings(path), options)
    crash.listen()
    crash.keep_log(settings.state_dir())
    speak(chosen.language, app)
    with ExitStack() as unwind:
        if getattr(options, "collect", False):
            from services.district.launch import Child

            collector = Child("collect", "--site", str(options.site), log=site.folder / "collect.log")
            unwind.callback(collector.stop)
        core = Core(site, make_voice(app), attended=True)
        unwind.callback(core.stop)
        wardrobe = Wardrobe(app)
        core.dressed.connect(wardrobe.wear)
        desk = core.open_desk(chosen)
        keeper = Keeper(path, desk)
        desk.settled.connect(keeper.keep)
        desk.closed.connect(app.quit)
        show_fitting(desk)
        core.start()
        return app.exec()


def run_wall(site: Site, options: argparse.Namespace) -> int:
    """Open the wall full screen and stay until it is closed. No log-in: the machine is bound, and its
    store refuses to write."""
    why = why_not_bound(site, settings.state_dir())
    if why:
        raise SiteError(why)
    app = application()
    crash.listen()
    crash.keep_log(settings.state_dir())
    core = Core(site, Silence(), partial(admitted, site, settings.state_dir()))
    core.dressed.connect(Wardrobe(app).wear)
    scene = getattr(options, "scene", "")
    wall = core.open_wall(getattr(options, "theme", "") or "dark", pinned((scene,), scene) if scene else None)
    wall.closed.connect(app.quit)
    core.clock.ticked.connect(WallNotice(core.board, wall).tick)
    show_filling(wall)
    core.start()
    try:
        return app.exec()
    finally:
        core.stop()


def shot(
    site: Site,
    scene: str,
    path: Path,
    face: str,
    size: tuple[int, int] | None,
    theme: str,
    until: datetime | None = None,
) -> int:
    """Photograph a scene once the district's clock has reached ``until`` and every pane has data."""
    app = application()
    crash.listen()
    core = Core(site, Silence())
    core.dressed.connect(Wardrobe(app).wear)
    photo = Photo(core, scene, path, Face(face), size, theme, until, app)
    core.start()
    photo.start()
    try:
        return app.exec()
    finally:
        core.stop()


def check(site: Site) -> Mapping[str, Any]:
    """Open every scene of both faces offscreen. The figures; ``problems`` is empty when all is well."""
    app = application()
    complaints = crash.listen()
    core = Core(site, Silence())
    core.dressed.connect(Wardrobe(app).wear)
    inspection = Inspection(core, complaints.heard, app)
    core.start()
    inspection.start()
    try:
        app.exec()
        return inspection.figures()
    finally:
        core.stop()


def application() -> QApplication:
    """The one application of this process, with the bundled fonts."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication(["district-console"])
    app.setApplicationName("district-console")
    app.setQuitOnLastWindowClosed(False)
    QPixmapCache.setCacheLimit(PICTURES_KB)
    load_fonts()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    return app


def _leave(number: int, frame: object) -> None:
    """Ctrl+C or the service manager: end the loop as closing the window does. Python hears a signal
    at the clock's next beat; one that comes before the loop ends it as soon as it runs."""
    QTimer.singleShot(0, partial(QApplication.exit, 128 + number))


def show_fitting(window: QWidget) -> None:
    """1920×1080 where there is room, else the whole screen."""
    screen = QGuiApplication.primaryScreen()
    room = screen.availableGeometry() if screen is not None else None
    window.resize(1920, 1080)
    if room is not None and (room.width() <= 1920 or room.height() <= 1080):
        window.showMaximized()
    else:
        window.show()


def show_filling(window: QWidget) -> None:
    """The whole screen, also where no window manager runs, as in a wall's kiosk."""
    screen = QGuiApplication.primaryScreen()
    if screen is not None:
        window.setGeometry(screen.geometry())
    window.showFullScreen()


class Wardrobe(QObject):
    """Gives the program the style of a look."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app

    @Slot(object)
    def wear(self, look: Look) -> None:
        dress(self._app, look)


class Keeper(QObject):
    """Writes a seat's settings a second after the officer changed one."""

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._newest: settings.Settings | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._write)

    @Slot(object)
    def keep(self, changed: settings.Settings) -> None:
        self._newest = changed
        self._timer.start()

    @Slot()
    def _write(self) -> None:
        if self._newest is not None:
            settings.write_settings(self._path, self._newest)
