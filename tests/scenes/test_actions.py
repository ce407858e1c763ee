"""What panes ask for becomes a command or a wish with the officer at the desk."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from console.actions import Actions, said
from console.session import DEMO_ROSTER, Session
from services.domain.alert import Action, Command, Outcome
from services.domain.deed import Wish
from services.domain.question import SIMILAR, Question


@dataclass(frozen=True, slots=True)
class Promise(Wish):
    what: str


@dataclass(frozen=True, slots=True)
class Kept:
    id: str


@pytest.mark.parametrize("asked", [Promise("回电"), Command("YJ-1", Action.SIGN, 1)])
def test_that_a_wish_and_a_command_go_to_the_store_with_the_officer(qtbot, asked):
    performed = []
    session = Session(DEMO_ROSTER)
    actions = Actions(lambda *what: performed.append(what), session)
    actions.ask("action", asked)
    assert performed == [(asked, session.officer)]


def test_that_what_became_of_a_wish_is_said_with_its_number():
    assert said(Outcome(Promise("回电"), None, "", Kept("CN-261121-001"))) == "已记录 CN-261121-001"
    assert said(Outcome(Promise("回电"), None, "须值班长")) == "须值班长"


def test_that_a_question_goes_the_same_way_under_its_own_word(qtbot):
    performed = []
    session = Session(DEMO_ROSTER)
    actions = Actions(lambda *what: performed.append(what), session)
    question = Question(SIMILAR, "YJ-1121-0001")
    actions.ask("question", question)
    assert performed == [(question, session.officer)]
    with pytest.raises(ValueError, match="known"):
        actions.ask("action", question)
