"""What the API server says: decode, prune what is unknown, drop what is gated, validate, warn. One module a topic."""

MODULES: tuple[str, ...] = ()
