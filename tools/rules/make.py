"""Generate or check the files that are made from the rule cards: docs/rules/ and the JSON Schema of a configuration.

    python tools/rules/make.py           write them
    python tools/rules/make.py --check   exit with 1 if one is not current, and name it

docs/rules/ has a page for each rule and an index by group; the schema has the names of the rules.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from joblint.kube.minors import bundle
from joblint.project.config.schema import schema
from tools.rules import index, page

ROOT = Path(__file__).resolve().parents[2]
PAGES, SCHEMA = "docs/rules", "schemas/config.schema.json"


def generated_files() -> dict[str, str]:
    """Return the text of every file by its path from the top of the repository."""
    cards = [bundle.card(rule) for rule in bundle.load()["rules"]]
    pages = {index.NAME: index.text(cards), **{page.name(card["name"]): page.text(card) for card in cards}}
    return {
        **{f"{PAGES}/{name}": text for name, text in pages.items()},
        SCHEMA: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
    }


def differing(files: dict[str, str]) -> list[str]:
    """Return the files that are missing, not needed any more, or not current."""
    paths = [ROOT / SCHEMA, *(ROOT / PAGES).glob("*")]
    there = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


def write(files: dict[str, str]) -> None:
    """Write the files, and delete those that are no longer needed."""
    (ROOT / PAGES).mkdir(exist_ok=True)
    for name in differing(files):
        if name in files:
            (ROOT / name).write_text(files[name], encoding="utf-8", newline="\n")
        else:
            (ROOT / name).unlink()


def main() -> int:
    """Run the program; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare the files, and change nothing")
    files = generated_files()
    if not parser.parse_args().check:
        write(files)
        return 0
    wrong = differing(files)
    for name in wrong:
        print(f"{name} is not current: run tools/rules/make.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
