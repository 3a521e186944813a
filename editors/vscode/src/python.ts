/** The interpreter that the Python extension has selected. */

import { type Disposable, extensions, type Uri } from "vscode";

/** What we use of the Python extension's API. */
interface Environments {
  getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
  resolveEnvironment(path: { readonly path: string }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  onDidChangeActiveEnvironmentPath(listener: () => unknown): Disposable;
}

const IDENTIFIER = "ms-python.python";

async function environments(): Promise<Environments | undefined> {
  const extension = extensions.getExtension<{ environments?: Environments }>(IDENTIFIER);
  try {
    return (await extension?.activate())?.environments;
  } catch {
    return undefined; // it tells of that itself
  }
}

/** The selected interpreter for a folder; undefined where there is none, or no Python extension. */
export async function selected(folder: Uri | undefined): Promise<string | undefined> {
  const known = await environments();
  if (known === undefined) {
    return undefined;
  }
  try {
    const path = known.getActiveEnvironmentPath(folder);
    const resolved = await known.resolveEnvironment(path);
    return resolved?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

/** Be told when another interpreter is selected. A Python extension that nobody has asked yet is let sleep. */
export async function whenSelected(listener: () => unknown): Promise<Disposable | undefined> {
  const active = extensions.getExtension(IDENTIFIER)?.isActive === true;
  return active ? (await environments())?.onDidChangeActiveEnvironmentPath(listener) : undefined;
}
