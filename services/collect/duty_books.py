"""What the duty room looks up: roster table, response plans and contacts, read from the site's files.

On a demo district the shipped ones (演示数据) count; a real site has its own or none.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.collect.site import Site, SiteError
from services.domain.contacts import Contact, ContactsError, read_contacts
from services.domain.demo_roster import DEMO_ROSTER
from services.domain.officer import Officer, Role
from services.domain.response_plan import PlanError, ResponsePlan, read_plan
from services.domain.roster import CREW_ROLES, Roster, read_roster

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
DEMO_ITEMS = ("机房钥匙 3 把", "对讲机 4 部", "应急手机 1 部")
DEMO_PEOPLE = tuple(officer for officer in DEMO_ROSTER if officer.role in CREW_ROLES)


def site_roster(site: Site, accounts: Sequence[Officer] = ()) -> Roster:
    """The roster of ``[duty]`` with the people of the store's accounts. Raises SiteError."""
    listed = [_person(table) for table in site.duty.get("officers", ()) if isinstance(table, Mapping)]
    people = {officer.id: officer for officer in (*(p for p in listed if p is not None), *accounts)}
    if site.demo and not listed:
        people = {officer.id: officer for officer in DEMO_PEOPLE} | people
    duty = dict(site.duty)
    if site.demo:
        duty.setdefault("items", DEMO_ITEMS)
    try:
        return read_roster(duty, tuple(people.values()), _csv(site))
    except ValueError as why:
        raise SiteError(f"site.toml：{why}") from why


def _person(table: Mapping[str, Any]) -> Officer | None:
    """The desk's own reading says what is wrong with an officer; here such a one is left out."""
    role = next((role for role in Role if role.value == table.get("role")), None)
    if role is None or not isinstance(table.get("id"), str) or not isinstance(table.get("name"), str):
        return None
    return Officer(table["id"], table["name"], role, str(table.get("shift", "")))


def _csv(site: Site) -> Sequence[Mapping[str, str]]:
    """``duty.roster = "roster.csv"``: columns day, shift, team, crew (ids with spaces between)."""
    name = site.duty.get("roster")
    if not isinstance(name, str):
        return ()
    path = site.folder / name
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as why:
        raise ValueError(f"读不到值班表 {name}：{getattr(why, 'strerror', None) or why}") from why
    for column in ("day", "shift", "crew"):
        if rows and column not in rows[0]:
            raise ValueError(f"值班表 {name} 缺少列 {column}")
    return rows


def site_plans(site: Site) -> tuple[ResponsePlan, ...]:
    """The plans of the site's folder ``plans/``; a file replaces a shipped one of its name. Raises SiteError."""
    folders = ([RESOURCES / "plans"] if site.demo else []) + [site.folder / "plans"]
    paths = {path.name: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    try:
        return tuple(read_plan(_toml(path), name) for name, path in sorted(paths.items()))
    except PlanError as why:
        raise SiteError(f"预案 {why}") from why


def site_contacts(site: Site) -> tuple[Contact, ...]:
    """The site's ``contacts.toml``. Raises SiteError."""
    path = site.folder / "contacts.toml"
    if not path.is_file():
        if not site.demo:
            return ()
        path = RESOURCES / "contacts.toml"
    try:
        return read_contacts(_toml(path), path.name)
    except ContactsError as why:
        raise SiteError(f"通讯录 {why}") from why


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise SiteError(f"{path.name}：读不到文件：{why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SiteError(f"{path.name}：不是有效的 TOML：{why}") from why
