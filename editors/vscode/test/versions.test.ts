import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { concerns, short, shown } from "../src/versions";

const CHOICES = ["1.37", "1.36", "1.35", "1.34", "1.33", "1.32"];

suite("versions", () => {
  for (const [versions, expected] of [
    [["1.37"], "1.37"],
    [["1.36", "1.37"], "1.36, 1.37"],
    [["1.33", "1.34", "1.35"], "1.33–1.35"],
    [["1.35", "1.33", "1.34"], "1.33–1.35"],
    [["1.32", "1.34", "1.35", "1.36", "1.37"], "1.32, 1.34–1.37"],
    [["1.32", "1.34"], "1.32, 1.34"],
    [[], ""],
  ] as const) {
    test(versions.join(" "), () => {
      assert.equal(short(versions, CHOICES), expected);
    });
  }
});

suite("the status bar", () => {
  const inForce = { versions: ["1.33", "1.34", "1.35"], origin: ".joblint.yaml:2", choices: CHOICES };

  test("shows the versions that a text is checked for, and where they are set", () => {
    const tooltip = "joblint checks for Kubernetes 1.33–1.35 (.joblint.yaml:2)";
    assert.deepEqual(shown(inForce, undefined), { text: "Kubernetes 1.33–1.35", tooltip });
  });

  test("shows that the user chose them", () => {
    assert.match(shown(inForce, "1.33-1.35").tooltip, /\(chosen here\)$/);
  });

  test("shows that they are the default", () => {
    const { tooltip } = shown({ versions: ["1.37"], origin: "default", choices: CHOICES }, undefined);
    assert.match(tooltip, /1\.37 \(the newest that joblint knows\)$/);
  });

  for (const [language, text, expected] of [
    ["yaml", "", true],
    ["json", '{"kind": "CronJob"}', true],
    ["json", '{"kind": "JobSet"}', false],
    ["markdown", "```yaml\nkind: Job\n```", true],
    ["markdown", "```yaml\nspec:\n  completionMode: Indexd\n```", true],
    ["markdown", "Two completions of a kind of job", false],
    ["restructuredtext", "Example::\n\n  kind: Job\n", true],
    ["shellscript", "kind: cronjob", true],
    ["shellscript", "kubectl get jobs", false],
  ] as const) {
    test(`is ${expected ? "shown" : "hidden"} for ${language} ${JSON.stringify(text)}`, () => {
      assert.equal(concerns(language, text), expected);
    });
  }
});
