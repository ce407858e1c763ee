"""What lies over the desk for a moment: sources, search, the officers, a notice. None is modal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, QRect, Signal, Slot
from PySide6.QtWidgets import QWidget

from console.find import Finder
from console.session import Session, role_word
from services.domain.masked import mask_name
from services.domain.snapshot import Snapshot, SourceStatus
from widgets.look import Look
from widgets.notice import Notice
from widgets.search import Hit, SearchPanel
from widgets.sources_pane import SourcesPanel

translate = QCoreApplication.translate

WAYS = (("锁定本席", "Ctrl+L", "lock"), ("换人登录", "", "switch"), ("退出登录", "", "leave"))


class Panels(QObject):
    """At most one of the panels is open; Esc closes it and gives the keyboard back to the window."""

    taken = Signal(object)  # the target of the Hit that was chosen

    def __init__(self, window: QWidget, finder: Finder, session: Session, look: Look) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._look = look
        self._room = QRect(), QRect()
        self.sources = SourcesPanel(look, window)
        self.search = SearchPanel(finder.find, translate("shell", "船、车牌、地址、命令"), look, window)
        who = translate("shell", "谁在席：姓名或岗位")
        self.chooser = SearchPanel(self._officers, who, look, window, most=len(session.officers) + len(WAYS))
        self.notice = Notice(look, window)
        self.sources.closed.connect(self.close)
        for panel in (self.search, self.chooser):
            panel.chosen.connect(self._take)
            panel.closed.connect(self.close)

    @Slot()
    def close(self) -> None:
        for panel in (self.sources, self.search, self.chooser):
            panel.hide()
        self._window.setFocus()

    @Slot()
    def open_search(self) -> None:
        self.close()
        self.search.open()

    @Slot()
    def open_chooser(self) -> None:
        self.close()
        self.chooser.open()

    @Slot()
    def toggle_sources(self) -> None:
        if self.sources.isVisible():
            self.close()
            return
        self.close()
        self.place(*self._room, self._look)
        self.sources.show()
        self.sources.raise_()
        self.sources.setFocus()

    def restyle(self, look: Look) -> None:
        for panel in (self.sources, self.search, self.chooser, self.notice):
            panel.restyle(look)

    def show_sources(self, snapshot: Snapshot[SourceStatus]) -> None:
        known = self.sources.wanted_height()
        self.sources.show_sources(snapshot)
        if self.sources.wanted_height() != known:
            self.place(*self._room, self._look)

    def place(self, scene: QRect, dock: QRect, look: Look) -> None:
        self._room, self._look = (scene, dock), look
        margin = look.px(16)
        wide = min(scene.width() - 2 * margin, look.px(980))
        high = min(scene.height() - 2 * margin, self.sources.wanted_height())
        self.sources.setGeometry(scene.right() - margin - wide, scene.top() + look.px(8), wide, high)
        field = look.px(460)
        self.search.setGeometry(dock.right() - look.px(15) - field, dock.top() + look.px(4), field, look.px(60))
        high = min(self.chooser.wanted_height(self.chooser.most), scene.height() - 2 * margin)
        self.chooser.setGeometry(scene.left() + margin, scene.bottom() - margin - high, look.px(360), look.px(60))
        told = look.px(480)
        low = scene.bottom() - margin
        self.notice.setGeometry(scene.right() - margin - told, low - look.px(34), told, look.px(34))

    def _officers(self, text: str) -> Sequence[Hit]:
        hits = []
        for officer in self._session.officers:
            role = role_word(officer.role)
            if text in officer.name or text in role:
                now = "在席 · " if officer == self._session.officer else ""
                hits.append(
                    Hit("", f"{mask_name(officer.name)}  {role}", f"{now}{officer.shift}", ("officer", officer.id))
                )
        ways = [(translate("command", title), key, word) for title, key, word in WAYS]
        return [Hit("", title, key, ("command", word)) for title, key, word in ways if text in title] + hits

    @Slot(object)
    def _take(self, hit: Hit) -> None:
        self.taken.emit(hit.target)
