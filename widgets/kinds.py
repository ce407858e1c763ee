"""Every kind of pane a scene may name: one line a kind, one file a kind."""

from __future__ import annotations

from widgets.alerts import AlertsPane
from widgets.bars import BarsPane
from widgets.card import AlertCard
from widgets.chart import ChartPane
from widgets.figures import FiguresPane
from widgets.pane import Pane
from widgets.systems import SystemsPane
from widgets.table import TablePane

KINDS: dict[str, type[Pane]] = {
    "alerts": AlertsPane,
    "bars": BarsPane,
    "card": AlertCard,
    "chart": ChartPane,
    "figures": FiguresPane,
    "systems": SystemsPane,
    "table": TablePane,
}
