"""A question of a pane that no topic answers: asked once, answered once, changing nothing."""

from __future__ import annotations

from dataclasses import dataclass

SIMILAR = "similar"  # about an alert's id; the answer is a tuple of SimilarCase
VEHICLE = "vehicle"  # about an alert's id; the answer is a VehiclePast, or None
PASSAGES = "passages"  # about a PageAsked; the answer is a PassagePage
CUSTODY = "custody"  # about a manifest's id; the answer is a CustodyChain, or None
TRACK = "track"  # about a TrackAsked; the answer is a Track
# dwelling, person, building, device and address_search: services/domain/address_book.py


@dataclass(frozen=True, slots=True)
class Question:
    """``what`` is a name of ``services/store/questions.py``. The answer comes as an Outcome whose
    ``command`` is the question and whose ``case`` is what was found."""

    what: str
    about: str
