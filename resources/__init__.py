"""Shipped, not code: scenes, rules, themes, base map, fonts, translations, sounds."""
