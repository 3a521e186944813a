"""Write the skeleton of a new rule: its card, its function, and the function's entry in the table of modules.

    python tools/rules/new.py NAME --group GROUP [--effect mistake] [--on JobSpec] [--module clock]

With --module, the function is added to that module of the group, which must import what the function needs.

Nothing is overwritten. The skeletons contain the word TODO for everything that you must fill in; the rule's tests fail
until you do.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from joblint.rule.finding import EFFECTS

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

# Where the functions of a group are: the groups of joblint/checks/ have a folder of the same name.
PACKAGES = {
    "container": "server/pod", "pod": "server/pod", "resources": "server/pod", "scheduling": "server/pod",
    "volume": "server/pod", "cronjob": "server/job", "job": "server/job", "metadata": "server/job",
    **{name: f"checks/{name}" for name in ("deadline", "delivery", "neighbours", "pattern", "practice", "schedule",
                                           "script")},
}  # fmt: skip

CARD = """\
name: {name}
effects: [{effect}]
summary: TODO one sentence that says what is right.
why: >-
  TODO what happens otherwise.
docs: https://kubernetes.io/docs/concepts/workloads/controllers/job/
source: TODO the file and the function of Kubernetes that decide it
fix: none
bad:
- {options}manifest: |
    apiVersion: batch/v1
    kind: {kind}
    metadata:
      name: example
    spec:  # <- here
{schedule}      {indent}template:
      {indent}  spec:
      {indent}    restartPolicy: Never
      {indent}    containers:
      {indent}    - name: main
      {indent}      image: registry.example/tool:1.4
good:
- {options}manifest: |
    apiVersion: batch/v1
    kind: {kind}
    metadata:
      name: example
    spec:
{schedule}      {indent}template:
      {indent}  spec:
      {indent}    restartPolicy: Never
      {indent}    containers:
      {indent}    - name: main
      {indent}      image: registry.example/tool:1.4
"""

MODULE = '''\
"""TODO what the rules of this module are about.

Source: TODO the file and the function of Kubernetes that decide it.
"""

from typing import TYPE_CHECKING

from joblint.rule.registry import {decorator}
from joblint.rule.report import Reports, {constructor}
from joblint.rule.value import Value
{imported}
if TYPE_CHECKING:
    from joblint.rule.context import Context


@{decorator}("{name}", on={on})
def {function}(value: Value, ctx: "Context") -> Reports:
    """TODO what it looks for."""
    field = value.get("TODO")
    if field is not None and field.scalar() == "TODO":
        yield {constructor}(field, "TODO: what is wrong, then what to do")
'''


class CannotWrite(Exception):
    """The skeleton cannot be written; the text says why."""


def new_files(name: str, group: str, effect: str, on: str) -> dict[Path, str]:
    """Return the card and the module of a new rule, by path below the root. Raises CannotWrite."""
    if not NAME.fullmatch(name):
        raise CannotWrite(f"`{name}` is not a name for a rule: use lower-case words with hyphens")
    taken = [path for path in (ROOT / "rules").glob("*/*.yaml") if path.stem == name]
    if taken:
        raise CannotWrite(f"the rule `{name}` exists: {taken[0].relative_to(ROOT)}")
    function = name.replace("-", "_")
    cron = group in ("cronjob", "schedule")
    card = CARD.format(
        name=name,
        effect=effect,
        options=f"options: [{name}]\n  " if effect == "advice" else "",
        kind="CronJob" if cron else "Job",
        schedule='      schedule: "15 3 * * *"\n      jobTemplate:\n        spec:\n' if cron else "",
        indent="    " if cron else "",
    )
    constructor = "invalid" if effect == "rejected" else effect
    decorator = "author_rule" if PACKAGES[group].startswith("checks/") else "rule"
    types = "CRONJOB_SPEC" if on == "CronJobSpec" else f'"{on}"'  # those of batch/v1 and of batch/v1beta1
    imported = "from joblint.server.parts import CRONJOB_SPEC\n" if on == "CronJobSpec" else ""
    module = MODULE.format(
        name=name, function=function, on=types, constructor=constructor, imported=imported, decorator=decorator
    )
    return {
        Path("rules", group, f"{name}.yaml"): card,
        Path("joblint", PACKAGES[group], f"{function}.py"): module,
    }


def listed(group: str, function: str) -> tuple[Path, str]:
    """Return the path of the table of modules, and its text with the new module after the others of its package.

    It gets the words of the last one. Raises CannotWrite.
    """
    package = PACKAGES[group]
    if package == "server/pod":
        path, pattern, entry = ROOT / "joblint/server/pod/__init__.py", r'        "\w+",\n', f'        "{function}",\n'
    else:
        path = ROOT / "joblint" / package.split("/")[0] / "__init__.py"
        dotted = f"joblint.{package.replace('/', '.')}."
        pattern, entry = rf'    "{re.escape(dotted)}\w+": (?P<words>.*),\n', f'    "{dotted}{function}": '
    text = path.read_text(encoding="utf-8")
    others = [*re.finditer(pattern, text)]
    if not others:
        raise CannotWrite(f"{path.relative_to(ROOT)}: the table MODULES has no module of {package}")
    if package != "server/pod":
        entry += f"{others[-1]['words']},\n"
    at = others[-1].end()
    return path, text[:at] + entry + text[at:]


def appended(group: str, module: str, files: dict[Path, str]) -> tuple[Path, str]:
    """Return the path of an existing module, and its text with the function of the new one.

    The new module is removed from `files`. Raises CannotWrite.
    """
    path = ROOT / "joblint" / PACKAGES[group] / f"{module}.py"
    if not path.is_file():
        raise CannotWrite(f"{path.relative_to(ROOT)} does not exist")
    (new,) = [one for one in files if one.suffix == ".py"]
    _, mark, function = files.pop(new).rpartition("\n\n\n")
    return path, path.read_text(encoding="utf-8").rstrip("\n") + mark + function


def main() -> int:
    """Run the program; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("name", help="what the rule reports, such as `indexed-without-completions`")
    parser.add_argument("--group", required=True, choices=sorted(PACKAGES))
    parser.add_argument("--effect", default="mistake", choices=EFFECTS)
    parser.add_argument("--on", help="the Kubernetes type that the function is called for (default: by group)")
    parser.add_argument("--module", help="an existing module of the group to add the function to")
    arguments = parser.parse_args()
    by_group = {"cronjob": "CronJobSpec", "schedule": "CronJobSpec", "container": "Container", "script": "Container"}
    on = arguments.on or by_group.get(arguments.group, "PodSpec" if arguments.group == "pod" else "JobSpec")
    try:
        files = new_files(arguments.name, arguments.group, arguments.effect, on)
        there = [path for path in files if (ROOT / path).exists()]
        if there:
            raise CannotWrite(f"{there[0]} exists")
        if arguments.module is None:
            changed, text = listed(arguments.group, arguments.name.replace("-", "_"))
        else:
            changed, text = appended(arguments.group, arguments.module, files)
    except CannotWrite as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path, content in files.items():
        (ROOT / path).write_text(content, encoding="utf-8")
        print(f"wrote {path}")
    changed.write_text(text, encoding="utf-8")
    print(f"changed {changed.relative_to(ROOT)}")
    print("fill in each TODO, then run:")
    print(f"  .venv/bin/python tools/rules/make.py && .venv/bin/pytest -k {arguments.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
