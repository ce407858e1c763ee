"""抓拍与车辆: pictures of the sightings, what the register says, and where the vehicle was, as parts of the card."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from services.domain.plate import spelled
from services.domain.timebase import local
from services.domain.vehicle_past import Seen, VehiclePast
from widgets.card_flow import Flow
from widgets.hatch import hatch_brush
from widgets.paint import CENTRE, LEFT, elide, text

PICTURE = (132, 82)  # logical px
LARGEST = 4096  # px of a side; a larger picture is not unpacked here


@dataclass(frozen=True, slots=True)
class Shots:
    """The pictures of one answer, unpacked once. None where none came or it cannot be read."""

    past: VehiclePast
    images: tuple[QImage | None, ...]


def unpacked(past: VehiclePast) -> Shots:
    return Shots(past, tuple(_image(seen.picture) for seen in past.seen))


def _image(data: bytes) -> QImage | None:
    image = QImage.fromData(data) if data else QImage()
    if image.isNull() or max(image.width(), image.height()) > LARGEST:
        return None
    return image.scaled(
        2 * PICTURE[0], 2 * PICTURE[1], Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def shots(flow: Flow, found: Shots) -> None:
    """Two pictures side by side, what the register says at their right."""
    if not found.past.seen:
        return
    flow.head("抓拍", "仅本案可看")
    look = flow.look
    wide, high = look.px(PICTURE[0]), look.px(PICTURE[1])
    gap, top = look.px(8), flow.y
    painter = flow.painter
    if painter is not None:
        for at, (seen, image) in enumerate(zip(found.past.seen, found.images, strict=True)):
            box = QRect(at * (wide + gap), top, wide, high)
            _frame(painter, flow, box, seen, image)
        left = len(found.past.seen) * (wide + gap)
        _register(painter, flow, QRect(left, top, flow.width - left, high + look.px(40)), found.past)
    flow.y = top + high + look.px(40)
    flow.ends.append(flow.y)


def _frame(painter: QPainter, flow: Flow, box: QRect, seen: Seen, image: QImage | None) -> None:
    look = flow.look
    if image is None:
        painter.fillRect(box, hatch_brush(look, box.topLeft()))
        said = "图片已到期" if seen.image else "未附图片"
        text(painter, box, said, look.font("tick"), look.colour("text2"), CENTRE)
    else:
        scale = min(box.width() / image.width(), box.height() / image.height())
        size = image.size() * scale
        target = QRect(box.topLeft(), size)
        target.moveCenter(box.center())
        painter.drawImage(target, image)
    painter.setPen(QPen(look.colour("line2"), look.hair))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
    line = look.px(20)
    font = look.font("tick")
    for at, said in enumerate((f"{seen.place} {local(seen.at):%H:%M:%S}", seen.looks or "车型未识别")):
        row = QRect(box.left(), box.bottom() + 1 + at * line, box.width(), line)
        ink = look.colour("text2" if at == 0 else "text3")
        text(painter, row, elide(said, font, row.width()), font, ink, LEFT)


def _register(painter: QPainter, flow: Flow, box: QRect, past: VehiclePast) -> None:
    look = flow.look
    line = look.px(20)
    said = [("登记信息", "text3"), *((word, "text") for word in past.registered.split(" ") if word)]
    said += [(past.use, "text2")] if past.use else []
    if not past.registered and not past.use:
        said.append(("登记未查到", "text3"))
    font = look.font("tick")
    for at, (words, ink) in enumerate(said[: box.height() // line]):
        row = QRect(box.left(), box.top() + at * line, box.width(), line)
        text(painter, row, elide(words, font, row.width()), font, look.colour(ink), LEFT)


def vehicle(flow: Flow, past: VehiclePast) -> None:
    """Where it was in 180 days, as far as passages are kept."""
    if not past.plate_no:
        flow.head("近 180 日")
        flow.line("号牌未读全，不查历史", ink="text3")
        return
    flow.landmark("车辆历史")
    since = f"自 {local(past.since):%m-%d}" if past.since else ""
    flow.head(f"近 180 日 {spelled(past.plate_no)}", since)
    flow.line("过车", f"{past.passages} 次 · {past.days} 天")
    if past.places:
        flow.line("常经", "、".join(f"{name} {count}" for name, count in past.places))
    flow.line("此前预警", f"{past.alerts_before} 起" if past.alerts_before else "首次")
