"""存证链: the entries of the selected manifest, each verified when it was asked for, and the head of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import AlertLevel, Outcome
from services.domain.custody import STEP_WORDS
from services.domain.custody_state import LAMP_WORDS, ChainLink, CustodyChain, CustodyHead, Lamp
from services.domain.manifest import COPY_WORDS, Copy, Manifest
from services.domain.question import CUSTODY, Question
from services.domain.receipt_sheet import ReceiptSheet, TextFile
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.hand_ins import resolve
from widgets.look import Look
from widgets.manifests import LAMPS, in_order
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.words import duration

TWO, FACT = 46, 22
AGAIN = timedelta(seconds=30)  # a chain that is looked at is verified again


class CustodyChainPane(DutyListPane):
    """Topics: ``manifests``, ``custody_head``, ``alerts``. F prints the receipt, X saves the file for an
    outsider; neither of a chain that does not hold."""

    empty = "选一份联单，看它的存证链"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.chain: CustodyChain | None = None
        self._about = ""
        self._chosen = False  # by the officer: until then it shows what is most urgent
        self._question: Question | None = None
        self._looked_at: datetime | None = None

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if not self._chosen and snapshot.topic == "manifests":
            opened, closed = in_order(snapshot.records)
            first = next(iter((*opened, *closed)), None)
            self._turn_to(first.id if first is not None else "")
        self.refresh()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        if self._looked_at is None or now - self._looked_at >= AGAIN:
            self._look()

    def select(self, subject: Subject | None) -> None:
        wanted = resolve(subject, self.records("alerts"))
        found = next((m for m in self._manifests() if wanted is not None and wanted.id in (m.id, m.request_id)), None)
        if found is not None:
            self._chosen = True
            self._turn_to(found.id)
        self.refresh()

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._question:
            self._question = None
            self.chain = outcome.case if isinstance(outcome.case, CustodyChain) else None
            self.refresh()
        else:
            super().show_outcome(outcome)

    def _turn_to(self, manifest_id: str) -> None:
        if manifest_id != self._about:
            self._about, self.chain, self._looked_at = manifest_id, None, None

    def _look(self) -> None:
        """Ask for the chain; the answer verifies every entry anew. At a beat of the clock only: what a pane asks
        while its scene is being built nobody hears."""
        if self._about and self._question is None and (self._looked_at is None or self._is_old()):
            self._looked_at = self.now
            self._question = Question(CUSTODY, self._about)
            self.asked.emit("question", self._question)

    def _is_old(self) -> bool:
        return self.now is not None and (self._looked_at is None or self.now - self._looked_at >= AGAIN)

    # -- rows ----------------------------------------------------------------------------------

    def make_rows(self) -> Sequence[Row]:
        self.note = self._about
        rows = [Row(f"head:{at}", fact, FACT, heading=True) for at, fact in enumerate(self._facts())]
        if self._about and self.chain is None:
            return [*rows, Row("head:none", ("", "核验中…" if self._question else "没有存证条目"), FACT, heading=True)]
        links = [Row(str(link.seq), link, TWO) for link in (self.chain.links if self.chain else ())]
        return [*rows, *links, *self._copies()]

    def _copies(self) -> Sequence[Row]:
        """The five copies under the chain: who keeps which, and since when."""
        manifest = self._manifest()
        if manifest is None:
            return ()
        head = Row("head:copies", ("五联", ""), 28, heading=True)
        return [head, *(Row(f"copy:{copy.party}", copy, FACT, heading=True) for copy in manifest.copies)]

    def _facts(self) -> Sequence[tuple[str, str]]:
        head = next((one for one in self.records("custody_head") if isinstance(one, CustodyHead)), None)
        if head is None:
            return ()
        seen, *waits = witness_words(head, self.now)
        return (("日志", _log_words(head)), ("见证", seen), *(("", one) for one in waits), ("重读", check_words(head)))

    def _manifests(self) -> Sequence[Manifest]:
        return self.records("manifests")

    def _manifest(self) -> Manifest | None:
        return next((one for one in self._manifests() if one.id == self._about), None)

    # -- actions -------------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        why = "先选联单" if not self._about else ""
        if not why and self.chain is None:
            why = "没有存证"
        if not why and self.chain is not None and not self.chain.receipt:
            why = "存证不符" if self.chain.lamp is Lamp.BROKEN else "尚未入校验点"
        return (Act("receipt", "收据 PDF", "F", why, primary=not why), Act("export", "导出", "X", why))

    def act(self, what: str) -> None:
        chain, manifest = self.chain, self._manifest()
        if chain is None or self.now is None:
            return
        if what == "receipt" and manifest is not None:
            self.asked.emit("print", ReceiptSheet(manifest, chain, self.now))
        elif what == "export":
            self.asked.emit("print", TextFile(f"存证-{chain.manifest}-{chain.size}.txt", chain.export))

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if isinstance(row.record, ChainLink):
            self._paint_link(painter, box, row.record)
            return
        if isinstance(row.record, Copy):
            self._paint_copy(painter, box, row.record)
            return
        look, tick = self.look, self.look.font("tick")
        name, value = row.record
        left = look.px(36)
        text(painter, box, name, tick, look.colour("text3"), LEFT)
        room = box.adjusted(left, 0, 0, 0)
        text(painter, room, elide(value, tick, room.width()), tick, look.colour("text2"), LEFT)

    def _paint_link(self, painter: QPainter, box: QRect, link: ChainLink) -> None:
        look, tick, body = self.look, self.look.font("tick"), self.look.font("body")
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        second = QRect(box.left(), first.bottom() + 1, box.width(), look.px(18))
        broken = link.lamp is Lamp.BROKEN
        lamp = f"{LAMPS[link.lamp]} {link.why or LAMP_WORDS[link.lamp]}"
        font = look.font("tick", weight=700) if broken else tick
        ink = look.theme.alert(AlertLevel.RED) if broken else look.colour("text2")
        text(painter, first, lamp, font, ink, RIGHT)
        left = box.left()
        step = STEP_WORDS[link.told.step]
        text(
            painter,
            QRect(left, first.top(), look.px(64), first.height()),
            step,
            look.font("body", weight=500),
            look.colour("text"),
        )
        left += look.px(66)
        room = first.right() - left - width_of(lamp, font) - look.px(10)
        words = f"{link.told.giver} → {link.told.taker}"
        text(
            painter, QRect(left, first.top(), room, first.height()), elide(words, body, room), body, look.colour("text")
        )
        seen = "已见证" if link.is_witnessed else "待见证"
        text(painter, second, seen, tick, look.colour("text3"), RIGHT)
        mass = "" if link.told.mass_kg is None else f"{link.told.mass_kg:,.1f} kg　"
        photos = f"　照片 {len(link.told.photos)}" if link.told.photos else ""
        said = f"{mass}{local(link.told.at):%m-%d %H:%M}　{link.told.signer}{photos}"
        text(
            painter,
            QRect(box.left(), second.top(), look.px(64), second.height()),
            f"第 {link.seq} 条",
            tick,
            look.colour("text3"),
        )
        room = second.right() - left - width_of(seen, tick) - look.px(8)
        hash_ = link.leaf[:8]
        wide = width_of(hash_, tick) + look.px(10)
        spot = QRect(left, second.top(), room - wide, second.height())
        text(painter, spot, elide(said, tick, spot.width()), tick, look.colour("text2"))
        text(painter, QRect(left, second.top(), room, second.height()), hash_, tick, look.colour("text3"), RIGHT)

    def _paint_copy(self, painter: QPainter, box: QRect, copy: Copy) -> None:
        look, tick = self.look, self.look.font("tick")
        ink = look.colour("text2" if copy.at is not None else "text3")
        at = f"{local(copy.at):%m-%d %H:%M}" if copy.at is not None else "未签"
        mass = f"{copy.mass_kg:,.1f} kg" if copy.mass_kg is not None and copy.at is not None else ""
        left, right = look.px(66), look.px(84)
        text(painter, box, COPY_WORDS[copy.party], tick, look.colour("text3"), LEFT)
        text(painter, box, at, tick, ink, RIGHT)
        text(painter, box.adjusted(0, 0, -right, 0), mass, tick, ink, RIGHT)
        room = box.adjusted(left, 0, -2 * right, 0)
        name = " · ".join(part for part in (copy.name, copy.signer) if part) or "—"
        text(painter, room, elide(name, tick, room.width()), tick, ink, LEFT)


def _log_words(head: CustodyHead) -> str:
    return f"{head.origin} · {head.size} 条 · 树根 {head.root[:12]}…" if head.size else f"{head.origin} · 还没有条目"


def witness_words(head: CustodyHead, now: datetime | None) -> tuple[str, ...]:
    """Who has seen how much, how long ago; and what waits for him, longer than it should or why."""
    if not head.witness_name:
        return ("未设见证方，日志只由本中心签名",)
    if head.witnessed_at is None:
        seen = f"{head.witness_name} 尚未见证"
    else:
        ago = duration(max(0.0, (now - head.witnessed_at).total_seconds())) if now is not None else ""
        seen = f"{head.witness_name} 到第 {head.witnessed} 条 · {ago}" + ("" if ago == duration(0) else "前")
    waits = head.size - head.witnessed
    if waits <= 0:
        return (seen,)
    late = f"，已超 {head.unwitnessed_limit_h:g} 时" if now is not None and head.is_long_unwitnessed(now) else ""
    return seen, f"{waits} 条待见证{late}{f'：{head.witness_error}' if head.witness_error else ''}"


def check_words(head: CustodyHead) -> str:
    if head.checked_at is None:
        return "尚未重读"
    at = f"{local(head.checked_at):%H:%M:%S}"
    return (
        f"✓ {at} 读到第 {head.checked} 条，全部属实"
        if head.holds
        else f"✗ {at} 第 {head.broken} 条起不符：{head.reason}"
    )
