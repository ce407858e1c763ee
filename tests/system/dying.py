"""A process that dies before its first statement, its second, … of each act on the alerts.

``python -m tests.system.dying URL`` tries each act again and again, each time in a child that is
killed one statement later than the last, until a child lives to the end. After every death the store
is looked at, and what is wrong with it is printed; then how many died.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from sqlalchemy import event, select

from services.domain.alert import Action, AlertLevel, Command, Detection
from services.store.engine import Gate, open_engine
from services.store.schema import alert as alert_table
from services.store.schema import case_event, deadline
from services.store.store import Store
from tests.unit.alert_life import AT, DUTY, LEAD, detection, minutes

PARENT, CHILD, SHELVED, RED, OTHER = (f"YJ-1120-{n:04d}" for n in range(1, 6))


def begin(store: Store) -> None:
    """A parent with two children, judged and ready to close; one shelved; one red that nobody has seen."""
    store.report([detection(key="R|1"), detection(key="R|2"), detection(key="R|3")], AT)
    store.report([detection(AlertLevel.RED, key="R|4", standing=True), detection(key="R|5")], AT)
    for child in (CHILD, OTHER):
        do(store, child, Action.MERGE, parent_id=PARENT)
    for action in (Action.SIGN, Action.VERIFY, Action.NO_ACTION):
        do(store, PARENT, action)
    do(store, SHELVED, Action.SHELVE, text="施工", until=AT + minutes(30))


def do(store: Store, alert_id: str, action: Action, **fields: Any) -> None:
    now = store.alert(alert_id)
    assert now is not None
    outcome = store.perform(Command(alert_id, action, now.version, **fields), LEAD, AT)
    assert outcome.done, outcome.refusal


def found() -> list[Detection]:
    return [detection(key="R|9"), detection(AlertLevel.ORANGE, key="R|3")]


ACTS: Mapping[str, Callable[[Store], object]] = {
    "refused": lambda store: store.perform(Command(PARENT, Action.CLOSE, 1), DUTY, AT),
    "raise": lambda store: store.report(found(), AT),
    "sign": lambda store: do(store, RED, Action.SIGN),
    "unmerge": lambda store: do(store, OTHER, Action.UNMERGE),
    "close": lambda store: do(store, PARENT, Action.CLOSE, text="已核实"),
    "expire": lambda store: store.expire(AT + minutes(2000)),
}


def seen(store: Store) -> Any:
    """Everything the log and the projection hold, but no moment of this machine's."""
    with store.read() as connection:
        return (
            connection.execute(select(case_event).order_by(case_event.c.seq)).all(),
            connection.execute(select(alert_table).order_by(alert_table.c.id)).all(),
            connection.execute(select(deadline).order_by(deadline.c.alert_id, deadline.c.what)).all(),
        )


def wrong(store: Store) -> str:
    """What does not fit together; '' when all does."""
    broken = store.verify_chain()
    if broken is not None:
        return broken.reason
    before = seen(store)
    store.rebuild()
    return "" if seen(store) == before else "a rebuild differs"


def armed(store: Store, steps: int) -> None:
    """Die at the so manieth statement or commit from now."""
    left = count(steps, -1)

    def step(*_: Any) -> None:
        if next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store._gate.engine, "before_cursor_execute", step)
    event.listen(store._gate.engine, "commit", step)


def lived(url: str, act: Callable[[Store], object], steps: int) -> bool:
    child = os.fork()
    if child == 0:
        store = Store(Gate(open_engine(url), "here"))
        armed(store, steps)
        act(store)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def try_until_done(url: str, name: str, store: Store) -> None:
    before = seen(store)
    for steps in count(1):
        store._gate.engine.dispose()  # no child gets a connection of its parent's
        done = lived(url, ACTS[name], steps)
        complaint = wrong(store)
        now = seen(store)
        if complaint or (not done and now != before):
            say(f"{name} after {steps} statements: {complaint or 'half of it was done'}")
        if done:
            say(f"{name} {steps - 1} {'done' if now != before else 'nothing'}")
            return


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def main(url: str) -> None:
    with Store.open(url) as store:
        begin(store)
        for name in ACTS:
            try_until_done(url, name, store)


if __name__ == "__main__":
    main(sys.argv[1])
