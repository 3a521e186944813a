import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { answer, expand, forServer, SECTION } from "../src/settings";

interface Manifest {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
}

/** The settings as VS Code gives them where the user has set none: nested, with their defaults. */
function defaults(): Record<string, unknown> {
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  const settings: Record<string, unknown> = {};
  for (const [name, { default: value }] of Object.entries(contributes.configuration.properties)) {
    const [section, first = "", second] = name.split(".");
    assert.equal(section, SECTION);
    settings[first] = second === undefined ? value : { [second]: value };
  }
  return settings;
}

suite("what the server is told", () => {
  test("of settings that nobody has set is no more than its own defaults", () => {
    assert.deepEqual(forServer(defaults()), { enable: true, unsafeFixes: true, workspaceDiagnostics: true });
  });

  test("of settings that somebody has set is what they say", () => {
    const some = {
      kubeVersion: ["1.29", "1.30"],
      featureGates: { JobManagedBy: false },
      fieldValidation: "warn",
      select: ["all"],
      extendSelect: ["advice"],
      ignore: ["missing-ttl"],
      severity: { "floating-image": "error" },
      exclude: ["vendor/"],
      enable: false,
      unsafeFixes: false,
    };
    assert.deepEqual(forServer({ ...defaults(), ...some }), { ...some, workspaceDiagnostics: true });
  });

  test("is nothing of what only the extension needs", () => {
    assert.deepEqual(forServer({ path: "/a", interpreter: "/b", trace: { server: "verbose" } }), {});
  });

  test("is nothing where there are no settings", () => {
    assert.deepEqual([undefined, null, "", [], 1].map(forServer), [{}, {}, {}, {}, {}]);
  });
});

suite("an answer", () => {
  test("keeps what others asked for, in its order", () => {
    const items = [{ section: SECTION }, { section: "editor" }, {}];
    const said = [{ select: [] }, { select: [] }, { select: [] }];
    assert.deepEqual(answer(items, said), [{}, { select: [] }, { select: [] }]);
  });

  test("that is an error stays one", () => {
    const error = new Error("no");
    assert.equal(answer([{ section: SECTION }], error), error);
  });
});

suite("a path", () => {
  for (const [path, folder, expected] of [
    ["~/a/joblint", "/work", "/home/me/a/joblint"],
    ["~", "/work", "/home/me"],
    ["~other/joblint", "/work", "~other/joblint"],
    ["${workspaceFolder}/.venv/bin/python", "/w$&k", "/w$&k/.venv/bin/python"],
    ["${workspaceFolder}/python", undefined, "${workspaceFolder}/python"],
    [" /a b ", "/work", "/a b"],
    ["", "/work", ""],
  ] as const) {
    test(`\`${path}\` in ${folder ?? "no folder"}`, () => {
      assert.equal(expand(path, "/home/me", folder), expected);
    });
  }
});
