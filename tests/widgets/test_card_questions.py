"""What the card asks in place, and the commands it makes: reasons, results, photos, levels, merges."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from services.domain.alert import Action, Alert, AlertLevel, Command, Outcome, Verdict, Visibility, Work
from services.domain.happening import HappeningKind
from services.domain.officer import Officer, Role
from services.domain.reasons import ResultCode, ReturnReason, Satisfaction
from services.domain.rivals import overtaken
from services.domain.snapshot import Subject
from tests.shots.alerts_sheet import WANG, snapshot
from tests.shots.life_sheet import LEAD, LIAISON, TASK
from tests.shots.sheet import NOW
from widgets.card import AlertCard
from widgets.card_actions import BUTTONS, DONE_WORDS
from widgets.card_questions import Answer, command_for, question_for
from widgets.look import Face, load_fonts, make_look
from widgets.photos import LARGEST_MB, sha256_of


@pytest.fixture
def card(qtbot) -> AlertCard:
    load_fonts()
    card = AlertCard("", {}, make_look(Face.DESK))
    qtbot.addWidget(card)
    card.resize(391, 613)
    card.tick(NOW)
    card.show()
    return card


def show(card: AlertCard, officer: Officer, *alerts: Alert) -> None:
    card.show_officer(officer)
    card.show_snapshot(snapshot(list(alerts)))
    card.select(Subject("alert", alerts[0].id))


def answered(card: AlertCard, qtbot, choice: int | None, words: str = "") -> Command:
    if choice is not None:
        QTest.keyClick(card.ask, getattr(Qt.Key, f"Key_{choice}"))
    if words:
        card.ask.line.setText(words)
    with qtbot.waitSignal(card.asked) as asked:
        card.ask.confirm()
    assert asked.args[0] == "action"
    return asked.args[1]


def photo(folder: Path, name: str, body: bytes) -> tuple[Path, str]:
    path = folder / name
    path.write_bytes(body)
    return path, hashlib.sha256(body).hexdigest()


def test_that_dispatching_releases_the_lines_that_speak_for_it_unless_unticked(card, qtbot):
    show(card, WANG, TASK)
    card.press("F4")
    assert card.ask.ticked == (0, 1)
    card.ask.ticks[0].click()
    card.ask.ticks[2].click()
    assert answered(card, qtbot, None).released == (1, 2)


def test_that_a_feedback_names_its_photos_by_their_sha256(card, qtbot, tmp_path):
    show(card, LIAISON, replace(TASK, work=Work.HANDLING, department="公安"))
    card.press("F5")
    files = [photo(tmp_path, "a.jpg", b"one"), photo(tmp_path, "b.jpg", b"two"), photo(tmp_path, "c.jpg", b"one")]
    card.ask.photos.take([path for path, _ in files])
    assert card.ask.photos.text() == "附照片 · 2 张"
    command = answered(card, qtbot, 1, "已劝离")
    assert (command.result, command.photos) == (ResultCode.DONE, (files[0][1], files[1][1]))
    card.press("F5")
    assert card.ask.photos.names == (), "the next feedback begins without photos"


def test_that_a_photo_that_cannot_be_taken_is_said_in_place(card, tmp_path):
    show(card, LIAISON, replace(TASK, work=Work.HANDLING, department="公安"))
    card.press("F5")
    card.ask.photos.take([tmp_path / "none.jpg", photo(tmp_path, "empty.jpg", b"")[0]])
    assert card.ask.photos.names == ()
    assert "empty.jpg 为空" in card.ask._complaint
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate((LARGEST_MB << 20) + 1)
    with pytest.raises(ValueError, match=f"超过 {LARGEST_MB} MB"):
        sha256_of(huge)


def test_that_choosing_photos_blocks_nothing_and_closes_with_the_question(card, qtbot, tmp_path):
    show(card, LIAISON, replace(TASK, work=Work.HANDLING, department="公安"))
    card.press("F5")
    card.ask.photos.click()
    chooser = card.ask.photos.chooser
    assert chooser is not None
    assert not chooser.isModal()
    path, name = photo(tmp_path, "a.jpg", b"one")
    chooser.filesSelected.emit([str(path)])
    assert card.ask.photos.names == (name,)
    with qtbot.waitSignal(chooser.destroyed):
        card.ask.cancel()
    assert card.ask.photos.chooser is None


def test_that_a_return_has_a_reason_and_names_another_department(card, qtbot):
    show(card, LIAISON, replace(TASK, work=Work.DISPATCHED, department="公安"))
    card.press("Shift+F4")
    names = [button.text() for button in card.ask.seconds]
    assert "公安" not in names
    card.ask.seconds[0].click()
    card.ask.seconds[1].click()
    command = answered(card, qtbot, 1)
    assert (command.action, command.return_reason) == (Action.RETURN, ReturnReason.NOT_OURS)
    assert command.department == names[1]
    card.press("Shift+F4")
    card.ask.seconds[0].click()
    card.ask.seconds[0].click()
    assert answered(card, qtbot, 3).department == "", "chosen twice is taken back"


def test_that_closing_asks_people_and_elsewhere_proposes_not_to(card, qtbot):
    done = replace(TASK, work=Work.REVIEW, verdict=Verdict.TRUE)
    show(card, WANG, replace(done, scene="community"))
    card.press("F7")
    assert card.ask.chosen == -1
    assert answered(card, qtbot, 3, "已登记").satisfaction is Satisfaction.DISSATISFIED
    show(card, WANG, replace(done, id="YJ-1121-0999", scene="boats"))
    card.press("F7")
    assert answered(card, qtbot, None, "已派船").satisfaction is None


def test_that_a_level_is_chosen_among_the_others(card, qtbot):
    show(card, LEAD, TASK)
    card.press("Shift+F3")
    assert [button.text() for button in card.ask.choices] == ["红色", "橙色", "蓝色"]
    command = answered(card, qtbot, 1, "涉及儿童")
    assert (command.level, command.text) == (AlertLevel.RED, "涉及儿童")


def test_that_a_merge_offers_the_nearest_open_alerts_and_means_the_one_that_was_shown(card, qtbot):
    def other(number: int, **fields) -> Alert:
        return replace(TASK, id=f"YJ-1121-{number:04d}", **fields)

    near, far = other(1), other(2, subject_id="x", place="y")
    lesser, ended = other(3, level=AlertLevel.BLUE), other(4, work=Work.CLOSED)
    show(card, WANG, TASK, far, near, lesser, ended)
    card.press("Shift+F6")
    assert [button.text()[:4] for button in card.ask.choices] == ["0001", "0002"]
    card.show_snapshot(snapshot([TASK, far]))
    assert answered(card, qtbot, 1).parent_id == near.id


def test_that_a_suspension_is_asked_then_granted_as_asked_or_refused_with_a_reason(card, qtbot):
    handling = replace(TASK, work=Work.HANDLING)
    show(card, WANG, handling)
    card.press("Shift+F5")
    command = answered(card, qtbot, 2, "等备件")
    assert (command.text, command.until) == ("等备件", NOW + timedelta(hours=8))
    asked = replace(handling, id="YJ-1121-0998", suspension_asked="等备件", suspended_until=NOW + timedelta(hours=8))
    show(card, LEAD, asked)
    with qtbot.waitSignal(card.asked) as granted:
        card.press("Shift+F5")
    assert granted.args[1] == Command(asked.id, Action.SUSPEND, asked.version)
    card.press("Shift+F8")
    assert "等备件" in card.ask.question
    assert answered(card, qtbot, None, "备件已到").action is Action.REFUSE_SUSPENSION


def test_that_a_red_verdict_waits_for_a_second_person_on_the_button(card):
    waiting = replace(TASK, level=AlertLevel.RED, verdict=Verdict.NO_ACTION, judged_by=LEAD.id)
    show(card, LEAD, waiting)
    assert card.buttons[Action.CONFIRM].shown_text() == "复核确认 · 须由另一人复核"
    show(card, Officer("other", "何静", Role.SHIFT_LEAD), replace(waiting, id="YJ-1121-0997"))
    assert card.buttons[Action.CONFIRM].primary


def test_that_seldom_actions_wait_behind_one_key_and_their_own_keys_work_all_the_same(card, qtbot):
    show(card, WANG, TASK)
    assert card.buttons[Action.NOTE].isHidden()
    card.press("Shift+F10")
    assert answered(card, qtbot, None, "已致电").action is Action.NOTE
    card.press("Shift+F2")
    assert not card.buttons[Action.NOTE].isHidden()
    assert card.buttons[Action.DISPATCH].isHidden()
    assert card.buttons[Action.RELEVEL].shown_text() == "调级 · 须值班长"
    card.press("Shift+F2")
    assert not card.buttons[Action.DISPATCH].isHidden()


def test_that_a_command_names_the_version_that_was_on_the_card_when_it_was_asked(card, qtbot):
    show(card, WANG, replace(TASK, version=7))
    card.press("F4")
    other = replace(TASK, version=8, acted_version=8, acted_by="李*", acted=HappeningKind.SHELVED.value)
    card.show_snapshot(snapshot([replace(other, visibility=Visibility.SHELVED, shelved_until=NOW)]))
    assert answered(card, qtbot, None).expected_version == 7


def test_that_words_refused_are_there_when_it_is_asked_again(card, qtbot):
    show(card, LIAISON, replace(TASK, work=Work.HANDLING, department="公安", level=AlertLevel.ORANGE))
    card.press("F5")
    command = answered(card, qtbot, 1, "已劝离并登记")
    card.show_outcome(Outcome(command, card.alert, "橙色及以上须附照片至少 1 张"))
    assert card._said == "橙色及以上须附照片至少 1 张"
    card.press("F5")
    assert card.ask.line.text() == "已劝离并登记"


def test_that_every_action_of_an_alert_has_words_for_being_done():
    assert set(DONE_WORDS) == set(Action)


def test_that_one_key_never_means_two_actions_at_once(card):
    for work in Work:
        for officer in (WANG, LEAD, LIAISON, Officer("b", "陈", Role.DUTY_LEADER)):
            alert = replace(TASK, work=work, department="公安", id=f"{work}-{officer.id}")
            show(card, officer, alert)
            keys = [button.key for button in card._belonging]
            assert len(keys) == len(set(keys)), (work, officer.role, keys)


def test_that_every_question_makes_a_command_of_its_answer():
    for action, _, _ in BUTTONS:
        question = question_for(action, TASK, [replace(TASK, id="other")])
        answer = Answer(0 if question and question.choices else -1, "文字", 0, (0,), ("ab" * 32,))
        command = command_for(action, TASK, answer, NOW, [replace(TASK, id="other")])
        assert (command.action, command.alert_id, command.expected_version) == (action, TASK.id, TASK.version)
        assert overtaken(replace(TASK, acted="signed", acted_by="王*"), command).startswith("王*已先签收")
