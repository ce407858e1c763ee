"""Every kind of pane a scene may name: one line a kind, one file a kind."""

from __future__ import annotations

from widgets.pane import Pane

KINDS: dict[str, type[Pane]] = {}
