"""The API of what belongs to one record: its comments, its likes."""
