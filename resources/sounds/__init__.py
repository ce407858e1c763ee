"""Sounds of the alert levels; ``make.py`` writes them."""
