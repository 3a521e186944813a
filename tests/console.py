"""The console blocks of README.md and docs/: each shows what a terminal of 80 columns shows.

    python -m tests.console        writes what joblint prints now into the blocks; review the diff

A block has commands (`$ joblint ...`), each with what it prints, standard error too. A line `...` is for any number of
lines that are left out. A block that cannot be run says so in its first line, `# not run: REASON`.

The commands run in a directory with the repository's fixtures/examples; with the files that the page shows, whose first
line is a comment with their path; and with what `SETUPS` makes.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.cli.program import COMMAND, environment
from tests.support import commit_all, write

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
COLUMNS, ROWS = 80, 24
CUT, NOT_RUN = "...", "# not run: "
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```\w+\n# (\S+\.(?:ya?ml|toml))\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A console block: its page, where its text is in the page, and its text."""

    page: str
    start: int
    text: str

    @property
    def commands(self) -> list[tuple[str, list[str]]]:
        """The commands, each with the lines that are printed."""
        parts = re.split(r"^\$ (.*)\n", self.text, flags=re.MULTILINE)
        assert not parts[0], f"{self.page}: a console block begins with something else than a command: {parts[0]!r}"
        return [(command, said.splitlines()) for command, said in zip(parts[1::2], parts[2::2], strict=True)]

    @property
    def is_run(self) -> bool:
        """Whether it can be run."""
        return not self.text.startswith(NOT_RUN)


def blocks(page: str) -> Iterator[Block]:
    """The console blocks of a page."""
    for match in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
        yield Block(page, match.start(), match[0])


def _changed_image(here: Path) -> None:
    """A repository in which the image of a Job has changed since main."""
    path = here / "jobs" / "pages.yaml"
    path.parent.mkdir()
    text = (ROOT / "fixtures" / "examples" / "pages.yaml").read_text()
    text = text.replace("      completions: 3\n", "").replace(
        "  parallelism: 3\n", "  parallelism: 3\n  completions: 3\n"
    )
    path.write_text(text)
    commit_all(here)
    subprocess.run(["git", "branch", "-q", "-M", "main"], cwd=here, check=True)
    path.write_text(text.replace("busybox:1.36", "busybox:1.37"))


def _mistakes(here: Path) -> None:
    """A configuration with typing errors."""
    (here / ".joblint.yaml").write_text(
        "kube-version: 1.30-1.32\nextend-select: [floating-image]\nignor: [step-of-one]\n"
        "severity:\n  floating-image: warn\n"
    )


def _configuration(here: Path) -> None:
    """The first example of docs/configuration.md, and a file that it is for."""
    write(here / "clusters" / "old" / "job.yaml", "")
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (here / ".joblint.yaml").write_text(page.partition("```yaml\n")[2].partition("```\n")[0])


SETUPS: dict[tuple[str, str], Callable[[Path], None]] = {
    ("docs/against.md", "joblint check --against git:main jobs/"): _changed_image,
    ("docs/configuration.md", "joblint config clusters/old/job.yaml"): _configuration,
    ("docs/configuration.md", "joblint check"): _mistakes,
}


def run(block: Block) -> list[list[str]]:
    """The lines that each command of a block prints, one after the other in one directory."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name).resolve()
        shutil.copytree(ROOT / "fixtures" / "examples", here / "fixtures" / "examples")
        for path, content in _FILE.findall((ROOT / block.page).read_text(encoding="utf-8")):
            if path.startswith("."):  # a configuration, which would count for every block
                continue
            (here / path).parent.mkdir(parents=True, exist_ok=True)
            (here / path).write_text(content, encoding="utf-8")
        printed = []
        for command, _ in block.commands:
            prepare = SETUPS.get((block.page, command))
            if prepare is not None:
                prepare(here)
            program, *arguments = shlex.split(command)
            assert program == "joblint", command
            printed.append(shown(here, *arguments))
        return printed


def shown(here: Path, *arguments: str) -> list[str]:
    """The lines that a terminal shows; without colours and the signs of progress."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    quiet = environment(CI="true", NO_COLOR="1", TERM="xterm", GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=here, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
        env={**quiet, "PYTHONPATH": str(ROOT)},
    ):  # fmt: skip
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 1 << 16):
                text += part
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return text.decode().replace("\r\n", "\n").splitlines()


def agree(written: list[str], printed: list[str]) -> bool:
    """Whether a page shows what is printed; each `...` stands for some lines, at least one."""
    if CUT not in written:
        return written == printed
    at = written.index(CUT)
    if written[:at] != printed[:at]:
        return False
    rest = written[at + 1 :]
    return any(agree(rest, printed[skipped:]) for skipped in range(at + 1, len(printed) + 1))


def _written(block: Block) -> str:
    """The text of a block with what is printed now; what it leaves out at the end is left out again."""
    text = ""
    for (command, before), printed in zip(block.commands, run(block), strict=True):
        if agree(before, printed):
            printed = before
        elif CUT in before and CUT not in printed:  # a report has such lines itself
            printed = [*printed[: before.index(CUT)], CUT]
        text += f"$ {command}\n" + "".join(f"{line}\n" for line in printed)
    return text


def main() -> None:
    """Write the blocks anew."""
    for page in PAGES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        for block in reversed([one for one in blocks(page) if one.is_run]):
            text = text[: block.start] + _written(block) + text[block.start + len(block.text) :]
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
