"""The words of the demo's sales notes: what is sold, what is said about it, and how a note is put together."""
