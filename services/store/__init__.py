"""The database: schema, events, cases, state, changes."""
