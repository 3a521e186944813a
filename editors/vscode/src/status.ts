/** The status bar: the Kubernetes version that the active text is checked for, and the choice of another. */

import { Disposable, languages, type Memento, type QuickPickItem, StatusBarAlignment, type TextDocument, window, workspace } from "vscode";
import { LANGUAGES, type Server } from "./server";
import { concerns, type InForce, shown } from "./versions";

const CHOSEN = "kubeVersion"; // the key of the choice in the workspace's state
const CALM = 200; // milliseconds in which several changes cause one update
const PRIORITY = 90; // just left of the language, at the right end

/** The item of the status bar, and the choice that it offers. */
export class Status {
  private readonly item = window.createStatusBarItem("joblint.kubeVersion", StatusBarAlignment.Right, PRIORITY);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly kept: Memento,
  ) {
    this.item.name = "joblint: Kubernetes version";
    this.item.command = "joblint.chooseKubeVersion";
  }

  /** Update the item after each change. */
  watch(): Disposable {
    return Disposable.from(
      this.item,
      new Disposable(() => clearTimeout(this.timer)),
      window.onDidChangeActiveTextEditor(() => this.stale()),
      workspace.onDidSaveTextDocument(() => this.stale()),
      languages.onDidChangeDiagnostics(({ uris }) => {
        const here = window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === here)) {
          this.stale();
        }
      }),
    );
  }

  /** Update the item soon. */
  stale(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.show(), CALM);
  }

  /** Send the choice to a server that has just started. */
  async started(): Promise<void> {
    if (this.chosen !== undefined) {
      await this.server.ask("joblint.setKubeVersion", this.chosen);
    }
    this.stale();
  }

  /** Let the user choose a version. */
  async choose(): Promise<void> {
    const inForce = await this.inForce(window.activeTextEditor?.document);
    if (inForce === undefined) {
      void window.showInformationMessage("joblint is not running.");
      return;
    }
    const choice = await window.showQuickPick(this.offered(inForce), {
      title: "Kubernetes version to check for",
      placeHolder: "For this workspace; takes precedence over its settings and configuration",
    });
    const version = choice?.label === RANGE ? await ask() : choice?.version;
    if (version !== undefined) {
      await this.take(version === "" ? undefined : version);
    }
  }

  private get chosen(): string | undefined {
    return this.kept.get<string>(CHOSEN);
  }

  private offered(inForce: InForce): Choice[] {
    const now = inForce.versions ?? [];
    const follow = { label: "From the settings or the configuration", version: "", picked: this.chosen === undefined };
    const named = inForce.choices.map((one) => ({
      label: one,
      version: one,
      ...(now.includes(one) ? { description: "current" } : {}),
    }));
    return [follow, ...named, { label: RANGE, version: "" }];
  }

  private async take(version: string | undefined): Promise<void> {
    const said = (await this.server.ask("joblint.setKubeVersion", version ?? "")) as { error?: string } | undefined;
    if (said?.error !== undefined) {
      void window.showErrorMessage(`joblint: ${said.error}`);
      return;
    }
    await this.kept.update(CHOSEN, version);
    this.stale();
  }

  private async inForce(document: TextDocument | undefined): Promise<InForce | undefined> {
    try {
      return (await this.server.ask("joblint.kubeVersion", document?.uri.toString() ?? "")) as InForce | undefined;
    } catch {
      return undefined; // the server is about to exit
    }
  }

  private async show(): Promise<void> {
    const document = window.activeTextEditor?.document;
    if (document === undefined || !LANGUAGES.includes(document.languageId) || !concerns(document.languageId, document.getText())) {
      this.item.hide();
      return;
    }
    const inForce = await this.inForce(document);
    if (window.activeTextEditor?.document !== document) {
      return; // another editor is active by now, and will update the item
    }
    if (inForce?.versions === undefined || inForce.versions.length === 0) {
      this.item.hide();
      return;
    }
    Object.assign(this.item, shown(inForce, this.chosen));
    this.item.show();
  }
}

interface Choice extends QuickPickItem {
  readonly version: string;
}

const RANGE = "Several…";

async function ask(): Promise<string | undefined> {
  return await window.showInputBox({ title: "Kubernetes versions to check for", prompt: "A range or a list", placeHolder: "1.24-1.29" });
}
