"""Ask apimachinery again and keep its answers: `python -m conformance.quantity.refresh` at the top of a clone."""

from pathlib import Path

from conformance import recording
from conformance.quantity.questions import questions

HERE = Path(__file__).parent
ANSWERS = HERE / recording.NAME


def main() -> None:
    header = {"apimachinery": recording.version(HERE, "k8s.io/apimachinery")}
    lines = recording.refresh(__doc__, HERE, questions(), header)
    print(f"{ANSWERS.name}: {len(lines)} quantities, {recording.refused(lines)} refused")


if __name__ == "__main__":
    main()
