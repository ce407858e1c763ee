"""What is left on disk when something went wrong: the log, the stack of a crash, Qt's own complaints."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger(__name__)

LOG_BYTES = 2_000_000
LOG_FILES = 5

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_HARMLESS = ("This plugin does not support", "propagateSizeHints")


class Complaints(logging.Handler):
    """Keeps the newest warnings and errors, so that ``check`` can name them."""

    def __init__(self, keep: int = 50) -> None:
        super().__init__(logging.WARNING)
        self.heard: deque[str] = deque(maxlen=keep)

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name}: {record.getMessage()}"[:400])


def keep_log(folder: Path) -> TextIO | None:
    """Write the log and any crash into a folder. Returns the crash file, which must stay open.

    A folder that cannot be written is said once and the console goes on without.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(folder / "console.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        crash = (folder / "crash.log").open("a", encoding="utf-8")
    except OSError as why:
        log.warning("no log file: %s", why)
        return None
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(file)
    faulthandler.enable(crash)
    return crash


def listen() -> Complaints:
    """Send what nobody caught, and what Qt says, to the log. Returns the list of complaints."""
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    qInstallMessageHandler(_from_qt)
    return complaints


def _uncaught(kind: type[BaseException], why: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, why, trace)
        return
    log.error("uncaught %s: %s", kind.__name__, why, exc_info=(kind, why, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if not any(harmless in message for harmless in _HARMLESS):
        logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
