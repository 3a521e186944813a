"""The versions that charts and kustomizations name."""

from pathlib import Path

import pytest

from joblint.project.config.hints import versions
from joblint.project.config.inforce import Configuration


@pytest.mark.parametrize(
    ("text", "minors"),
    [
        (">=1.25.0-0", [25, 37]),
        (">= 1.25", [25, 37]),
        ("^1.25.0", [25, 37]),
        (">=1.16.0-0", [21, 37]),
        (">=1.25.0-0 <1.30.0-0", [25, 29]),
        (">=1.25.0, <=1.30.x", [25, 30]),
        (">=1.25.0 <1.30.2", [25, 30]),
        ("1.29.x", [29]),
        ("~1.29.0", [29]),
        (">=1.37", [37]),
        (">=1.40", [40]),
        (">=1.140", []),
        ("1.39.x", [39]),
        ("<1.30", []),
        (">=1.25 || <1.20", []),
        ("*", []),
    ],
)
def test_chart(tmp_path: Path, text: str, minors: list[int]) -> None:
    (tmp_path / "Chart.yaml").write_text(f"name: x\nkubeVersion: '{text}'\n")
    assert versions(str(tmp_path))[1] == minors


@pytest.mark.parametrize(
    ("text", "minors"),
    [
        ("helmCharts: [{name: a, kubeVersion: '1.29'}, {name: b}]", [29]),
        ("helmCharts: [{name: a, kubeVersion: 1.30}]", [30]),
        ("helmCharts: [{kubeVersion: '1.29'}, {kubeVersion: '1.30'}]", []),
        ("helmCharts: [{kubeVersion: [1]}, {kubeVersion: '1.30'}]", [30]),
        ("# kubeVersion\nresources: []", []),
        ("kubeVersion: {", []),
    ],
)
def test_kustomization(tmp_path: Path, text: str, minors: list[int]) -> None:
    (tmp_path / "kustomization.yaml").write_text(text)
    assert versions(str(tmp_path))[1] == minors


def test_only_where_nobody_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "chart" / "files").mkdir(parents=True)
    (tmp_path / "chart" / "Chart.yaml").write_text("kubeVersion: '>=1.25.0-0'\n")
    path = "chart/files/job.yaml"
    assert Configuration().settings(path).minors == (25, 37)
    assert Configuration().said(path).chart == "kubeVersion in chart/Chart.yaml"
    assert Configuration().settings("job.yaml").minors == (37,)
    assert Configuration(isolated=True).settings(path).minors == (37,)
    (tmp_path / ".joblint.yaml").write_text("ignore: [advice]\n")
    assert Configuration().settings(path).minors == (25, 37)
    (tmp_path / ".joblint.yaml").write_text("kube-version: 1.30\n")
    assert Configuration().settings(path).minors == (30,)
