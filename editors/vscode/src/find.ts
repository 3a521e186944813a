/** Find joblint: in the settings, the Python extension's interpreter, the PATH, a `.venv`. Independent of VS Code. */

import * as path from "node:path";

/** What to start. `origin` says where it was found. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: string;
}

/** What a Python has installed: `ready`: the server, `bare`: joblint without the server's packages, `none`: neither. */
export type State = "ready" | "bare" | "none";

/** What the search needs from the machine. */
export interface World {
  readonly windows: boolean;
  /** The value of PATH. */
  readonly path: string;
  /** The value of PATHEXT on Windows. */
  readonly suffixes: string;
  /** Whether a file exists and can be started. */
  isProgram(file: string): Promise<boolean>;
  /** What a Python has installed. */
  state(interpreter: string): Promise<State>;
}

/** Where to search. In an untrusted workspace, the folders and the Python extension's interpreter are not used. */
export interface Hints {
  /** The settings, already expanded; empty if they are not set. */
  readonly path: string;
  readonly interpreter: string;
  readonly folders: readonly string[];
  readonly trusted: boolean;
  /** The interpreter that the Python extension has selected. */
  selected(): Promise<string | undefined>;
}

/** What was found, or why nothing was: `wrong` is a mistake in the settings, `bare` a Python without the server. */
export type Found =
  | { readonly program: Program }
  | { readonly program?: undefined; readonly wrong?: string; readonly bare?: string };

/** The command to start the server with a Python. `-P`: it does not import modules from the current directory. */
export function withPython(interpreter: string, origin: string): Program {
  return { command: interpreter, args: ["-P", "-m", "joblint", "lsp"], origin };
}

function withProgram(file: string, origin: string): Program {
  return { command: file, args: ["lsp"], origin };
}

/** Search for joblint, and return the first place that has it. A wrong setting is reported, never skipped. */
export async function find(hints: Hints, world: World): Promise<Found> {
  if (hints.path !== "") {
    return (await world.isProgram(hints.path))
      ? { program: withProgram(hints.path, "joblint.path") }
      : { wrong: `joblint.path: ${hints.path} does not exist or is not executable` };
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
    return { wrong: `joblint.interpreter: ${interpreter} does not exist or is not executable` };
  }
  switch (await world.state(interpreter)) {
    case "ready":
      return { program: withPython(interpreter, "joblint.interpreter") };
    case "bare":
      return { bare: interpreter };
    case "none":
      return { wrong: `joblint.interpreter: ${interpreter} does not have joblint, or is not Python 3.11 or newer` };
  }
}

/** The Python of a virtual environment in a folder. */
export function inVenv(folder: string, world: Pick<World, "windows">): string {
  return world.windows
    ? path.win32.join(folder, ".venv", "Scripts", "python.exe")
    : path.posix.join(folder, ".venv", "bin", "python");
}

/** Find `joblint` on the PATH. Relative directories are skipped: they would be in the workspace. */
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
