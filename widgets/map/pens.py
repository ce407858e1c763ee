"""How wide a line is: in logical px, which a window smaller than the face's canvas shrinks."""

from __future__ import annotations

from widgets.look import Look

LEAST_PX = 0.8  # a thinner line is a rumour


def pen_px(look: Look, desk: float, wall: float) -> float:
    """Width of a pen in px, not rounded: ``Look.px`` would make every line of a small wall 1 px at least."""
    return max(LEAST_PX, look.scale * (wall if look.is_wall else desk))
