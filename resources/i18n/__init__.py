"""Translations of the interface; ``make.py`` keeps them complete."""
