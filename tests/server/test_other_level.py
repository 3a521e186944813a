"""A field whose case and level are both wrong, and other messages that say what the author can do."""

import joblint
from tests.server.manifests import job


def messages(text: str) -> list[str]:
    return [finding.message for finding in joblint.lint(text, kube_version="1.37")]


def test_a_field_in_the_wrong_case_at_the_wrong_level() -> None:
    path = "`spec.template.spec.serviceAccountName`"
    said = f"rename it to `serviceAccountName`, and move it down, to the pod spec ({path})"
    assert f"a Job's spec has no field `serviceaccountname`: {said}" in messages(job("serviceaccountname: a"))


def test_a_field_of_nothing() -> None:
    assert "a Job's spec has no field `nosuchfield`" in messages(job("nosuchfield: a"))
