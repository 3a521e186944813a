"""Ask helm's engine again and keep its renderings: `python -m conformance.helm.refresh` at the top of a clone."""

import argparse
import sys
from pathlib import Path

from conformance import recording
from conformance.helm.questions import Line, questions

HERE = Path(__file__).parent
ANSWERS = HERE / recording.NAME
_MODULE = "helm.sh/helm/v3"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the answers have changed")
    check = parser.parse_args().check
    asked = questions()
    answers = recording.ask(HERE, ({"text": one["text"], "choices": one["choices"]} for one in asked))
    lines = [_confirmed(question, answer) for question, answer in zip(asked, answers, strict=True)]
    header = {"helm": recording.version(HERE, _MODULE)}
    if check:
        sys.exit([header, *lines] != [*recording.read(ANSWERS)])
    recording.write(ANSWERS, header, lines)
    print(f"{ANSWERS.name}: {len(lines)} templates, {sum(len(one['renderings']) for one in lines)} renderings")


def _confirmed(question: Line, answer: Line) -> Line:
    """Return a template with its different renderings; exit if the writer was wrong about one."""
    found: dict[str, Line] = {}
    parts = zip(question["choices"], question["outputs"], question["lines"], answer["renderings"], strict=True)
    for choice, output, lines, rendering in parts:
        if rendering.get("error") or rendering.get("output", "") != output:
            sys.exit(f"{question['text']}\n{choice}\nhelm writes:\n{rendering}\nexpected:\n{output}")
        found.setdefault(f"{choice['minor']} {output}", {"minor": choice["minor"], "output": output, "lines": lines})
    return {"text": question["text"], "renderings": [*found.values()]}


if __name__ == "__main__":
    main()
