"""Make or check docs/rules/: a page for each rule, made from its card, and an index by group.

python tools/rules/make.py           write them
python tools/rules/make.py --check   exits 1 where one is not as it would be made, and names it
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from joblint import bundle
from tools.rules import index, page

ROOT = Path(__file__).resolve().parents[2] / "docs" / "rules"


def made() -> dict[str, str]:
    """File name -> text, of every file."""
    cards = [bundle.card(rule) for rule in bundle.load()["rules"]]
    return {index.NAME: index.text(cards), **{page.name(card["name"]): page.text(card) for card in cards}}


def differing(files: dict[str, str]) -> list[str]:
    """The names of those that are missing, too many, or not as they should be."""
    there = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("*")}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


def write(files: dict[str, str]) -> None:
    """Put the files in place, and take away those that are no more."""
    ROOT.mkdir(exist_ok=True)
    for name in differing(files):
        if name in files:
            (ROOT / name).write_text(files[name], encoding="utf-8", newline="\n")
        else:
            (ROOT / name).unlink()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    files = made()
    if not parser.parse_args().check:
        write(files)
        return 0
    wrong = differing(files)
    for name in wrong:
        print(f"docs/rules/{name} is not current: run tools/rules/make.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
