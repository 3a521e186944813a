"""`joblint schema`: print the JSON Schema of a minor."""

import click

from joblint.cli import options, output

_EPILOG = """\b
Examples:
  joblint schema --kube-version 1.29 > job.schema.json
  then at the top of a manifest:
  # yaml-language-server: $schema=job.schema.json
"""


@click.command("schema", epilog=_EPILOG)
@options.kube_version("The Kubernetes minor: 1.29 or v1.29.3-gke.1. Default: the newest.")
def command(minors: tuple[int, ...]) -> None:
    """Print the JSON Schema (draft 2020-12) of Job and CronJob for one minor of Kubernetes.

    It works in editors and other validators.
    """
    from joblint.kube.minors.bundle import resource

    minor = options.one_minor(minors, "name only one minor: each has its own schema")
    with open(resource("schemas", f"v1.{minor}.json"), encoding="utf-8") as file:
        output.write(file.read())
