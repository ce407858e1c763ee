"""The duty room's topics: who is on duty, the log as lines, plans, contacts, the end of the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.collect.duty_books import site_contacts, site_plans, site_roster
from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.domain.anchor import Anchor
from services.domain.log_line import LogLine
from services.domain.roster import Roster, seven_days
from services.store import log_lines
from services.store.store import Store

log = logging.getLogger(__name__)

SHOWN = 300  # entries of the duty log on the screen


class DutyRoom:
    """Reads the site's books again now and then. One that has become unreadable is said once and the
    last good one stays. Raises SiteError when the first reading fails."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._roster = site_roster(site)
        self._books: Mapping[str, Sequence[Any]] = self._read_books()
        self._complaints: dict[str, str] = {}
        self._lines: tuple[int, Sequence[LogLine]] = (-1, ())

    def summaries(self) -> tuple[Summary, ...]:
        return (
            Summary("roster", 5.0, ("roster",), self.roster),
            Summary("duty_log", 2.0, ("duty_log", "chain_head"), self.duty_log),
            Summary("duty_books", 30.0, ("plans", "contacts"), self.books),
        )

    def roster(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        roster = self._current_roster(store)
        return {"roster": seven_days(roster, now, store.cases("roster"))}

    def duty_log(self, store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        """Worked out anew only when the log has grown."""
        head = store.chain_head()
        if head.seq != self._lines[0]:
            with store.read() as connection:
                self._lines = (head.seq, log_lines.newest(connection, SHOWN))
        return {"duty_log": self._lines[1], "chain_head": [Anchor("head", head.seq, head.hash, head.at)]}

    def books(self, _store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        try:
            self._books = self._read_books()
            self._complaints.pop("books", None)
        except SiteError as why:
            self._complain("books", why)
        return self._books

    def _read_books(self) -> Mapping[str, Sequence[Any]]:
        return {"plans": site_plans(self._site), "contacts": site_contacts(self._site)}

    def _current_roster(self, store: Store) -> Roster:
        """Accounts come and go while the collector runs, and so does the table's file."""
        accounts = [
            account.officer(role) for account in store.cases("account") if account.is_open for role in account.roles
        ]
        try:
            self._roster = site_roster(self._site, accounts)
            self._complaints.pop("roster", None)
        except SiteError as why:
            self._complain("roster", why)
        return self._roster

    def _complain(self, book: str, why: SiteError) -> None:
        if self._complaints.get(book) != str(why):
            log.warning("the duty room's %s stays as it was: %s", book, why)
        self._complaints[book] = str(why)


def summaries(site: Site) -> tuple[Summary, ...]:
    return DutyRoom(site).summaries()
