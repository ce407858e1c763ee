"""Registers that come as files or from another database: read, checked row by row, taken in one transaction."""
