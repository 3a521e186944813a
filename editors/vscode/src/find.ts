/** Where joblint is: what the settings say, the Python extension's interpreter, the PATH, a `.venv`. No VS Code here. */

import * as path from "node:path";

/** What to start. `origin` tells people why this. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: string;
}

/** What a Python has: `ready` the server, `bare` joblint without what the server needs, `none` neither. */
export type State = "ready" | "bare" | "none";

/** The machine, as far as the search looks at it. */
export interface World {
  readonly windows: boolean;
  /** The variable PATH. */
  readonly path: string;
  /** On Windows the variable PATHEXT. */
  readonly suffixes: string;
  /** Whether there is such a file that can be started. */
  isProgram(file: string): Promise<boolean>;
  /** What a Python has installed. */
  state(interpreter: string): Promise<State>;
}

/** What the search is told. Of an untrusted workspace the folders and the Python extension's interpreter are not used. */
export interface Hints {
  /** The settings, already expanded; empty where they say nothing. */
  readonly path: string;
  readonly interpreter: string;
  readonly folders: readonly string[];
  readonly trusted: boolean;
  /** The interpreter that the Python extension has selected. */
  selected(): Promise<string | undefined>;
}

/** What was found; or why not: `wrong` is a mistake in the settings, `bare` a Python that has joblint but no server. */
export type Found =
  | { readonly program: Program }
  | { readonly program?: undefined; readonly wrong?: string; readonly bare?: string };

/** What starts the server with a Python. `-P`: a `joblint` or `json.py` in the current directory is not meant. */
export function withPython(interpreter: string, origin: string): Program {
  return { command: interpreter, args: ["-P", "-m", "joblint", "lsp"], origin };
}

function withProgram(file: string, origin: string): Program {
  return { command: file, args: ["lsp"], origin };
}

/** Look for joblint. The first that has it counts; a setting that leads nowhere is told, never passed over. */
export async function find(hints: Hints, world: World): Promise<Found> {
  if (hints.path !== "") {
    return (await world.isProgram(hints.path))
      ? { program: withProgram(hints.path, "joblint.path") }
      : { wrong: `joblint.path: there is no program ${hints.path}` };
  }
  if (hints.interpreter !== "") {
    return await told(hints.interpreter, world);
  }
  let bare: string | undefined;
  const selected = hints.trusted ? await hints.selected() : undefined;
  if (selected !== undefined) {
    const state = await world.state(selected);
    if (state === "ready") {
      return { program: withPython(selected, "the Python extension's interpreter") };
    }
    bare = state === "bare" ? selected : bare;
  }
  const onPath = await search(world);
  if (onPath !== undefined) {
    return { program: withProgram(onPath, "the PATH") };
  }
  for (const folder of hints.trusted ? hints.folders : []) {
    const interpreter = inVenv(folder, world);
    const state = (await world.isProgram(interpreter)) ? await world.state(interpreter) : "none";
    if (state === "ready") {
      return { program: withPython(interpreter, ".venv of the workspace") };
    }
    bare ??= state === "bare" ? interpreter : undefined;
  }
  return bare === undefined ? {} : { bare };
}

async function told(interpreter: string, world: World): Promise<Found> {
  if (!(await world.isProgram(interpreter))) {
    return { wrong: `joblint.interpreter: there is no program ${interpreter}` };
  }
  switch (await world.state(interpreter)) {
    case "ready":
      return { program: withPython(interpreter, "joblint.interpreter") };
    case "bare":
      return { bare: interpreter };
    case "none":
      return { wrong: `joblint.interpreter: ${interpreter} has no joblint, or is no Python 3.11 or newer` };
  }
}

/** The Python of a virtual environment in a folder. */
export function inVenv(folder: string, world: Pick<World, "windows">): string {
  return world.windows
    ? path.win32.join(folder, ".venv", "Scripts", "python.exe")
    : path.posix.join(folder, ".venv", "bin", "python");
}

/** `joblint` on the PATH. Relative directories are left out: they would mean the workspace. */
async function search(world: World): Promise<string | undefined> {
  const os = world.windows ? path.win32 : path.posix;
  const suffixes = world.windows ? world.suffixes.split(";").filter((one) => /^\.(exe|com)$/i.test(one)) : [""];
  for (const folder of world.path.split(os.delimiter)) {
    if (os.isAbsolute(folder)) {
      for (const suffix of suffixes) {
        const file = os.join(folder, `joblint${suffix.toLowerCase()}`);
        if (await world.isProgram(file)) {
          return file;
        }
      }
    }
  }
  return undefined;
}
