"""Cases that are text rather than manifests: duplicate keys, anchors, tabs, words that YAML reads as another type.

topics/texts.txt contains them; `=== name` starts each.
"""

from collections.abc import Iterator

from conformance.generate.tables import TOPICS

NAME = "texts"
MARK = "=== "


def texts() -> Iterator[tuple[str, str]]:
    """Yield (id, text). `\t`, `\r` and `\0` in the table are these characters in the text."""
    for part in (TOPICS / f"{NAME}.txt").read_text(encoding="utf-8").split(f"\n{MARK}")[1:]:
        name, _, text = part.partition("\n")
        for written, meant in ((r"\t", "\t"), (r"\r", "\r"), (r"\0", "\0"), (r"\ufeff", "\ufeff")):
            text = text.replace(written, meant)
        yield f"texts-{name}", text.rstrip("\n") + "\n"
