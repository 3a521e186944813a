"""Checks for mistakes that the API server accepts. There is one module per topic; MODULES lists those with rules.

The other modules hold what several rules need: script.py (what a container runs), mounted.py (a script from a
ConfigMap), shell.py and python.py (the syntax of a script), status.py, python_status.py and outcome.py (its exit
codes), index_reads.py (where it reads the index), expand.py (what Kubernetes expands), place.py and content.py (the
position of a part of a value). A module of MODULES is loaded if a manifest has one of its words, or always if it has
no words: without them its rules cannot report anything. A rule imports what it rarely needs in its function.
"""

_PROGRAM = ("command", "args")
_INDEX = ("COMPLETION_INDEX", "job-completion-index")
_CRON_JOB = ("CronJob",)

MODULES: dict[str, tuple[str, ...]] = {
    # how work is divided between Pods: completions, queues, indexes
    "joblint.checks.pattern.pattern": ("parallelism", "completions"),
    "joblint.checks.pattern.index": _INDEX,
    "joblint.checks.pattern.index_lists": ("Indexed",),
    "joblint.checks.script.index_words": _INDEX,
    "joblint.checks.pattern.configmap": ("onfigMap",),
    # what a container starts: its words, what is expanded in them, variables, files
    "joblint.checks.script.words": _PROGRAM,
    "joblint.checks.script.dollars": ("$",),
    "joblint.checks.script.unset": ("$",),
    "joblint.checks.script.unset_python": ("python", "onfigMap"),
    "joblint.checks.script.executable": (*_PROGRAM, "mode", "Mode"),
    # what its script does: lines joined by YAML, exit codes, processes, other objects
    "joblint.checks.script.folded": _PROGRAM,
    "joblint.checks.script.indented": _PROGRAM,
    "joblint.checks.script.exits": _PROGRAM,
    "joblint.checks.script.beside": _PROGRAM,
    "joblint.checks.script.pipelines": _PROGRAM,
    "joblint.checks.pattern.driver": _PROGRAM,
    # when a CronJob runs, and how a run affects the next one
    "joblint.checks.schedule.schedule": _CRON_JOB,
    "joblint.checks.schedule.schedule_steps": _CRON_JOB,
    "joblint.checks.schedule.clock": _CRON_JOB,
    "joblint.checks.schedule.history": _CRON_JOB,
    # how often a failure is retried, and for how long
    "joblint.checks.deadline.retries": (),
    "joblint.checks.deadline.deadlines": (),
    "joblint.checks.pattern.policies": ("podFailurePolicy", "successPolicy"),
    # the rest of the Pod: other containers, what webhooks inject, labels, settings without effect
    "joblint.checks.pattern.sidecar": (),
    "joblint.checks.pattern.mesh": ("inject", "dapr.io"),
    "joblint.checks.practice.pods": ("Probe", "hostPath", "imagePullPolicy"),
    "joblint.checks.practice.labels": ("job-name", "controller-uid"),
    "joblint.checks.practice.leftovers": (),
    # other objects, and tools that deploy or queue the manifest: Helm, Argo CD, kustomize, Kueue
    "joblint.checks.neighbours.neighbours": (),
    "joblint.checks.neighbours.references": (),
    "joblint.checks.neighbours.quotas": (),
    "joblint.checks.delivery.kustomized": (),
    "joblint.checks.delivery.hooks": (),
    "joblint.checks.delivery.kueue": (),
    # practices that teams choose
    "joblint.checks.practice.practice": (),
}
