"""The store as the wall gets it: read-only, and only on the machine that was bound."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from console import binding
from console.board import Board
from console.vitals import trouble_text
from console.wall import Wall
from services.collect.opening import open_for
from services.collect.site import Site
from services.store.errors import StoreError
from services.store.store import Store
from widgets.notice import Notice


def why_not_bound(site: Site, folder: Path) -> str:
    """Why this machine is not the wall's, as far as it can tell itself; '' when it may be."""
    bound = "" if site.demo else binding.read(folder)
    return bound if isinstance(bound, str) else ""


class NotAdmitted(StoreError):  # noqa: N818 - said as an officer would
    """This machine is not the wall's. The wall says so and asks again until it is."""


def admitted(site: Site, folder: Path) -> Store:
    """Asked at every connection, so that a binding that was taken away ends there. A demo district's
    wall needs none. Raises StoreError in words for the wall."""
    bound = "" if site.demo else binding.read(folder)
    if isinstance(bound, str) and bound:
        raise NotAdmitted(bound)
    store = open_for(site, read_only=True)
    if isinstance(bound, binding.Binding) and not store.accounts.admits_wall(bound.machine, bound.token):
        store.close()
        raise NotAdmitted("本机的大屏绑定已失效，请重新绑定：main.py account bind-wall")
    return store


class WallNotice(QObject):
    """Says on the wall why it shows nothing, or nothing new."""

    def __init__(self, board: Board, wall: Wall) -> None:
        super().__init__(wall)
        self._board, self._wall = board, wall
        self._notice = Notice(wall.look, wall)

    @Slot(object)
    def tick(self, _now: datetime) -> None:
        box, look = self._wall.canvas(), self._wall.look
        if look is not self._notice.look:
            self._notice.restyle(look)
        wide, high = min(look.px(1800), box.width()), look.px(120)
        self._notice.setGeometry(box.center().x() - wide // 2, box.center().y() - high // 2, wide, high)
        self._notice.hold(trouble_text(self._board))
