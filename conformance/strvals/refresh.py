"""Ask helm again how it reads `--set`: `python -m conformance.strvals.refresh` at the top of a clone."""

from pathlib import Path

from conformance import recording
from conformance.strvals.questions import questions

HERE = Path(__file__).parent
ANSWERS = HERE / recording.NAME
_MODULE = "helm.sh/helm/v3"


def main() -> None:
    version = recording.version(HERE, _MODULE)
    lines = recording.refresh(__doc__, HERE, questions(), {"helm": version})
    print(f"{ANSWERS.name}: {len(lines)} texts, {recording.refused(lines)} refused, helm {version}")


if __name__ == "__main__":
    main()
