"""Ask helm again for the values of charts: `python -m conformance.values.refresh` at the top of a clone."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from conformance import recording
from conformance.values.questions import questions

ANSWERS = Path(__file__).parent / recording.NAME
_CHART = "apiVersion: v2\nname: {name}\nversion: 0.1.0\n"
_PART = "dependencies:\n- name: {name}\n  version: 0.1.0\n{alias}"
_MARK = "values: "


def build(folder: Path, question: dict[str, Any]) -> None:
    """Write the charts of a question; only the innermost has a template."""
    names, aliases = question["names"], question["aliases"]
    mine = "top"
    for depth, values in enumerate(question["charts"]):
        folder.mkdir(parents=True)
        text = _CHART.format(name=mine)
        if depth < len(names):
            inner = f"real-{names[depth]}" if aliases[depth] else names[depth]
            text += _PART.format(name=inner, alias=f"  alias: {names[depth]}\n" if aliases[depth] else "")
            mine = inner
        (folder / "Chart.yaml").write_text(text)
        (folder / "values.yaml").write_text(json.dumps(values))
        innermost, folder = folder, folder / "charts" / mine
    (innermost / "templates").mkdir()
    (innermost / "templates" / "values.yaml").write_text(_MARK + "{{ toJson .Values }}\n")


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Return what helm says the values of the innermost chart are."""
    with tempfile.TemporaryDirectory() as made:
        chart = Path(made) / "top"
        build(chart, question)
        words = ["helm", "template", "x", str(chart)]
        for number, values in enumerate(question["files"]):
            file = Path(made) / f"{number}.yaml"
            file.write_text(json.dumps(values))
            words += ["--values", str(file)]
        words += [f"--set={text}" for text in question["sets"]]
        words += [f"--set-string={text}" for text in question["strings"]]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": done.stderr.strip().replace(made, "").splitlines()[-1]}
    line = next(line for line in done.stdout.splitlines() if line.startswith(_MARK))
    return {"values": json.loads(line.removeprefix(_MARK))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the answers have changed")
    check = parser.parse_args().check
    said = subprocess.run(["helm", "version", "--template={{.Version}}"], capture_output=True, text=True, check=True)
    header = {"helm": said.stdout.strip()}
    lines = [{**question, **ask(question)} for question in questions()]
    if check:
        sys.exit([header, *lines] != list(recording.read(ANSWERS)))
    recording.write(ANSWERS, header, lines)
    print(f"{ANSWERS.name}: {len(lines)} charts, {recording.refused(lines)} refused, helm {header['helm']}")


if __name__ == "__main__":
    main()
