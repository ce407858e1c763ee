"""The fixtures that every test runs under: each must catch what it is there for."""

import logging
import threading

import pytest

from tests import leaks


@pytest.mark.allows_logs
def test_that_a_warning_nobody_asked_for_fails():
    with pytest.raises(pytest.fail.Exception, match="lost the boat"), leaks.no_unexpected_logs(allowed=False):
        logging.getLogger("services.anything").warning("lost the boat")


@pytest.mark.allows_logs
def test_that_a_warning_asked_for_passes():
    with leaks.no_unexpected_logs(allowed=True):
        logging.getLogger("services.anything").error("as expected")


def test_that_a_thread_left_running_fails(monkeypatch):
    monkeypatch.setattr(leaks, "GRACE_S", 0.01)
    over = threading.Event()
    thread = threading.Thread(target=over.wait, name="forgotten")
    with pytest.raises(pytest.fail.Exception, match="forgotten"), leaks.no_dangling_threads():
        thread.start()
    over.set()
    thread.join()


def test_that_a_timer_left_running_fails(qapp, monkeypatch):
    from PySide6.QtCore import QTimer

    timer = QTimer()
    with (
        pytest.raises(pytest.fail.Exception, match=r"QTimer started at(?s:.)*test_leaks"),
        leaks.no_dangling_qt(monkeypatch),
    ):
        timer.start(1000)
    timer.stop()


def test_that_a_window_left_open_fails_and_one_that_is_deleted_does_not(qapp, monkeypatch):
    from PySide6.QtWidgets import QMainWindow

    left = None
    with pytest.raises(pytest.fail.Exception, match="QMainWindow"), leaks.no_dangling_qt(monkeypatch):
        left = QMainWindow()
        QMainWindow().deleteLater()
    left.deleteLater()
