/** The interpreter that the Python extension has selected. */

import { type Disposable, extensions, type Uri } from "vscode";

/** The part of the Python extension's API that is used here. */
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
    return undefined; // it reports the error itself
  }
}

/** The selected interpreter for a folder; undefined without one, or without the Python extension. */
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

/** Listen for another interpreter being selected. A Python extension that is not active yet is not activated. */
export async function whenSelected(listener: () => unknown): Promise<Disposable | undefined> {
  const active = extensions.getExtension(IDENTIFIER)?.isActive === true;
  return active ? (await environments())?.onDidChangeActiveEnvironmentPath(listener) : undefined;
}
