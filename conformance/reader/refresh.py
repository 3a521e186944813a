"""Ask kubectl's reader again and keep its answers: `python -m conformance.reader.refresh` at the top of a clone."""

import argparse
import sys
from pathlib import Path

from conformance import recording
from conformance.reader.questions import questions

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.jsonl.gz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the answers have changed")
    check = parser.parse_args().check
    asked = questions()
    lines = [{**question, **answer} for question, answer in zip(asked, recording.ask(HERE, asked), strict=True)]
    words = (HERE / "go.mod").read_text().split()
    header = {"apimachinery": words[words.index("k8s.io/apimachinery") + 1]}
    if check:
        sys.exit([header, *lines] != list(recording.read(ANSWERS)))
    recording.write(ANSWERS, header, lines)
    print(f"{ANSWERS.name}: {len(lines)} files, {sum('error' in line for line in lines)} refused")


if __name__ == "__main__":
    main()
