"""What is shown of a field and of a value."""

import pytest

from joblint.editor.hover import hover
from tests.editor.marks import JOB, NOW, POD, cut, settings

WHOLE = JOB + POD
CRONJOB = "apiVersion: batch/v1\nkind: CronJob\nspec:\n  schedule: {}\n"


def shown(text: str, language: str = "yaml", version: str | None = None, **gates: bool) -> tuple[str, str] | None:
    """What the hover stands on, and what it says."""
    source, offset = cut(text, language)
    found = hover(source, offset, settings(version, **gates), NOW)
    return (source.text[found.start : found.end], found.text) if found else None


def words(text: str, language: str = "yaml", version: str | None = None, **gates: bool) -> str:
    found = shown(text, language, version, **gates)
    assert found is not None
    return found[1]


def test_a_field() -> None:
    found = shown(JOB + "  completion¦Mode: Indexed\n")
    assert found is not None
    assert found[0] == "completionMode"
    lines = found[1].split("\n\n")
    assert lines[0] == "**completionMode** · string · default `NonIndexed`"
    assert [line.partition(":")[0] for line in lines[2].splitlines()] == ["- `Indexed`", "- `NonIndexed`"]
    assert len(lines) == 3


def test_since_when_and_behind_which_gate() -> None:
    text = JOB + "  backoffLimit¦PerIndex: 1\n"
    assert words(text, version="1.27").split("\n\n")[2:] == [
        "In Kubernetes since 1.28; Kubernetes 1.27 does not have it.",
        "Feature gate `JobBackoffLimitPerIndex` (in a Job): off by default in 1.28, on in 1.29 to 1.36.",
    ]
    assert words(text, version="1.29", JobBackoffLimitPerIndex=False).endswith(
        "on in 1.29 to 1.36; you have turned it off."
    )
    assert words(text, version="1.37").split("\n\n")[2:] == ["In Kubernetes since 1.28."]


def test_a_schedule() -> None:
    text = CRONJOB.format('"0 3 ¦* * 1"')
    assert shown(text + "  timeZone: Europe/Paris\n") == (
        '"0 3 * * 1"',
        (
            "Mondays at 03:00 Europe/Paris.\n\nNext runs:\n- Mon 2026-11-23 03:00 +01:00\n"
            "- Mon 2026-11-30 03:00 +01:00\n- Mon 2026-12-07 03:00 +01:00"
        ),
    )
    assert words(text) == (
        "Mondays at 03:00.\n\nNext runs:\n- Mon 2026-11-23 03:00 UTC\n- Mon 2026-11-30 03:00 UTC\n"
        "- Mon 2026-12-07 03:00 UTC\n\n"
        "Without `timeZone`, times are in the time zone of the CronJob controller, which is usually UTC."
    )
    assert words(CRONJOB.format('"@every¦ 90m"')) == "Every 1 h 30 min."
    assert words(CRONJOB.format('"0 0 31 ¦2 *"')) == "Never."
    assert words(CRONJOB.format("x").replace("x", '"0 3 * * *"\n  timeZone: Asia/¦Tokyo')).startswith(
        "Every day at 03:00"
    )


def test_a_schedule_that_is_refused_is_left_to_the_finding() -> None:
    assert words(CRONJOB.format('"61 ¦* * * *"')).startswith("**schedule** · ")
    assert words(CRONJOB.format('"1 * * * *"\n  timeZone: Par¦is')).startswith("**timeZone** · ")


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("cpu: 250¦m", "`250m`: 0.25 CPU cores"),
        ("cpu: ¦1", "`1`: 1 CPU core"),
        ("memory: 512¦Mi", "`512Mi`: 536,870,912 bytes (512 MiB, about 536.87 MB)"),
        ("memory: 1¦G", "`1G`: 1,000,000,000 bytes (about 953.67 MiB, 1 GB)"),
        ("memory: 128¦m", "`128m`: 0.128 bytes"),
        ("memory: '1.¦5Gi'", "`1.5Gi`: 1,610,612,736 bytes (1.5 GiB, about 1.61 GB)"),
        ("example.com/gpu: ¦2", "`2`: 2"),
        ("memory: 1e¦999999999", None),
        ("memory: 5¦12MB", None),
    ],
)
def test_quantities(limits: str, expected: str | None) -> None:
    found = shown(f"{WHOLE}        resources:\n          limits:\n            {limits}\n")
    assert (found and found[1]) == expected or (expected is None and found is not None and "**" in found[1])


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("busy¦box", ("Registry `docker.io`, repository `library/busybox`, tag `latest` (the default). "
         "The image that it refers to can change from one run to the next.")),
        ("quay.io/a/b:¦1.2", "Registry `quay.io`, repository `a/b`, tag `1.2`."),
    ],
)  # fmt: skip
def test_images(image: str, expected: str) -> None:
    assert words(WHOLE.replace("busybox:1.36", image)) == expected


def test_other_values() -> None:
    assert words(WHOLE.replace("Never", "Nev¦er")).startswith("`Never`: ")
    assert words(JOB + "  activeDeadlineSeconds: 54¦00\n").startswith("1 h 30 min\n\n**activeDeadlineSeconds**")
    assert words(JOB.replace("kind: Job", "kind: J¦ob")).startswith("Runs Pods until")
    assert words(JOB + "  completions: ¦5\n").startswith("**completions** · whole number")


@pytest.mark.parametrize(
    "text",
    [
        WHOLE + "        args: [a¦]\n",
        WHOLE + "        args:\n        - |\n          ec¦ho\n",
        JOB + "  unhe¦ard: 1\n",
        JOB + "  # completi¦ons\n",
        "apiVersion: v1\nkind: Po¦d\n",
        "apiVersion: v1\nki¦nd: Pod\n",
        "",
    ],
)
def test_nothing_is_shown(text: str) -> None:
    assert shown(text or "¦") is None


def test_in_markdown() -> None:
    job = "".join(f"> {line}\n" for line in (JOB + "  completionMode: Ind¦exed").splitlines())
    found = shown(f"> ```yaml\n{job}> ```\n", "markdown")
    assert found is not None
    assert found[0] == "Indexed"
