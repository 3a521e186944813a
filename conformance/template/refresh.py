"""Ask Go's parser again and keep its answers: `python -m conformance.template.refresh` at the top of a clone."""

import subprocess
from pathlib import Path

from conformance import recording
from conformance.template.questions import questions

HERE = Path(__file__).parent
ANSWERS = HERE / recording.NAME


def main() -> None:
    version = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, check=True).stdout.strip()
    lines = recording.refresh(__doc__, HERE, questions(), {"go": version})
    print(f"{ANSWERS.name}: {len(lines)} templates, {recording.refused(lines)} refused")


if __name__ == "__main__":
    main()
