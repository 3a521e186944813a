/** What is shown of the Kubernetes versions in force. No VS Code here. */

/** What the server says of a text: the versions it is judged for, who says so, and all that can be chosen. */
export interface InForce {
  readonly versions?: readonly string[];
  readonly origin?: string;
  readonly choices: readonly string[];
}

/** Versions as short as they can be said: `1.37`, `1.24–1.29`, `1.24, 1.29`; `choices` are all there are. */
export function short(versions: readonly string[], choices: readonly string[]): string {
  const runs: string[][] = [];
  const places = versions.map((one) => choices.indexOf(one)).sort((a, b) => b - a); // choices: the newest first
  places.forEach((place, index) => {
    const name = choices[place] ?? "?";
    if (index > 0 && places[index - 1] === place + 1) {
      runs.at(-1)?.push(name);
    } else {
      runs.push([name]);
    }
  });
  return runs.map((run) => (run.length > 2 ? `${run[0] ?? ""}–${run.at(-1) ?? ""}` : run.join(", "))).join(", ");
}

/** The text of the status bar, and what is told of it. */
export function shown(inForce: InForce, chosen: string | undefined): { text: string; tooltip: string } {
  const versions = short(inForce.versions ?? [], inForce.choices);
  const origin = chosen === undefined ? (inForce.origin ?? "default") : "chosen here";
  const why = origin === "default" ? "the newest that joblint knows" : origin;
  return { text: `Kubernetes ${versions}`, tooltip: `joblint judges for Kubernetes ${versions} (${why})` };
}

/** Whether the status bar tells of a text: any YAML, and what else seems to hold a Job. */
export function concerns(language: string, text: string): boolean {
  return language === "yaml" || language === "helm" || /\bkind["']?\s*:\s*["']?(Cron)?Job\b/.test(text);
}
