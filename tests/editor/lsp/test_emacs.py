"""Emacs' eglot with the configuration of docs/editors.md: it shows what is found, applies a fix, writes the file."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.editor.lsp.docs import blocks
from tests.editor.lsp.test_neovim import LABELS, WIDE
from tests.support import HANG

EMACS = shutil.which(os.environ.get("EMACS", "emacs"))
(CONFIGURATION,) = blocks("Emacs", "elisp")
FOUND = [[3, WIDE.splitlines()[2].index("lables")], [5, 2]]  # Emacs counts characters

# Nobody types in a batch, so what Emacs does after a command has to be asked for.
DRIVER = """
(defun wait (what holds)
  (let ((tries 10000))
    (while (and (> tries 0) (not (funcall holds)))
      (setq tries (1- tries))
      (accept-process-output nil 0.05)
      (when (bound-and-true-p flymake-mode) (flymake-start nil)))
    (unless (funcall holds) (error "%s" what))))
(defun shown ()
  (mapcar (lambda (one)
            (goto-char (flymake-diagnostic-beg one))
            (vector (line-number-at-pos) (- (point) (line-beginning-position)) (flymake-diagnostic-text one)))
          (sort (flymake-diagnostics)
                (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b))))))
(let (offered first second)
  (find-file "job.yaml")
  (run-hooks 'post-command-hook)
  (wait "a server" #'eglot-current-server)
  (wait "findings" (lambda () (= 2 (length (flymake-diagnostics)))))
  (setq first (shown))
  (goto-char (point-min))
  (search-forward "lable")
  (cl-letf ((last-nonmenu-event ?x) ; the keyboard: no menu pops up
            ((symbol-function 'completing-read)
             (lambda (_prompt collection &rest _)
               (setq offered (mapcar #'car collection))
               (seq-find (lambda (title) (string-match-p "labels" title)) offered))))
    (eglot-code-actions (point) (point) nil t))
  (eglot--signal-textDocument/didChange) ; Emacs would do it when nobody types
  (wait "one fix" (lambda () (= 1 (length (flymake-diagnostics)))))
  (setq second (shown))
  (save-buffer)
  (with-temp-file "result.json"
    (insert (json-serialize (list :first (vconcat first) :second (vconcat second) :offered (vconcat offered)))))
  (eglot-shutdown (eglot-current-server)))
"""


def emacs(folder: Path, *scripts: str) -> "subprocess.CompletedProcess[str]":
    """Have Emacs run scripts in a folder."""
    names = [folder / f"{number}.el" for number in range(len(scripts))]
    for name, script in zip(names, scripts, strict=True):
        name.write_text(script)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    load = [word for name in names for word in ("-l", str(name))]
    return subprocess.run(
        [str(EMACS), "--batch", "-f", "package-initialize", *load],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PATH": path, "LC_ALL": "C.UTF-8"},
        text=True,
        capture_output=True,
        timeout=HANG,
        check=False,
    )


@cache
def able() -> bool:
    """Whether there is an Emacs with eglot and a mode for YAML."""
    if EMACS is None:
        return False
    done = subprocess.run(
        [EMACS, "--batch", "-f", "package-initialize", "--eval", "(progn (require 'eglot) (require 'yaml-mode))"],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_shows_findings_applies_a_fix_and_writes(tmp_path: Path) -> None:
    if not able():
        pytest.skip("an Emacs with eglot and yaml-mode is not here")
    (tmp_path / "job.yaml").write_text(WIDE)
    done = emacs(tmp_path, CONFIGURATION, "(require 'yaml-mode)\n(require 'eglot)\n(require 'cl-lib)\n" + DRIVER)
    assert (tmp_path / "result.json").exists(), done.stderr
    result: dict[str, Any] = json.loads((tmp_path / "result.json").read_text())
    assert [place[:2] for place in result["first"]] == FOUND
    assert [place[:2] for place in result["second"]] == FOUND[1:]
    assert any("labels" in title for title in result["offered"])
    assert (tmp_path / "job.yaml").read_text() == LABELS
