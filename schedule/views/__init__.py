"""Pages: read, call one action, answer."""
