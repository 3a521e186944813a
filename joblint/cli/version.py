"""The text of `joblint --version`."""


def version_text() -> str:
    """Return the lines of `--version`: the version of joblint, and of the time zones that give schedules a meaning."""
    from joblint._version import __version__

    try:
        import tzdata  # type: ignore[import-untyped] # two strings
    except ImportError:
        zones = "not installed"
    else:
        zones = f"{tzdata.__version__} (IANA {tzdata.IANA_VERSION})"
    return f"joblint {__version__}\ntzdata {zones}\n"
