"""What an editor shows of a template of a chart."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joblint.editor.complete import complete
from joblint.editor.hover import hover
from joblint.editor.lsp.texts import Text
from joblint.editor.outline import foldings, symbols
from joblint.engine.api import make_settings
from joblint.manifests.source import Source
from joblint.manifests.template import is_open
from tests.cli.test_charts import OPEN
from tests.project.rendering import chart
from tests.support import GOOD, write

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def test_no_private_character_is_shown() -> None:
    source, settings = Source("x.tpl", OPEN, "helm"), make_settings()
    shown: list[Any] = [symbols(source), foldings(source)]
    for offset in range(0, len(OPEN), 3):
        shown += [hover(source, offset, settings, NOW), list(complete(source, offset, settings))]
    assert not is_open("".join(map(repr, shown)).encode().decode("unicode_escape"))
    assert len(shown) > 100


def test_names_in_the_outline() -> None:
    text = GOOD.replace("name: hello", 'name: {{ include "x" . }}-a').replace("busybox", "{{ .Values.image }}")
    [job] = symbols(Source("x.tpl", text, "helm"))
    assert job.name == '{{ include "x" . }}-a'
    assert [(one.name, one.detail) for one in job.children] == [('{{ include "x" . }}-a', "{{ .Values.image }}:1.36")]


def test_hover_and_completion_work_in_a_template() -> None:
    text = GOOD.replace("spec:\n", "spec:\n  {{- if .a }}\n  backoffLimit: 2\n  {{- end }}\n", 1)
    source, settings = Source("x.tpl", text, "helm"), make_settings()
    found = hover(source, text.index("backoff") + 2, settings, NOW)
    assert found is not None
    assert text[found.start : found.end] == "backoffLimit"
    labels = [one.label for one in complete(source, text.index("  backoff") + 2, settings)]
    assert "completions" in labels


def test_language_of_an_open_text(tmp_path: Path) -> None:
    chart(tmp_path)
    write(tmp_path / "values.yaml", "a: 1\n")
    path = tmp_path / "templates" / "job.yaml"
    text = Text(path.as_uri(), "yaml", 1, "a: {{ .x }}\n")
    values = text.source.values
    assert values is not None
    assert (text.source.language, [one.text for one in values.sources()]) == ("helm", ["a: 1\n"])
    assert Text(path.as_uri(), "yaml", 1, "a: b\n").source.language == "yaml"
    assert Text((tmp_path / "x.yaml").as_uri(), "yaml", 1, "a: {{ .x }}\n").source.language == "yaml"
