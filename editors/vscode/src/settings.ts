/** The settings of joblint in VS Code, and which of them are sent to the server. */

export const SECTION = "joblint";

/** Settings that only this extension reads. */
const OURS = new Set(["path", "interpreter", "trace"]);

/**
 * The settings of a folder to send to the server: those that are not empty. VS Code fills in a default for each
 * setting, and an empty one must not override the project's configuration file.
 */
export function forServer(settings: unknown): Record<string, unknown> {
  if (!isObject(settings)) {
    return {};
  }
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => !OURS.has(name) && !isEmpty(value)));
}

/** The answer to `workspace/configuration`, with our section reduced to what the server needs. */
export function answer(items: readonly { section?: string }[], found: unknown): unknown {
  if (!Array.isArray(found)) {
    return found;
  }
  return found.map((one: unknown, index) => (items[index]?.section === SECTION ? forServer(one) : one));
}

/** Expand `~` in a path, and `${workspaceFolder}` if there is a folder. */
export function expand(path: string, home: string, folder: string | undefined): string {
  const full = path.trim().replace(/^~(?=$|[\\/])/, () => home);
  return folder === undefined ? full : full.replaceAll("${workspaceFolder}", () => folder);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") {
    return true;
  }
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
