import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { find, type Hints, inVenv, type State, type World } from "../src/find";
import { machine } from "../src/machine";

/** A machine with these Pythons and these programs; its PATH has two directories, and a relative one between them. */
function world(pythons: Record<string, State>, programs: string[] = [], windows = false): World {
  const files = new Set([...Object.keys(pythons), ...programs]);
  return {
    windows,
    path: windows ? "C:\\one;bin;C:\\two" : "/one:bin::/two",
    suffixes: ".COM;.EXE;.BAT;.CMD",
    isProgram: (file) => Promise.resolve(files.has(file)),
    state: (interpreter) => Promise.resolve(pythons[interpreter] ?? "none"),
  };
}

function hints(some: Partial<Hints> & { python?: string } = {}): Hints {
  const { python, ...others } = some;
  const selected = (): Promise<string | undefined> => Promise.resolve(python);
  return { path: "", interpreter: "", folders: ["/home/ada"], trusted: true, selected, ...others };
}

const VENV = "/home/ada/.venv/bin/python";
const ALL = world({ "/py": "ready", "/mine": "ready", [VENV]: "ready" }, ["/two/joblint", "/my/joblint"]);

/** What would be started, or why nothing. */
async function found(some: Partial<Hints> & { python?: string }, where: World): Promise<string> {
  const { program, ...why } = await find(hints(some), where);
  return program ? [program.command, ...program.args].join(" ") : JSON.stringify(why);
}

suite("joblint is searched for, and the first place that has it is used:", () => {
  test("the setting of a program, before all others", async () => {
    const some = { path: "/my/joblint", interpreter: "/mine", python: "/py" };
    assert.equal(await found(some, ALL), "/my/joblint lsp");
  });

  test("the setting of an interpreter", async () => {
    assert.equal(await found({ interpreter: "/mine", python: "/py" }, ALL), "/mine -P -m joblint lsp");
  });

  test("the Python extension's interpreter", async () => {
    assert.equal(await found({ python: "/py" }, ALL), "/py -P -m joblint lsp");
  });

  test("the PATH", async () => {
    assert.equal(await found({}, ALL), "/two/joblint lsp");
    assert.equal(await found({ python: "/other" }, ALL), "/two/joblint lsp");
  });

  test("a .venv of the workspace, of any of its folders", async () => {
    const some = { folders: ["/else", "/home/ada"] };
    assert.equal(await found(some, world({ [VENV]: "ready" })), `${VENV} -P -m joblint lsp`);
  });

  test("nowhere", async () => {
    assert.equal(await found({ python: "/py" }, world({ "/py": "none" })), "{}");
  });
});

suite("a wrong setting is reported, not skipped:", () => {
  test("a program that does not exist", async () => {
    assert.match(await found({ path: "/no", python: "/py" }, ALL), /"wrong":"joblint\.path: \/no /);
  });

  test("an interpreter that does not exist, or does not have joblint", async () => {
    assert.match(await found({ interpreter: "/no", python: "/py" }, ALL), /"wrong":"joblint\.interpreter: \/no /);
    const where = world({ "/mine": "none", "/py": "ready" });
    assert.match(await found({ interpreter: "/mine", python: "/py" }, where), /"wrong":"joblint\.interpreter: \/mine /);
  });

  test("an interpreter without the server", async () => {
    assert.equal(await found({ interpreter: "/mine" }, world({ "/mine": "bare" })), '{"bare":"/mine"}');
  });
});

suite("a Python with joblint, but without its server,", () => {
  test("is skipped for one that has both", async () => {
    const where = world({ "/py": "bare", [VENV]: "ready" });
    assert.equal(await found({ python: "/py" }, where), `${VENV} -P -m joblint lsp`);
  });

  test("is named if there is no other, the selected one first", async () => {
    assert.equal(await found({ python: "/py" }, world({ "/py": "bare", [VENV]: "bare" })), '{"bare":"/py"}');
    assert.equal(await found({}, world({ [VENV]: "bare" })), `{"bare":"${VENV}"}`);
  });
});

suite("nothing in an untrusted workspace is started:", () => {
  test("neither its .venv nor the interpreter selected for it", async () => {
    const where = world({ "/py": "ready", [VENV]: "ready" });
    assert.equal(await found({ python: "/py", trusted: false }, where), "{}");
  });

  test("only a joblint on the PATH", async () => {
    assert.equal(await found({ python: "/py", trusted: false }, ALL), "/two/joblint lsp");
  });

  test("and a relative directory on the PATH is not followed", async () => {
    assert.equal(await found({}, world({}, ["bin/joblint", "joblint"])), "{}");
  });
});

suite("on Windows", () => {
  test("joblint.exe is searched for, and shell scripts are not", async () => {
    assert.equal(await found({}, world({}, ["C:\\two\\joblint.exe"], true)), "C:\\two\\joblint.exe lsp");
    assert.equal(await found({}, world({}, ["C:\\two\\joblint.cmd"], true)), "{}");
  });

  test("a virtual environment has Scripts", () => {
    assert.equal(inVenv("C:\\work", { windows: true }), "C:\\work\\.venv\\Scripts\\python.exe");
  });
});

suite("this machine", { skip: process.platform === "win32" }, () => {
  /** A program that replaces a Python, and prints what it has installed. */
  async function python(says: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "joblint-"));
    const file = join(folder, "python");
    await writeFile(file, `#!/bin/sh\n${says}\n`);
    await chmod(file, 0o755);
    return file;
  }

  for (const [says, state] of [
    ["echo joblint pygls", "ready"],
    ["echo joblint", "bare"],
    ["echo", "none"],
    ["echo pygls", "none"],
    ["echo joblint pygls; exit 2", "none"],
  ] as const) {
    test(`a Python that does \`${says}\` is ${state}`, async (context) => {
      const file = await python(says);
      context.after(() => rm(join(file, ".."), { recursive: true }));
      assert.equal(await machine.state(file), state);
    });
  }

  test("what cannot be started is not a program", async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "joblint-"));
    context.after(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, "directory"));
    await writeFile(join(folder, "text"), "");
    for (const [name, expected] of [["directory", false], ["text", false], ["absent", false]] as const) {
      assert.equal(await machine.isProgram(join(folder, name)), expected, name);
    }
    assert.equal(await machine.isProgram(process.execPath), true);
    assert.equal(await machine.state(join(folder, "absent")), "none");
  });
});
