/** How the Kubernetes versions in force are shown. Independent of VS Code. */

/** The server's answer for a text: the versions it is checked for, where they are set, and all that can be chosen. */
export interface InForce {
  readonly versions?: readonly string[];
  readonly origin?: string;
  readonly choices: readonly string[];
}

/** Versions in the shortest form: `1.37`, `1.24–1.29`, `1.24, 1.29`; `choices` are all versions. */
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

/** The text of the status bar, and its tooltip. */
export function shown(inForce: InForce, chosen: string | undefined): { text: string; tooltip: string } {
  const versions = short(inForce.versions ?? [], inForce.choices);
  const origin = chosen === undefined ? (inForce.origin ?? "default") : "chosen here";
  const why = origin === "default" ? "the newest that joblint knows" : origin;
  return { text: `Kubernetes ${versions}`, tooltip: `joblint checks for Kubernetes ${versions} (${why})` };
}

/** Fields that usually only Jobs and CronJobs have: OWN_FIELDS of joblint/manifests/relevance.py; a test compares. */
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

/** Whether the status bar is shown for a text: for any YAML, and for other texts with a Job or a part of one. */
export function concerns(language: string, text: string): boolean {
  return language === "yaml" || language === "helm" || KIND.test(text) || FIELD.test(text);
}
