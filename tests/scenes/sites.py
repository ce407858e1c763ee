"""A site whose first scene needs nothing but the console."""

from __future__ import annotations

from pathlib import Path

from services.collect.site import Site

PLAIN = """title = "试"
[desk]
[[desk.pane]]
kind = "figures"
title = "数"
topics = ["community_figures"]
at = [0, 0, 1458, 83]
[wall]
[[wall.pane]]
kind = "figures"
title = "数"
topics = ["community_figures"]
at = [0, 0, 3840, 300]
"""


def plain_site(url: str, folder: Path) -> Site:
    """A site whose first scene is a plain one, so that these tests are about the console alone."""
    (folder / "scenes").mkdir(exist_ok=True)
    (folder / "scenes" / "plain.toml").write_text(PLAIN, encoding="utf-8")
    return Site(store_url=url, demo=True, folder=folder, wall={"playlist": ["plain"]})
