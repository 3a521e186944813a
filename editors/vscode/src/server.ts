/** The server's process, and the client that talks to it. */

import { type ChildProcess, spawn } from "node:child_process";
import { homedir } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { type LogOutputChannel, type Uri, workspace } from "vscode";
import { CloseAction, ErrorAction, type ErrorHandler, ExecuteCommandRequest, LanguageClient, State } from "vscode-languageclient/node";
import { find, type Found, type Program } from "./find";
import { machine } from "./machine";
import { selected } from "./python";
import { answer, expand, SECTION } from "./settings";

/** The languages whose texts may contain Jobs. The server decides which texts it checks. */
export const LANGUAGES = ["yaml", "helm", "json", "jsonc", "markdown", "shellscript", "restructuredtext", "gotmpl", "jinja", "jinja-yaml", "ytt", "erb"];
const SCHEMES = ["file", "untitled"];
const LAST_WORDS = 2000; // milliseconds that a failing server has to print the reason
const ENOUGH = 10; // lines of the server's error output that are kept

/** Why no server runs: nothing was found (see `Found`), or what was found exited at once with this output. */
export interface Failure {
  readonly found: Found;
  readonly words?: string;
}

/** Starts and stops the server, and sends requests to it. At most one server runs. */
export class Server {
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private words: string[] = [];
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly output: LogOutputChannel,
    /** Called when a server has started, with the program. */
    private readonly started: (program: Program) => Promise<void>,
  ) {}

  get running(): boolean {
    return this.client?.state === State.Running;
  }

  /** Stop the server if one runs, search for joblint and start it. Several calls run one after the other. */
  restart(): Promise<Failure | undefined> {
    const next = this.turn.then(async () => {
      await this.end();
      return await this.begin();
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** Stop the server. */
  stop(): Promise<void> {
    const next = this.turn.then(() => this.end());
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** Let the server execute a command; undefined if no server runs. */
  async ask(command: string, ...parameters: unknown[]): Promise<unknown> {
    if (this.client?.state !== State.Running) {
      return undefined;
    }
    return await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: parameters });
  }

  private async begin(): Promise<Failure | undefined> {
    const found = await lookFor();
    if (found.program === undefined) {
      return { found };
    }
    const { command, args, origin } = found.program;
    this.output.info(`${[command, ...args].join(" ")} (${origin})`);
    const wrong = await this.connect(command, args);
    if (wrong !== undefined) {
      this.output.error(wrong);
      await this.end();
      return { found, words: this.words.at(-1) ?? wrong };
    }
    await this.started(found.program);
    return undefined;
  }

  private async end(): Promise<void> {
    const { client, process } = this;
    this.client = this.process = undefined;
    await client?.dispose().catch(() => undefined); // it does not answer, or never did: it is killed below
    process?.kill();
  }

  /** Start a process and connect to it; return the error if that fails. The client itself waits for a dead process. */
  private async connect(command: string, args: readonly string[]): Promise<string | undefined> {
    this.words = [];
    let died: (why: string) => void = () => undefined;
    const death = new Promise<string>((resolve) => (died = resolve));
    const start = (): Promise<ChildProcess> => {
      const process = (this.process = spawn(command, args, { windowsHide: true }));
      process.on("error", (error) => died(error.message));
      process.on("close", (code, signal) => died(`it exited with ${String(code ?? signal)}`));
      return Promise.resolve(process);
    };
    let answered = false;
    const client = (this.client = this.languageClient(start, () => answered));
    const ready = client.start().then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const wrong = await Promise.race([ready, death]);
    answered = wrong === undefined;
    if (!answered) {
      await Promise.race([death, setTimeout(LAST_WORDS)]);
    }
    return wrong;
  }

  private languageClient(start: () => Promise<ChildProcess>, answered: () => boolean): LanguageClient {
    let usual: ErrorHandler | undefined;
    const client: LanguageClient = new LanguageClient(SECTION, "joblint", start, {
      documentSelector: SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
      outputChannel: this.output,
      initializationFailedHandler: () => false, // the caller reports it
      errorHandler: {
        error: (error, message, count) =>
          answered()
            ? (usual ??= client.createDefaultErrorHandler()).error(error, message, count)
            : { action: ErrorAction.Continue, handled: true },
        closed: () =>
          answered()
            ? (usual ??= client.createDefaultErrorHandler()).closed()
            : { action: CloseAction.DoNotRestart, handled: true },
      },
      middleware: {
        workspace: {
          configuration: async (params, token, next) => answer(params.items, await next(params, token)) as never,
        },
      },
      stdioOptions: {
        stdout: () => undefined, // the protocol itself
        stderr: (stream) => this.listen(stream),
      },
    });
    return client;
  }

  private listen(stream: Readable): void {
    let rest = "";
    stream.setEncoding("utf8").on("data", (data: string) => {
      const lines = (rest + data).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines.filter((one) => one.trim() !== "")) {
        this.output.warn(line);
        this.words = [...this.words.slice(1 - ENOUGH), line];
      }
    });
  }
}

async function lookFor(): Promise<Found> {
  const folders = (workspace.workspaceFolders ?? []).filter((one) => one.uri.scheme === "file").map((one) => one.uri);
  const settings = workspace.getConfiguration(SECTION, folders[0]);
  const path = (name: string): string => expand(settings.get<string>(name, ""), homedir(), folders[0]?.fsPath);
  const hints = {
    path: path("path"),
    interpreter: path("interpreter"),
    folders: folders.map((one: Uri) => one.fsPath),
    trusted: workspace.isTrusted,
    selected: () => selected(folders[0]),
  };
  return await find(hints, machine);
}
