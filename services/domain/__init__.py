"""Words and rules of the district: pure functions and frozen dataclasses, no I/O."""
