import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { answer, expand, forServer, SECTION } from "../src/settings";

interface Manifest {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
}

/** The settings as VS Code returns them if the user has set none: nested, with their defaults. */
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

suite("the settings sent to the server", () => {
  test("are only its own defaults if the user has set none", () => {
    assert.deepEqual(forServer(defaults()), { enable: true, unsafeFixes: true, workspaceDiagnostics: true });
  });

  test("are those that the user has set", () => {
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

  test("do not include those that only the extension needs", () => {
    assert.deepEqual(forServer({ path: "/a", interpreter: "/b", trace: { server: "verbose" } }), {});
  });

  test("are empty without settings", () => {
    assert.deepEqual([undefined, null, "", [], 1].map(forServer), [{}, {}, {}, {}, {}]);
  });
});

suite("an answer", () => {
  test("keeps what others requested, in the same order", () => {
    const items = [{ section: SECTION }, { section: "editor" }, {}];
    const said = [{ select: [] }, { select: [] }, { select: [] }];
    assert.deepEqual(answer(items, said), [{}, { select: [] }, { select: [] }]);
  });

  test("that is an error is passed on", () => {
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
