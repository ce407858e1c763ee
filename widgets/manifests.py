"""联单闭环: every manifest on its way, from the weighing to disposal, with its balance and its lamp."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.alert import AlertLevel
from services.domain.boats import POLLUTANT_WORDS, HandInState
from services.domain.custody_state import LAMP_WORDS, Lamp
from services.domain.manifest import PARTY_WORDS, Manifest, Party
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Row
from widgets.glyphs import put_glyph
from widgets.hand_ins import KIND, resolve, worst_alerts
from widgets.paint import LEFT, RIGHT, elide, text
from widgets.words import duration

TWO = 48
STAGES = (
    (Party.BOAT, "船"),
    (Party.COLLECTOR, "收"),
    (Party.WAREHOUSE, "仓"),
    (Party.CARRIER, "转"),
    (Party.DISPOSER, "处"),
)
LAMPS = {Lamp.HOLDS: "✓", Lamp.BROKEN: "✗", Lamp.UNKNOWN: "?"}
_OPEN_FIRST = (Lamp.BROKEN, Lamp.UNKNOWN, Lamp.HOLDS)


class ManifestsPane(DutyListPane):
    """Topics: ``manifests``, ``alerts``. Broken chains first, then by time limit; closed ones below. A row
    selects its hand-in."""

    empty = "还没有计量过的申请"

    def select(self, subject: Subject | None) -> None:
        wanted = resolve(subject, self.records("alerts"))
        row = next((row for row in self.rows if wanted is not None and _is_about(row, wanted)), None)
        if row is not None:
            self.choose(row.key)

    def row_chosen(self, row: Row) -> None:
        if isinstance(row.record, Manifest):
            self.asked.emit("select", Subject(KIND, row.record.request_id))

    def step(self, by: int) -> None:
        super().step(by)
        row = self.chosen_row()
        if row is not None:
            self.row_chosen(row)

    # -- rows ----------------------------------------------------------------------------------

    def make_rows(self) -> Sequence[Row]:
        found: Sequence[Manifest] = self.records("manifests")
        opened, closed = in_order(found)
        broken = sum(one.lamp is Lamp.BROKEN for one in found)
        wide = [one.worst.pct for one in found if one.worst is not None]
        off = sum(pct > 5 for pct in wide)
        self.note = f"在办 {len(opened)} · 闭环 {len(closed)} · 差额 > 5 % {off} · 存证不符 {broken}" if found else ""
        rows = [Row(one.id, one, TWO) for one in opened]
        if closed:
            rows.append(Row("head:closed", f"近 4 日已处置 {len(closed)}", 28, heading=True))
            rows += [Row(one.id, one, TWO) for one in closed]
        return rows

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        if not isinstance(row.record, Manifest):
            text(painter, box, str(row.record), look.font("tick"), look.colour("text3"), LEFT)
            return
        manifest = row.record
        first = QRect(box.left(), box.top() + look.px(5), box.width(), look.px(20))
        second = QRect(box.left(), first.bottom() + 1, box.width(), look.px(18))
        right = self._paint_lamp(painter, first, manifest)
        self._paint_clock(painter, QRect(first.left(), first.top(), right - first.left(), first.height()), manifest)
        left = self._paint_glyph(painter, first, manifest)
        body = look.font("body", weight=500)
        text(painter, QRect(left, first.top(), look.px(28), first.height()), manifest.number, body, look.colour("text"))
        left += look.px(28)
        plain = look.font("body")
        words = f"{manifest.vessel_no}　{POLLUTANT_WORDS[manifest.pollutant]}"
        room = right - left - look.px(104)
        text(
            painter,
            QRect(left, first.top(), room, first.height()),
            elide(words, plain, room),
            plain,
            look.colour("text"),
        )
        self._paint_stages(painter, second, manifest)
        self._paint_balance(painter, second, manifest)

    def _paint_glyph(self, painter: QPainter, line: QRect, manifest: Manifest) -> int:
        """The open alert about the hand-in, at the left edge. Where the words begin."""
        look = self.look
        alert = worst_alerts(self.records("alerts")).get(manifest.request_id)
        side = look.glyph("table")
        if alert is not None:
            put_glyph(
                painter, look, alert.level, QPointF(line.left() + side / 2, line.center().y()), side, alert.is_signed
            )
        return line.left() + side + look.px(6)

    def _paint_lamp(self, painter: QPainter, line: QRect, manifest: Manifest) -> int:
        """✓ 属实, ✗ 不符, ? 未核: the sign says it without the colour. Where the room before it ends."""
        look, font = self.look, self.look.font("tick")
        words = f"{LAMPS[manifest.lamp]} {LAMP_WORDS[manifest.lamp]}"
        wide = look.px(52)
        broken = manifest.lamp is Lamp.BROKEN
        ink = (
            look.theme.alert(AlertLevel.RED)
            if broken
            else look.colour("text2" if manifest.lamp is Lamp.HOLDS else "text3")
        )
        bold = look.font("tick", weight=700) if broken else font
        text(painter, QRect(line.right() - wide, line.top(), wide, line.height()), words, bold, ink, RIGHT)
        return line.right() - wide - look.px(8)

    def _paint_clock(self, painter: QPainter, line: QRect, manifest: Manifest) -> None:
        look = self.look
        words, is_over = clock_words(manifest, self.now)
        font = look.font("body", weight=700 if is_over else 400)
        text(painter, line, words, font, look.colour("text" if is_over else "text2"), RIGHT)

    def _paint_stages(self, painter: QPainter, line: QRect, manifest: Manifest) -> None:
        """Five copies as squares: filled when signed. A letter each, so that they are told apart."""
        look, tick = self.look, self.look.font("tick")
        side, gap = look.px(17), look.px(5)
        x = line.left() + look.glyph("table") + look.px(6)
        for (party, letter), copy in zip(STAGES, manifest.copies, strict=True):
            assert copy.party is party
            box = QRect(x, line.center().y() - side // 2, side, side)
            signed = copy.at is not None
            if signed:
                painter.fillRect(box, look.colour("bar"))
            else:
                painter.setPen(QPen(look.colour("line2"), look.hair))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
            ink = look.colour("panel" if signed else "text3")
            text(painter, box, letter, tick, ink, Qt.AlignmentFlag.AlignCenter)
            x += side + gap
        text(
            painter,
            QRect(x + gap, line.top(), look.px(80), line.height()),
            _stage_words(manifest),
            tick,
            look.colour("text3"),
        )

    def _paint_balance(self, painter: QPainter, line: QRect, manifest: Manifest) -> None:
        """Each mass as weighed, and the worst difference of two scales; what treatment took is no difference."""
        look, tick = self.look, self.look.font("tick")
        worst = manifest.worst
        over = worst is not None and worst.pct > 5
        words = "" if worst is None else f"差 {worst.pct:.1f} %"
        font = look.font("tick", weight=700) if over else tick
        wide = look.px(62)
        cell = QRect(line.right() - wide, line.top(), wide, line.height())
        text(painter, cell, words or "未及", font, look.colour("text" if over else "text3"), RIGHT)
        told = mass_words(manifest)
        rest = QRect(line.left(), line.top(), line.width() - wide - look.px(8), line.height())
        text(painter, rest, told, tick, look.colour("text2"), RIGHT)


def in_order(found: Sequence[Manifest]) -> tuple[list[Manifest], list[Manifest]]:
    """Those on their way, the most urgent first, and those that ended."""
    return sorted((one for one in found if one.is_open), key=_urgency), [one for one in found if not one.is_open]


def mass_words(manifest: Manifest) -> str:
    """``348.0 → 342.0 kg``, after treatment ``减 300.0``."""
    known = [copy.mass_kg for copy in manifest.copies[1:] if copy.mass_kg is not None]
    words = " → ".join(f"{mass:,.1f}" for mass in known[:2])
    treated = f" · 减 {manifest.treated_kg:,.1f}" if manifest.treated_kg else ""
    return f"{words} kg{treated}" if words else ""


def clock_words(manifest: Manifest, now: datetime | None) -> tuple[str, bool]:
    due = manifest.due_at
    if due is None or now is None:
        return "", False
    left = (due - now).total_seconds()
    what = "入仓" if manifest.store_by is not None else "处置"
    words = f"{abs(left) / 3600:.0f} 时" if abs(left) >= 36_000 else duration(max(60.0, abs(left)))
    return f"{what} {'余' if left >= 0 else '超'} {words}", left < 0


def _stage_words(manifest: Manifest) -> str:
    if manifest.stage is HandInState.DISPUTED:
        return "计量争议"
    done = [copy for copy in manifest.copies if copy.at is not None]
    return f"在{PARTY_WORDS[done[-1].party]}" if done else "待签收"


def _urgency(manifest: Manifest) -> tuple[int, float]:
    due = manifest.due_at
    return _OPEN_FIRST.index(manifest.lamp) if manifest.lamp is Lamp.BROKEN else 1, due.timestamp() if due else 0.0


def _is_about(row: Row, subject: Subject) -> bool:
    one = row.record
    return isinstance(one, Manifest) and subject.id in (one.id, one.request_id)
