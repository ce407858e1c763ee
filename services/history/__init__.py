"""Runs rules over what the store has kept: the back-test of a version before it may watch people."""
