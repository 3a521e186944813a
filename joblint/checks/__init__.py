"""What the API server does not say: the mistakes that it accepts. One module a topic; MODULES names those with rules.

The other modules hold what several rules ask: script.py (what a container runs), mounted.py (a script that it gets from
a ConfigMap), shell.py and python.py (the syntax of one), status.py, python_status.py and outcome.py (its exit codes),
index_reads.py (where it reads the index), expand.py (what Kubernetes expands), place.py and content.py (where a part of
a value stands). All of MODULES are loaded in every run: what a rule needs seldom it imports in its function.
"""

MODULES = tuple(
    f"joblint.checks.{topic}"
    for topic in (
        # how work is shared out between Pods: completions, queues, indexes
        "pattern",
        "index",
        "index_lists",
        "index_words",
        "configmap",
        # what a container starts: its words, what is expanded in them, variables, files
        "words",
        "dollars",
        "unset",
        "unset_python",
        "executable",
        # what its script does: lines that YAML joins, exit codes, processes, other objects
        "folded",
        "indented",
        "exits",
        "beside",
        "pipelines",
        "driver",
        # when a CronJob runs, and what a run leaves to the next
        "schedule",
        "schedule_steps",
        "clock",
        "history",
        # how often a failure is tried again, and for how long
        "retries",
        "deadlines",
        "policies",
        # the Pod besides: other containers, what webhooks put into it, labels, what does nothing
        "sidecar",
        "mesh",
        "labels",
        "leftovers",
        # other objects, and tools that deliver or queue the manifest: Helm, Argo CD, kustomize, Kueue
        "neighbours",
        "references",
        "quotas",
        "kustomized",
        "hooks",
        "kueue",
        # what teams choose
        "practice",
    )
)
