// Bundles the extension into dist/extension.js, and copies the schema of .joblint.yaml next to it; with --tests, bundles
// every test into out/.
import { copyFileSync, readdirSync } from "node:fs";
import process from "node:process";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const entries = tests
  ? readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`)
  : ["src/extension.ts"];

await build({
  entryPoints: entries,
  outdir: tests ? "out" : "dist",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20", // what VS Code 1.91 brings
  external: ["vscode"],
  minify: !tests,
  sourcemap: tests ? "inline" : false,
  legalComments: tests ? "none" : "eof",
  logLevel: "warning",
});
if (!tests) {
  copyFileSync("../../schemas/config.schema.json", "dist/config.schema.json");
}
