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
        "pattern.pattern",
        "pattern.index",
        "pattern.index_lists",
        "script.index_words",
        "pattern.configmap",
        # what a container starts: its words, what is expanded in them, variables, files
        "script.words",
        "script.dollars",
        "script.unset",
        "script.unset_python",
        "script.executable",
        # what its script does: lines that YAML joins, exit codes, processes, other objects
        "script.folded",
        "script.indented",
        "script.exits",
        "script.beside",
        "script.pipelines",
        "pattern.driver",
        # when a CronJob runs, and what a run leaves to the next
        "schedule.schedule",
        "schedule.schedule_steps",
        "schedule.clock",
        "schedule.history",
        # how often a failure is tried again, and for how long
        "deadline.retries",
        "deadline.deadlines",
        "pattern.policies",
        # the Pod besides: other containers, what webhooks put into it, labels, what does nothing
        "pattern.sidecar",
        "pattern.mesh",
        "practice.labels",
        "practice.leftovers",
        # other objects, and tools that deliver or queue the manifest: Helm, Argo CD, kustomize, Kueue
        "neighbours.neighbours",
        "neighbours.references",
        "neighbours.quotas",
        "delivery.kustomized",
        "delivery.hooks",
        "delivery.kueue",
        # what teams choose
        "practice.practice",
    )
)
