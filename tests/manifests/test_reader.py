"""What kubectl's own reader makes of files: conformance/reader/README.md says where the answers come from."""

import json
from typing import Any

from conformance import recording
from conformance.reader import questions, refresh
from joblint.manifests.document import documents
from joblint.manifests.source import Source, decode
from tests.support import plain

HEADER, *LINES = recording.read(refresh.ANSWERS)


def read(text: str) -> tuple[list[Any], bool]:
    """The objects of a file up to the first that cannot be read, and whether there is one such."""
    found: list[Any] = []
    json_before = True
    for document in documents(Source("x.yaml", decode(text.encode()))):
        root = document.root
        if document.problem is not None:
            # A line `---` with more on it loses the document before it, too.
            return found[:-1] if document.problem.offset < 0 and not json_before else found, True
        value = None if root is None else plain(root)
        if value is not None:
            found.append(value)
        json_before = document.json
    return found, False


def objects(read: tuple[list[Any], bool]) -> tuple[list[Any], bool]:
    """Only what could be an object: of the rest kubectl says later that it is none."""
    return [one for one in read[0] if isinstance(one, dict) and one], read[1]


def expected(line: dict[str, Any]) -> tuple[list[Any], bool]:
    return [json.loads(text) for text in line.get("objects", ())], "error" in line


def test_the_recording_is_that_of_the_questions() -> None:
    assert [{"text": line["text"]} for line in LINES] == questions.questions()
    assert len(LINES) > 4000
    assert sum("error" in line for line in LINES) > 500


def test_reads_what_kubectl_reads() -> None:
    assert [line for line in LINES if objects(read(line["text"])) != objects(expected(line))] == []
