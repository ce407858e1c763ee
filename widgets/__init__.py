"""Kinds of pane and their parts; they know our words, not our wiring."""
