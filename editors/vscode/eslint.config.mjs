import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "out/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["suite", "test"] }] },
      ],
    },
  },
  {
    files: ["e2e/**"],
    languageOptions: {
      sourceType: "commonjs",
      globals: Object.fromEntries(
        ["URL", "URLSearchParams", "__dirname", "console", "process", "require", "setTimeout"].map((name) => [name, "readonly"]),
      ),
    },
  },
);
