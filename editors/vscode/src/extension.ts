/** The extension: it starts the server, runs commands, and tells the user what is missing. */

import { commands, type Disposable, type ExtensionContext, type LogOutputChannel, window, workspace } from "vscode";
import { whenSelected } from "./python";
import { type Failure, Server } from "./server";
import { SECTION } from "./settings";
import { Status } from "./status";

const PACKAGE = "'joblint[lsp]'"; // with quotes that every shell accepts
const OUTPUT = "Show Output";
const SETTINGS = "Open Settings";
const INSTALL = "Install in a Terminal";
const TRUST = "Manage Trust";
const NAMED = [`${SECTION}.path`, `${SECTION}.interpreter`]; // settings that select another server

let stop: (() => Promise<void>) | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel("joblint", { log: true });
  const server: Server = new Server(output, () => status.started());
  const status = new Status(server, context.workspaceState);
  const restart = async (): Promise<void> => {
    const failure = await server.restart();
    if (failure !== undefined) {
      status.stale();
      void tell(failure, output);
    }
  };
  stop = async () => {
    await server.stop();
    output.dispose(); // not one of the subscriptions: those are disposed while the server may still log
  };
  context.subscriptions.push(
    status.watch(),
    commands.registerCommand("joblint.restart", restart),
    commands.registerCommand("joblint.showOutput", () => output.show()),
    commands.registerCommand("joblint.chooseKubeVersion", () => status.choose()),
    commands.registerCommand("joblint.fixFile", () => fix(server)),
    ...causes(server, restart),
  );
  void restart()
    .then(() => whenSelected(restart))
    .then((listener) => listener && context.subscriptions.push(listener));
}

export async function deactivate(): Promise<void> {
  await stop?.();
}

/** The events after which joblint is searched for again. */
function causes(server: Server, restart: () => Promise<void>): Disposable[] {
  return [
    workspace.onDidChangeConfiguration((event) => {
      if (NAMED.some((name) => event.affectsConfiguration(name))) {
        void restart();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeWorkspaceFolders(() => {
      if (!server.running) {
        void restart();
      }
    }),
  ];
}

/** Apply all safe fixes in the active editor. */
async function fix(server: Server): Promise<void> {
  const uri = window.activeTextEditor?.document.uri.toString();
  if (uri === undefined) {
    return;
  }
  if (!server.running) {
    void window.showInformationMessage("joblint is not running.");
    return;
  }
  const done = (await server.ask("joblint.fixAll", uri)) as { applied?: boolean } | null | undefined;
  if (done?.applied !== true) {
    window.setStatusBarMessage("joblint: no safe fixes in this file", 5000);
  }
}

/** Report why no server runs, and offer solutions. */
async function tell(failure: Failure, output: LogOutputChannel): Promise<void> {
  const { text, buttons } = said(failure);
  output.error(text);
  const pressed = await window.showErrorMessage(text, ...buttons);
  if (pressed === OUTPUT) {
    output.show();
  } else if (pressed === SETTINGS) {
    await commands.executeCommand("workbench.action.openSettings", NAMED.join(" "));
  } else if (pressed === TRUST) {
    await commands.executeCommand("workbench.trust.manage");
  } else if (pressed === INSTALL) {
    install(failure);
  }
}

function said({ found, words }: Failure): { text: string; buttons: string[] } {
  if (found.program !== undefined) {
    return { text: `joblint did not start: ${words ?? "it exited at once"}`, buttons: [OUTPUT, SETTINGS] };
  }
  if (found.wrong !== undefined) {
    return { text: found.wrong, buttons: [SETTINGS] };
  }
  if (found.bare !== undefined) {
    return { text: `${found.bare} has joblint, but not joblint[lsp].`, buttons: [INSTALL, SETTINGS] };
  }
  const where = workspace.isTrusted ? "in the selected Python, on the PATH or in .venv" : "on the PATH";
  const buttons = workspace.isTrusted ? [INSTALL, SETTINGS] : [TRUST, SETTINGS];
  return { text: `joblint is not installed ${where}.`, buttons };
}

/** Open a terminal with the command in it, for the user to check and run. */
function install({ found }: Failure): void {
  const python = found.program === undefined && found.bare !== undefined ? `"${found.bare}" -m pip` : "pip";
  const terminal = window.createTerminal("joblint");
  terminal.show();
  terminal.sendText(`${python} install ${PACKAGE}`, false);
}
