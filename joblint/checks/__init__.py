"""What the API server does not say: the mistakes that it accepts. One module a topic."""

MODULES: tuple[str, ...] = ()
