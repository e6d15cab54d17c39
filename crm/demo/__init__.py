"""The demo company as plain data: no model, no database, the same for the same day and seed."""
