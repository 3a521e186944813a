/** The settings of joblint as VS Code knows them, and what of them the server is told. */

export const SECTION = "joblint";

/** Settings that only this extension reads. */
const OURS = new Set(["path", "interpreter", "trace"]);

/**
 * What the server is told of the settings of a folder: those that say anything. VS Code fills in a default for each
 * setting, and an empty one must not count more than the configuration file of the project.
 */
export function forServer(settings: unknown): Record<string, unknown> {
  if (!isObject(settings)) {
    return {};
  }
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => !OURS.has(name) && !isEmpty(value)));
}

/** The answer to `workspace/configuration`, for items that ask for our section. */
export function answer(items: readonly { section?: string }[], found: unknown): unknown {
  if (!Array.isArray(found)) {
    return found;
  }
  return found.map((one: unknown, index) => (items[index]?.section === SECTION ? forServer(one) : one));
}

/** A path as people write it in settings: with `~`, and `${workspaceFolder}` where there is one. */
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
