"""Neovim's own client, with the configurations of docs/editors.md, shows findings, applies a fix and writes the file.

Debian's Neovim is 0.7.2. `NVIM` in the environment names another.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editor.lsp.docs import blocks
from tests.support import BAD, HANG

NVIM = shutil.which(os.environ.get("NVIM", "nvim"))
MODERN, OLD, ON_WRITE = blocks("Neovim", "lua")

# What stands before the first finding is long in UTF-8, shorter in UTF-16, and shortest as it is counted by people.
WIDE = BAD.replace(
    "metadata:\n  name: hello\n", 'metadata: {annotations: {a: "日本😀"}, lables: {b: c}, name: hello}\n'
)
LABELS = WIDE.replace("lables", "labels")
RIGHT = LABELS.replace("paralelism", "parallelism")
BEFORE = len(WIDE.splitlines()[2].partition("lables")[0].encode())  # bytes, as Neovim counts columns
FOUND = [["unknown-field", 2, BEFORE, "joblint"], ["unknown-field", 4, 2, "joblint"]]

DRIVER = """
local result = { shown = {} }
local function wait(what, holds)
  if not vim.wait(500000, holds, 20) then error(what) end
end
local function shown()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    local lsp = one.user_data and one.user_data.lsp or {}
    table.insert(found, { one.code or lsp.code, one.lnum, one.col, one.source })
  end
  table.sort(found, function(a, b) return a[2] < b[2] end)
  return found
end
local function drive()
  wait('findings', function() return #shown() == 2 end)
  table.insert(result.shown, shown())
  vim.ui.select = function(items, options, choose)
    result.offered = vim.tbl_map(options.format_item or tostring, items)
    for index, title in ipairs(result.offered) do
      if title:find('labels', 1, true) then return choose(items[index], index) end
    end
    choose(nil)
  end
  vim.api.nvim_win_set_cursor(0, { 3, %(column)d })
  vim.lsp.buf.code_action()
  wait('one fix', function() return #shown() == 1 end)
  table.insert(result.shown, shown())
  result.text = vim.api.nvim_buf_get_lines(0, 0, -1, true)
  vim.cmd('write')
end
local done, wrong = pcall(drive)
result.wrong = not done and tostring(wrong) or nil
vim.fn.writefile({ vim.fn.json_encode(result) }, 'result.json')
vim.cmd('qall!')
"""


def version() -> tuple[int, int]:
    """Of the Neovim that is here."""
    said = subprocess.check_output([str(NVIM), "--version"], text=True)
    found = re.match(r"NVIM v(\d+)\.(\d+)", said)
    assert found, said
    return int(found[1]), int(found[2])


def drive(folder: Path, configuration: str, driver: str) -> dict[str, Any]:
    """Have Neovim open WIDE with a configuration, and do what a script says; returns what the script wrote down."""
    (folder / "init.lua").write_text(configuration)
    (folder / "driver.lua").write_text(driver)
    (folder / "job.yaml").write_text(WIDE)
    places = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(NVIM), "--headless", "-n", "-i", "NONE", "-u", "init.lua", "job.yaml", "-c", "luafile driver.lua"],
        cwd=folder,
        env={**os.environ, **places, "PATH": path},
        text=True,
        capture_output=True,
        timeout=HANG,
        check=False,
    )
    assert (folder / "result.json").exists(), done.stderr
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    assert result.get("wrong") is None, (result, done.stderr)
    return result


@pytest.fixture
def configuration() -> str:
    """The one for the Neovim that is here."""
    if NVIM is None:
        pytest.skip("Neovim is not here")
    return MODERN if version() >= (0, 11) else OLD


def test_shows_findings_applies_a_fix_and_writes(tmp_path: Path, configuration: str) -> None:
    result = drive(tmp_path, configuration, DRIVER % {"column": BEFORE})
    assert result["shown"] == [FOUND, FOUND[1:]]
    assert result["text"] == LABELS.splitlines()
    assert (tmp_path / "job.yaml").read_text() == LABELS


def test_settings_count(tmp_path: Path, configuration: str) -> None:
    """The server asks Neovim for its settings."""
    assert "kubeVersion = '1.37'" in configuration
    configuration = configuration.replace("kubeVersion = '1.37'", "ignore = { 'unknown-field' }, select = { 'all' }")
    driver = """
    local rules = {}
    vim.wait(500000, function() return #vim.diagnostic.get(0) > 0 end, 20)
    for _, one in ipairs(vim.diagnostic.get(0)) do
      rules[one.code or one.user_data.lsp.code] = true
    end
    vim.fn.writefile({ vim.fn.json_encode({ rules = vim.tbl_keys(rules) }) }, 'result.json')
    vim.cmd('qall!')
    """
    rules = drive(tmp_path, configuration, driver)["rules"]
    assert "missing-ttl" in rules
    assert "unknown-field" not in rules


def test_fixes_all_before_a_file_is_written(tmp_path: Path, configuration: str) -> None:
    if version() < (0, 11):
        pytest.skip("the way to ask for it is newer than this Neovim")
    driver = """
    vim.wait(500000, function() return #vim.diagnostic.get(0) == 2 end, 20)
    vim.cmd('write')
    vim.fn.writefile({ '{}' }, 'result.json')
    vim.cmd('qall!')
    """
    drive(tmp_path, configuration + ON_WRITE, driver)
    assert (tmp_path / "job.yaml").read_text() == RIGHT
