"""What a console may ask of the store beyond its topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from services.domain.alert import Outcome
from services.domain.officer import Officer
from services.domain.question import PASSAGES, SIMILAR, Question
from services.store.passage_pages import passage_page
from services.store.similar import similar_to

ANSWERS: Mapping[str, Callable[[Connection, str, Officer | None], Any]] = {
    SIMILAR: similar_to,
    PASSAGES: passage_page,
}


def answer(connection: Connection, question: Question, officer: Officer | None) -> Outcome:
    """What was found, as the outcome's ``case``. Raises KeyError for a question nobody answers."""
    return Outcome(question, None, "", ANSWERS[question.what](connection, question.about, officer))
