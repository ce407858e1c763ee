"""Every topic a pane may show, and the type of its records."""

from __future__ import annotations

from services.domain.alert import Alert
from services.domain.figures import Figure
from services.domain.fleet import Fleet
from services.domain.snapshot import SourceStatus

TOPICS: dict[str, type] = {
    "alerts": Alert,  # open ones and those closed in the last 24 h; kept by the case log, not by a source
    "sources": SourceStatus,  # kept by the store
    "fleet": Fleet,  # one blob: every position, newest per vessel
    "home_figures": Figure,
}
