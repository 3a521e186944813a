/** The machine that the extension runs on, for `find`. */

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import type { State, World } from "./find";

/** Code for a Python that prints whether it could import joblint and the server's library, without importing them. */
const QUESTION = "from importlib.util import find_spec as f; print(*[n for n in ('joblint', 'pygls') if f(n)])";
const PATIENCE = 10_000; // milliseconds; a Python on a network drive may be slow

export const machine: World = {
  windows: process.platform === "win32",
  path: process.env.PATH ?? "",
  suffixes: process.env.PATHEXT ?? ".EXE",
  async isProgram(file: string): Promise<boolean> {
    try {
      await access(file, constants.X_OK);
      return (await stat(file)).isFile();
    } catch {
      return false;
    }
  },
  state(interpreter: string): Promise<State> {
    return new Promise((resolve) => {
      execFile(interpreter, ["-P", "-c", QUESTION], { timeout: PATIENCE, windowsHide: true }, (error, stdout) => {
        const has = stdout.trim().split(" ");
        const joblint = error === null && has.includes("joblint");
        resolve(joblint ? (has.includes("pygls") ? "ready" : "bare") : "none");
      });
    });
  },
};
