"""Let Go execute the templates with joblint's marks in them: `python -m conformance.template.marked`.

The outputs without the marks must be those that are recorded, and each mark must be at the end of a line.
"""

import re
import sys

from conformance import recording
from conformance.template.refresh import ANSWERS, HERE
from joblint.manifests.template.marks import MARK, mark


def main() -> None:
    executed = [line for line in recording.read(ANSWERS) if "output" in line]
    asked = [{"text": mark(line["text"], 7).text, "values": line["values"]} for line in executed]
    wrong = marks = 0
    for line, question, answer in zip(executed, asked, recording.ask(HERE, asked), strict=True):
        output = answer.get("output", "")
        marks += len(MARK.findall(output))
        at_ends = all(
            re.match(r"[ \t]*(?:\r?\n|\Z)", MARK.sub("", output[found.end() :])) for found in MARK.finditer(output)
        )
        if MARK.sub("", output) != line["output"] or not at_ends:
            wrong += 1
            print(repr(question["text"]), repr(output), sep="\n")
    print(f"{len(executed)} templates, {marks} marks in their outputs, {wrong} outputs are wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
