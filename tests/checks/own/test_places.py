"""Rules lie in the tree of whoever names them: what a rule reads, its message can show to everybody."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from joblint.checks import own
from tests.checks.own.conftest import Program
from tests.checks.own.support import JOB, card

Joblint = Callable[..., Program]
SECRET = "apiVersion: v1\nkind: Config\ntoken: hunter2\n"
THIEF = (
    "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: thief}\nspec:\n"
    "  paramKind: {apiVersion: v1, kind: Config}\n"
    "  validations:\n  - {expression: object.metadata.name == '', messageExpression: params.token}\n"
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, with a Job and something secret beside it."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home/config.yaml").write_text(SECRET, encoding="utf-8")
    (tmp_path / "home/policy.yaml").write_text(THIEF, encoding="utf-8")
    made = tmp_path / "repository"
    for directory in (".git", "deploy", "rules"):
        (made / directory).mkdir(parents=True)
    (made / "deploy/job.yaml").write_text(JOB, encoding="utf-8")
    (made / "rules/policy.yaml").write_text(THIEF, encoding="utf-8")
    monkeypatch.chdir(made)
    return made


def link(at: Path, to: str) -> None:
    try:
        at.symlink_to(to)
    except OSError:
        pytest.skip("links cannot be made here")


@pytest.mark.parametrize("to", ["../../home/config.yaml", "inner/config.yaml"])
@pytest.mark.parametrize("how", ["configuration", "option"])
def test_a_link_out_of_the_tree_is_refused(joblint: Joblint, tree: Path, to: str, how: str) -> None:
    """Also one by way of another link."""
    (tree / "rules/inner").mkdir()
    link(tree / "rules/inner/config.yaml", "../../../home/config.yaml")
    link(tree / "rules/config.yaml", to)
    if how == "configuration":
        (tree / ".joblint.yaml").write_text("rules: [rules]\n", encoding="utf-8")
    done = joblint("check", *(("--rules", "rules") if how == "option" else ()), "deploy")
    assert done.code == 2
    assert "hunter2" not in done.out + done.err
    real = os.path.realpath(tree.parent / "home/config.yaml")
    said = f"error: a link to {real}, which is outside of {os.path.realpath(tree)}"
    assert f"{os.path.join('rules', 'config.yaml')}: {said}\n" in done.err


@pytest.mark.parametrize("path", ["../home", "../home/config.yaml", "outside", "/", "deploy/../../home"])
def test_a_configuration_names_rules_of_its_tree(joblint: Joblint, tree: Path, path: str) -> None:
    link(tree / "outside", "../home")
    (tree / ".joblint.yaml").write_text(f"rules: ['{path}']\n", encoding="utf-8")
    done = joblint("check", "deploy")
    assert done.code == 2
    assert "hunter2" not in done.out + done.err
    assert f"outside of {os.path.realpath(tree)}; a configuration can only use rules in its tree" in done.err


def test_what_lies_in_the_tree(joblint: Joblint, tree: Path) -> None:
    """A directory above the configuration, and a link that stays inside."""
    (tree / "rules/policy.yaml").unlink()
    (tree / "shared").mkdir()
    (tree / "shared/mine.yaml").write_text(card("false"), encoding="utf-8")
    link(tree / "rules/mine.yaml", "../shared/mine.yaml")
    (tree / "deploy/.joblint.yaml").write_text("rules: [../rules]\n", encoding="utf-8")
    assert joblint("check", "deploy").code == 1


def test_somebody_may_name_rules_anywhere(joblint: Joblint, tree: Path) -> None:
    (tree.parent / "home/policy.yaml").unlink()
    (tree.parent / "home/config.yaml").write_text(card("false"), encoding="utf-8")
    assert joblint("check", "--rules", "../home", "deploy").code == 1
    (tree.parent / "home/joblint.yaml").write_text("rules: [../home/config.yaml]\n", encoding="utf-8")
    assert joblint("check", "--config", "../home/joblint.yaml", "deploy").code == 1


def test_a_link_out_of_the_tree_that_is_named(tree: Path) -> None:
    link(tree / "outside", "../home")
    with pytest.raises(own.OwnError, match=r"outside: a link to .*; use the real path"):
        own.load("outside")


def test_what_was_loaded_by_somebody_is_no_way_around(tree: Path) -> None:
    for name in ("config", "policy"):
        (tree.parent / f"home/{name}.yaml").write_text(card("true", name=name), encoding="utf-8")
    assert own.load("../home") == []
    with pytest.raises(own.OwnError, match="a configuration can only use rules in its tree"):
        own.load("../home", os.path.realpath(tree))
