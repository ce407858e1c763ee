"""What a console may ask of the store beyond its topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from services.domain.address_book import ADDRESS_SEARCH, BUILDING, DEVICE, DWELLING, PERSON
from services.domain.alert import Outcome
from services.domain.officer import Officer
from services.domain.question import CUSTODY, PASSAGES, SIMILAR, TRACK, VEHICLE, Question
from services.domain.subject_card import SUBJECT_CARD
from services.domain.vehicle_past import VehiclePast
from services.reports.custody_chain import chain_of
from services.store.address_answers import building_of, device_of, dwelling_of, person_of
from services.store.address_search import address_search
from services.store.images import Images
from services.store.passage_pages import passage_page
from services.store.similar import similar_to
from services.store.subject_cards import subject_card_of
from services.store.tracks import track_of
from services.store.vehicle_past import vehicle_of, with_pictures

ANSWERS: Mapping[str, Callable[[Connection, str, Officer | None], Any]] = {
    SIMILAR: similar_to,
    PASSAGES: passage_page,
    VEHICLE: vehicle_of,
    TRACK: track_of,
    CUSTODY: chain_of,
    DWELLING: dwelling_of,
    PERSON: person_of,
    BUILDING: building_of,
    DEVICE: device_of,
    ADDRESS_SEARCH: address_search,
    SUBJECT_CARD: subject_card_of,
}


def answer(
    connection: Connection, question: Question, officer: Officer | None, images: Images | None = None
) -> Outcome:
    """What was found, as the outcome's ``case``. Raises KeyError for a question nobody answers."""
    found = ANSWERS[question.what](connection, question.about, officer)
    if isinstance(found, VehiclePast) and images is not None:
        found = with_pictures(found, images)
    return Outcome(question, None, "", found)
