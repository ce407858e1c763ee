"""What a figure is made of, as figures in its place: one click in, one click back."""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.figures import Figure

MOST = 8  # in one strip; the rest is counted
BACK = "‹ "


def figures_of(whole: Figure) -> Sequence[Figure]:
    """The figure itself, which leads back, then its parts; those with no room are told by their number."""
    parts = [
        Figure(
            f"{whole.id}/{part.label}",
            part.label,
            part.value,
            note=part.note.partition("，")[0],
            formula=f"{part.label} {part.value}\n{part.note}",
            opens=part.opens,
        )
        for part in whole.parts[:MOST]
    ]
    rest = len(whole.parts) - MOST
    if rest > 0:
        parts.append(Figure(f"{whole.id}/", "其余", str(rest), "项", "见详情", opens=whole.opens))
    return (back_of(whole), *parts)


def back_of(whole: Figure) -> Figure:
    return Figure(
        whole.id, BACK + whole.label, whole.value, whole.unit, whole.note, unknown=whole.unknown, formula=whole.formula
    )
