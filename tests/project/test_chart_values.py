"""Which files have the values of a chart, and under which names."""

import os
from pathlib import Path

import pytest

from joblint.project.chart_values import MAX_BYTES, read_values
from tests.support import write

PART = "dependencies:\n- {name: sub, version: 1, alias: inner}\n- {name: other, version: 1}\n"


def chart(folder: Path, name: str, more: str = "", values: str = "a: 1\n") -> str:
    write(folder / "Chart.yaml", f"name: {name}\n{more}")
    write(folder / "values.yaml", values)
    return str(folder)


def test_one_chart(tmp_path: Path) -> None:
    path = chart(tmp_path, "top")
    write(tmp_path / "ci/b-values.yaml", "")
    write(tmp_path / "ci/a-values.yaml", "b: 2\n")
    write(tmp_path / "ci/a.yaml", "")
    write(tmp_path / "values.schema.json", "{}")
    found = read_values(path, str(tmp_path / "templates/job.yaml"))
    assert found is not None
    assert [os.path.relpath(one.path, tmp_path) for one in found.sources()] == [
        "values.yaml", "ci/a-values.yaml", "ci/b-values.yaml", "values.schema.json",
    ]  # fmt: skip
    assert (found.names, found.imports) == ((), False)


@pytest.mark.usefixtures("here")
def test_paths_as_the_user_names_them(here: Path) -> None:
    found = read_values(chart(here / "app", "top"), "app/templates/job.yaml")
    assert found is not None
    assert [one.path for one in found.sources()] == ["app/values.yaml"]


@pytest.mark.parametrize("file", ["Chart.yaml", "requirements.yaml"])
def test_parts(tmp_path: Path, file: str) -> None:
    chart(tmp_path, "top", PART if file == "Chart.yaml" else "")
    if file != "Chart.yaml":
        write(tmp_path / file, PART)
    sub = chart(tmp_path / "charts/sub", "sub", "dependencies:\n- {name: x, import-values: [y]}\n")
    write(tmp_path / "charts/sub/ci/a-values.yaml", "")
    found = read_values(sub, "x")
    assert found is not None
    assert (found.names, len(found.own), found.tests, found.imports) == (("inner",), 2, (), True)
    deep = read_values(chart(tmp_path / "charts/sub/charts/deep-2", "deep"), "x")
    assert deep is not None
    assert (deep.names, len(deep.own)) == (("inner", "deep"), 3)


@pytest.mark.parametrize(
    "listed",
    [
        "- {name: sub, alias: one}\n- {name: sub, alias: two}\n",
        "- {name: sub}\n- {name: sub, alias: two}\n",
    ],
)
def test_part_with_several_names_is_not_known(tmp_path: Path, listed: str) -> None:
    chart(tmp_path, "top", f"dependencies:\n{listed}")
    assert read_values(chart(tmp_path / "charts/sub", "sub"), "x") is None


@pytest.mark.parametrize("content", ["{", "- a\n", "name: [a]\n", ""])
def test_part_without_a_name_is_not_known(tmp_path: Path, content: str) -> None:
    chart(tmp_path, "top", PART)
    sub = chart(tmp_path / "charts/sub", "sub")
    write(tmp_path / "charts/sub/Chart.yaml", content)
    assert read_values(sub, "x") is None


def test_too_many_charts_in_each_other(tmp_path: Path) -> None:
    folder = tmp_path
    for number in range(12):
        path = chart(folder, f"c{number}")
        folder = folder / "charts" / "x"
    assert read_values(path, "x") is None


def test_files_that_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "repository/.git").mkdir(parents=True)
    path = chart(tmp_path / "repository", "top")
    write(tmp_path / "secret", "token: 1\n")
    values = tmp_path / "repository/values.yaml"
    for make in (
        lambda: values.symlink_to(tmp_path / "secret"),
        lambda: values.write_text("a: 1\n" * (MAX_BYTES // 5 + 1)),
        lambda: os.mkfifo(values),
        lambda: values.write_bytes(b"\xff\xff"),
        values.mkdir,
    ):
        values.unlink()
        make()
        found = read_values(path, "x")
        assert found is not None
        assert found.own == (None,)


def test_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = chart(tmp_path, "top")
    first, same = read_values(path, "x"), read_values(path, "x")
    assert first is not None
    assert first == same
    write(tmp_path / "values.yaml", "a: 22\n")
    second = read_values(path, "x")
    assert second is not None
    assert [one.text for one in second.sources()] == ["a: 22\n"]
