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

/** The fields that hardly anything but a Job or a CronJob has: OWN_FIELDS of joblint/manifests/relevance.py; a test compares them. */
const OWN_FIELDS = [
  "backoffLimit",
  "backoffLimitPerIndex",
  "completionMode",
  "completions",
  "concurrencyPolicy",
  "failedJobsHistoryLimit",
  "jobTemplate",
  "maxFailedIndexes",
  "parallelism",
  "podFailurePolicy",
  "podReplacementPolicy",
  "startingDeadlineSeconds",
  "successPolicy",
  "successfulJobsHistoryLimit",
  "ttlSecondsAfterFinished",
];

const KIND = /\bkind["']?\s*:\s*["']?(cron|scheduled)?[-_ ]?jobs?\b/i;
const FIELD = new RegExp(`\\b(${OWN_FIELDS.join("|")})["']?\\s*:`);

/** Whether the status bar is shown for a text: for any YAML, and for what else seems to hold a Job or a part of one. */
export function concerns(language: string, text: string): boolean {
  return language === "yaml" || language === "helm" || KIND.test(text) || FIELD.test(text);
}
