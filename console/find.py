"""What Ctrl+K finds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from PySide6.QtCore import QCoreApplication

from console.board import Board
from console.scene import Scene
from console.tally import worst_first
from services.domain.alert import Alert
from services.domain.boats import CollectionVessel, FishingBoat
from services.domain.fleet import Fleet
from services.domain.snapshot import Subject
from services.domain.subject_kind import CARDED
from services.domain.timebase import local
from widgets.look import Face
from widgets.map.furniture import minutes
from widgets.rail import scene_key
from widgets.search import Hit

translate = QCoreApplication.translate

MOST = 5  # boats of one search
REGISTER = "boat_register"  # wanted by every desk, because it is searched
HOME = "home"  # its map shows every alert
CARDS = "homes"  # where the cards of the community are

COMMANDS = (
    ("深色或浅色", "Ctrl+T", "theme"),
    ("文字放大", "Ctrl++", "larger"),
    ("文字缩小", "Ctrl+-", "smaller"),
    ("静音或取消静音", "M", "mute"),
    ("数据源状况", "F9", "sources"),
    ("换班，换人", "", "officer"),
    ("锁定本席", "Ctrl+L", "lock"),
    ("换人登录", "", "switch"),
    ("退出登录", "", "leave"),
    ("打开大屏", "F11", "wall"),
    ("下一条预警", "F6", "next"),
)


class Finder:
    """Looks through the board only: boats by name and MMSI, collection vessels by name, alerts by id, title,
    subject (plates among them) and place, the scenes and the commands. Case and the dot of a plate do not
    matter."""

    def __init__(self, board: Board, scenes: Sequence[Scene]) -> None:
        self._board = board
        self._scenes = scenes

    def find(self, text: str) -> Sequence[Hit]:
        wanted = _bare(text)
        hits = [*self._commands(wanted), *self._scene_hits(wanted)]
        if wanted:
            hits = [*self._alerts(wanted), *self._vessels(wanted), *self._boats(wanted), *hits]
        return hits

    def _alerts(self, wanted: str) -> list[Hit]:
        alerts: Sequence[Alert] = self._board.get("alerts").records
        found = [a for a in alerts if any(wanted in _bare(s) for s in (a.id, a.title, a.subject, a.place))]
        return [
            Hit("预警", f"{a.title}  {a.subject}", f"{a.id} · {local(a.raised_at):%H:%M}", Subject("alert", a.id))
            for a in worst_first(found)[:6]
        ]

    def _vessels(self, wanted: str) -> list[Hit]:
        """Collection vessels, while a scene that shows them is on the screen."""
        vessels: Sequence[CollectionVessel] = self._board.get("collection_vessels").records
        return [
            Hit("船", one.name, f"{one.doing} · MMSI {one.id}", Subject("collection_vessel", one.id))
            for one in vessels
            if wanted in _bare(one.name) or (len(wanted) > 1 and wanted in one.id)
        ][:MOST]

    def _boats(self, wanted: str) -> list[Hit]:
        if len(wanted) < 2:
            return []
        register: Sequence[FishingBoat] = self._board.get(REGISTER).records
        found = (boat for boat in register if wanted in _bare(boat.vessel_no) or wanted in boat.id)
        hits = [
            Hit("船", boat.vessel_no, f"{boat.home_port} · MMSI {boat.id}", Subject("boat", boat.id))
            for boat in islice(found, MOST)
        ]
        return [*hits, *self._strangers(wanted, register)][:MOST]

    def _strangers(self, wanted: str, register: Sequence[FishingBoat]) -> list[Hit]:
        """Ships that were heard and are in no register; they have nothing but their MMSI and their place."""
        fleet = self._board.get("fleet").records
        if not isinstance(fleet, Fleet) or not wanted.isdigit():
            return []
        heard = fleet.rows["mmsi"]
        found = np.char.find(heard.astype("U9"), wanted) >= 0
        found &= ~np.isin(heard, [boat.mmsi for boat in register])
        return [
            Hit(
                "船",
                f"MMSI {row['mmsi']}",
                f"{minutes(row['lat'], 'N', 'S')}  {minutes(row['lon'], 'E', 'W')}",
                Subject("boat", str(row["mmsi"])),
            )
            for row in fleet.rows[found][:MOST]
        ]

    def _scene_hits(self, wanted: str) -> list[Hit]:
        return [
            Hit("场景", translate("scene", scene.title), scene_key(number), scene.id)
            for number, scene in enumerate(self._scenes, 1)
            if wanted in _bare(translate("scene", scene.title)) or wanted in scene.id
        ]

    def _commands(self, wanted: str) -> list[Hit]:
        return [
            Hit("命令", translate("command", title), key, ("command", name))
            for title, key, name in COMMANDS
            if wanted in _bare(translate("command", title))
        ]


def scene_for(subject: Subject, alerts: Sequence[Alert], scenes: Sequence[Scene], current: str) -> str:
    """Where something found can be seen: the current scene when it shows such things, else theirs."""
    fitting: list[str] = []
    if subject.kind == "alert":
        fitting = [a.scene for a in alerts if a.id == subject.id and current != HOME]
    elif subject.kind in ("boat", "collection_vessel"):
        plans = {scene.id: scene.plans.get(Face.DESK) for scene in scenes}
        fitting = [name for name, plan in plans.items() if plan is not None and REGISTER in plan.topics]
    elif subject.kind in CARDED:
        fitting = [CARDS]
    known = [name for name in fitting if any(scene.id == name for scene in scenes)]
    return current if current in known or not known else known[0]


def _bare(text: str) -> str:
    return text.replace("·", "").replace(" ", "").casefold()
