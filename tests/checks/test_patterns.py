"""What a Job is meant to be, on many small cases: retries, policies, lists, hooks. The cards have the typical ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.checks.pattern import policies

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: shop-migrate
  annotations: %s
spec:
  %s
  template:
    metadata:
      annotations: %s
    spec:
      restartPolicy: %s
      containers:
      - name: c
        image: registry.example/tool:1
        command: %s
"""
INDEXED = "{completions: 3, completionMode: Indexed}"


def said(
    rule: str,
    spec: str = "suspend: false",
    *,
    meta: str = "{}",
    pod: str = "{}",
    policy: str = "Never",
    run: str = "[a]",
) -> list[tuple[str, str, int]]:
    text = JOB % (meta, spec, pod, policy, run)
    return [(f.rule, f.effect, f.line) for f in joblint.lint(text, select=[rule])]


@pytest.mark.parametrize(
    ("policy", "limit", "deadline", "found"),
    [
        ("Never", 1, 10, True), ("Never", 1, 11, False), ("Never", 3, 70, True), ("Never", 3, 71, False),
        ("OnFailure", 1, 1, False), ("OnFailure", 2, 10, True), ("OnFailure", 2, 11, False),
        ("Never", 0, 1, False), ("Never", 3, 0, False), ("Never", 2_000_000_000, 2_000_000, True),
        ("OnFailure", 17, 3610, True), ("OnFailure", 17, 3611, False),
    ],
)  # fmt: skip
def test_the_delays_between_retries(policy: str, limit: int, deadline: int, found: bool) -> None:
    spec = f"backoffLimit: {limit}\n  activeDeadlineSeconds: {deadline}"
    expected = [("deadline-before-retries", "advice", 7)] if found else []
    assert said("deadline-before-retries", spec, policy=policy) == expected


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("run once", True), ("Runs only once!", True), ("no retry", True), ("don't retry", True), ("never rerun", True),
        ("run once, retry in a new pod if it fails", False), ("do not retry within the pod", False),
        ("OnFailure or Never", False), ("Don't restart on failure", False), ("one-shot", False),
        ("no retries by the kubelet", False), ("", False),
    ],
)  # fmt: skip
def test_comments_that_want_one_run(comment: str, found: bool) -> None:
    expected = [("retried-run-once", "mistake", 12)] if found else []
    assert said("retried-run-once", policy=f"Never # {comment}") == expected
    assert said("retried-run-once", "backoffLimit: 0", policy=f"Never # {comment}") == []
    assert said("retried-run-once", policy=f"OnFailure # {comment}") == []


CODES = st.builds(
    policies._Codes,
    st.sampled_from(["", "a", "b"]),
    st.booleans(),
    st.frozensets(st.integers(1, 6), min_size=1, max_size=4),
)


def matches(codes: policies._Codes, container: str, code: int) -> bool:
    return codes.container in ("", container) and (code in codes.values) != codes.all_but


@given(st.lists(CODES, min_size=1, max_size=4), CODES)
def test_a_rule_is_covered_where_every_failure_matches_an_earlier_one(
    earlier: list[policies._Codes], wanted: policies._Codes
) -> None:
    failures = [(container, code) for container in ("a", "b", "c") for code in range(1, 9)]
    left = [f for f in failures if matches(wanted, *f) and not any(matches(codes, *f) for codes in earlier)]
    sentinel = object()
    found = policies._covering(wanted, [(codes, sentinel) for codes in earlier])  # type: ignore[misc]
    if found is not None:
        assert left == []
    elif not wanted.container:
        alone = [codes for codes in earlier if not codes.container]
        assert [f for f in failures if matches(wanted, *f) and not any(matches(codes, *f) for codes in alone)]
    else:
        assert left


def script(*lines: str) -> str:
    return "\n        - bash\n        - -c\n        - |\n" + "\n".join(f"          {line}" for line in lines)


PICK = 'crawl "${items[$JOB_COMPLETION_INDEX]}"'


@pytest.mark.parametrize(
    ("lines", "effect"),
    [
        (("items=(a b)", PICK), "mistake"), (("items=(a b c)", PICK), ""), (("items=(a b c d)", PICK), "advice"),
        (("items=('a b' c)", PICK), "mistake"), (('items=("$X $Y" "c")', PICK), "mistake"),
        (('items=("$@" c)', PICK), ""), (('items=("${X[@]}" c)', PICK), ""), (("items=($X c)", PICK), ""),
        (("items=(a{1,2} c)", PICK), ""), (("items=(*.txt)", PICK), ""), (("items=([4]=a b)", PICK), ""),
        (("items=(a b)", "items+=(c)", PICK), ""), (("items=(a b)", "items[2]=c", PICK), ""),
        (("items=(a b)", "mapfile -t items < /etc/list", PICK), ""), (("items=(a b)", "read -a items", PICK), ""),
        (("items=(a b)", "i=$JOB_COMPLETION_INDEX", "crawl ${items[$i]}"), "mistake"),
        (("items=(a b)", "i=$JOB_COMPLETION_INDEX", "crawl ${items[i]}"), "mistake"),
        (("items=(a b)", "i=$JOB_COMPLETION_INDEX", "i=$((i / 2))", "crawl ${items[$i]}"), ""),
        (("items=(a b)", "i=$JOB_COMPLETION_INDEX", "((i /= 2))", "crawl ${items[$i]}"), ""),
        (("items=(a b)", "i=$JOB_COMPLETION_INDEX", "let i/=2", "crawl ${items[$i]}"), ""),
        (("items=(a b)", "crawl ${items[$((JOB_COMPLETION_INDEX % 2))]}"), ""),
        (("items=(a b)", "crawl ${items[$JOB_COMPLETION_INDEX]:-c}"), ""),
        (("items=(a b)", "crawl ${#items[$JOB_COMPLETION_INDEX]}"), ""),
        (("items=(a b)", "if [ $JOB_COMPLETION_INDEX -ge 2 ]; then exit 0; fi", PICK), ""),
        (("items=(a b)", "[ $JOB_COMPLETION_INDEX -lt 2 ] || exit 0", PICK), ""),
        (("items=(a b)", "local -n more=items", "more[2]=c", PICK), ""),
        (("items=(a b", PICK), ""),
    ],
)  # fmt: skip
def test_lists_in_bash(lines: tuple[str, ...], effect: str) -> None:
    found = said("index-beyond-list", "completions: 3\n  completionMode: Indexed", run=script(*lines))
    assert found == ([("index-beyond-list", effect, 21)] if effect else [])


ENV = "os.environ['JOB_COMPLETION_INDEX']"


@pytest.mark.parametrize(
    ("lines", "effect"),
    [
        (("import os; a = [1, 2]", f"print(a[int({ENV})])"), "mistake"),
        (("import os; a = 'é', 'è'", f"i = int({ENV})", "print(a[i])"), "mistake"),
        (("import os; a = [1, 2, 3, 4]", f"print(a[int({ENV})])"), "advice"),
        (("import os; a = [1, 2, 3]", f"print(a[int({ENV})])"), ""),
        (("import os; a = [1, *b]", f"print(a[int({ENV})])"), ""),
        (("import os; a = [1, 2]", "a += [3]", f"print(a[int({ENV})])"), ""),
        (("import os; a = [1, 2]", "a.append(3)", f"print(a[int({ENV})])"), ""),
        (("import os; a = [1, 2]", f"print(a[int({ENV}) % len(a)])"), ""),
        (("import os; a = [1, 2]", f"i = int({ENV})", "if i < 2: print(a[i])"), ""),
        (("import os; a = [1, 2]", f"i = int({ENV})", "i -= 1", "print(a[i])"), ""),
        (("import os; a = [1, 2", f"print(a[int({ENV})])"), ""),
    ],
)
def test_lists_in_python(lines: tuple[str, ...], effect: str) -> None:
    run = script(*lines).replace("bash", "python3")
    found = said("index-beyond-list", "completions: 3\n  completionMode: Indexed", run=run)
    assert found == ([("index-beyond-list", effect, 21)] if effect else [])


@pytest.mark.parametrize(
    ("annotations", "effect"),
    [
        ("{helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-failed}", "mistake"),
        ("{helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: ' Hook-Failed '}", "mistake"),
        ("{helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded}", "advice"),
        ("{helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: hook-succeeded}", "advice"),
        ("{helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded}", ""),
        ("{helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: 'hook-succeeded,hook-failed'}", ""),
        ("{helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: nonsense}", ""),
        ("{helm.sh/hook-delete-policy: hook-failed}", ""),
        ("{argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}", "advice"),
        ("{argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookFailed}", "advice"),
        ("{argocd.argoproj.io/hook: PreSync, helm.sh/hook-delete-policy: hook-failed}", "advice"),
        (
            "{argocd.argoproj.io/hook: Sync, helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-failed}",
            "advice",
        ),
        ("{argocd.argoproj.io/hook: 'Skip, PostSync', argocd.argoproj.io/hook-delete-policy: HookFailed}", "advice"),
        ("{argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: 'HookFailed,HookSucceeded'}", ""),
        (
            "{argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: 'HookFailed,BeforeHookCreation'}",
            "",
        ),
        ("{argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: hookfailed}", ""),  # none it knows
        ("{argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: HookSucceeded}", ""),
        ("{argocd.argoproj.io/hook: Skip, argocd.argoproj.io/hook-delete-policy: HookSucceeded}", ""),
        ("{argocd.argoproj.io/hook: PreSync}", ""),
        ("{argocd.argoproj.io/hook-delete-policy: HookSucceeded}", ""),
        (
            (
                "{argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: HookSucceeded,"
                " argocd.argoproj.io/sync-options: 'Force=true,Replace=true'}"
            ),
            "",
        ),
        (
            (
                "{argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded,"
                " helm.sh/hook-delete-policy: before-hook-creation}"
            ),
            "",
        ),
    ],
)
def test_hooks_in_the_way(annotations: str, effect: str) -> None:
    assert said("hook-left-behind", meta=annotations) == ([("hook-left-behind", effect, 5)] if effect else [])


@pytest.mark.parametrize(
    ("annotations", "words"),
    [
        ("{argocd.argoproj.io/hook: presync}", "never creates this object; did you mean `PreSync`?"),
        ("{argocd.argoproj.io/hook: pre-sync}", "never creates this object; did you mean `PreSync`?"),
        ("{argocd.argoproj.io/hook: 'PreSync,never'}", "and is ignored"),
        ("{argocd.argoproj.io/hook: PreInstall, helm.sh/hook: pre-install}", "and is ignored"),
        ("{argocd.argoproj.io/hook-delete-policy: hook-succeeded}", "did you mean `HookSucceeded`?"),
        (
            "{helm.sh/hook: test, helm.sh/hook-delete-policy: BeforeHookCreation}",
            "did you mean `before-hook-creation`?",
        ),
        (
            "{argocd.argoproj.io/sync-wave: first}",
            "sync-wave: first` is not a whole number, so Argo CD ignores the wave",
        ),
        ("{argocd.argoproj.io/sync-wave: '+-1'}", "sync-wave: +-1` is not a whole number, so Argo CD ignores the wave"),
        ("{argocd.argoproj.io/sync-wave: '-1', argocd.argoproj.io/hook: 'PreDelete, PostDelete,'}", ""),
        ("{argocd.argoproj.io/hook: '', argocd.argoproj.io/hook-delete-policy: ''}", ""),
    ],
)
def test_words_that_nobody_knows(annotations: str, words: str) -> None:
    found = joblint.lint(JOB % (annotations, "suspend: false", "{}", "Never", "[a]"), select=["unknown-hook-word"])
    assert [(f.rule, f.effect, f.line) for f in found] == ([("unknown-hook-word", "mistake", 5)] if words else [])
    assert all(f.message.endswith(words) for f in found)


@pytest.mark.parametrize("end", ["quitquitquit", "linkerd-await", "pkill envoy"])
def test_a_worker_that_ends_its_sidecar(end: str) -> None:
    vault = '{vault.hashicorp.com/agent-inject: "true"}'
    assert said("injected-sidecar", pod=vault) == [("injected-sidecar", "mistake", 10)]
    assert said("injected-sidecar", pod=vault, run=f"[sh, -c, 'work; {end}']") == []
    assert said("injected-sidecar", pod='{vault.hashicorp.com/agent-inject: "false"}') == []
