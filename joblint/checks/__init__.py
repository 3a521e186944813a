"""Checks for mistakes that the API server accepts. There is one module per topic; MODULES lists those with rules.

The other modules hold what several rules need: script.py (what a container runs), mounted.py (a script from a
ConfigMap), shell.py and python.py (the syntax of a script), status.py, python_status.py and outcome.py (its exit
codes), index_reads.py (where it reads the index), expand.py (what Kubernetes expands), place.py and content.py (the
position of a part of a value). All of MODULES are loaded in every run: a rule imports what it rarely needs in its
function.
"""

MODULES = tuple(
    f"joblint.checks.{topic}"
    for topic in (
        # how work is divided between Pods: completions, queues, indexes
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
        # what its script does: lines joined by YAML, exit codes, processes, other objects
        "script.folded",
        "script.indented",
        "script.exits",
        "script.beside",
        "script.pipelines",
        "pattern.driver",
        # when a CronJob runs, and how a run affects the next one
        "schedule.schedule",
        "schedule.schedule_steps",
        "schedule.clock",
        "schedule.history",
        # how often a failure is retried, and for how long
        "deadline.retries",
        "deadline.deadlines",
        "pattern.policies",
        # the rest of the Pod: other containers, what webhooks inject, labels, settings without effect
        "pattern.sidecar",
        "pattern.mesh",
        "practice.labels",
        "practice.leftovers",
        # other objects, and tools that deploy or queue the manifest: Helm, Argo CD, kustomize, Kueue
        "neighbours.neighbours",
        "neighbours.references",
        "neighbours.quotas",
        "delivery.kustomized",
        "delivery.hooks",
        "delivery.kueue",
        # practices that teams choose
        "practice.practice",
    )
)
