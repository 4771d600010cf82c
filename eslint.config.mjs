import { defineConfig, globalIgnores } from "eslint/config";
import regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

/**
 * Rules that need no type information: for every file.
 *
 * @type {import("eslint").Linter.RulesRecord}
 */
const everywhere = {
  eqeqeq: "error",
  "no-constant-binary-expression": "error",
  "no-debugger": "error",
  "no-else-return": "error",
  "no-fallthrough": "error",
  "no-self-assign": "error",
  "no-unreachable": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
};

/** @type {import("eslint").Linter.RulesRecord} */
const typed = {
  "@typescript-eslint/consistent-type-imports": "error",
  "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
  "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
  // Interfaces such as the data readers are asynchronous for those implementations that must be.
  "@typescript-eslint/require-await": "off",
  // Objects of functions are passed around here, none of which uses `this`.
  "@typescript-eslint/unbound-method": "off",
};

export default defineConfig(
  globalIgnores(["**/dist/", "**/*.generated.ts", "**/*.d.ts", "packages/core/build/", "docs/api/", "runs/"]),
  {
    files: ["**/*.{ts,mjs,js}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    ignores: ["packages/core/assembly/**"],
    languageOptions: {
      parserOptions: { project: "./tsconfig.check.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: { ...everywhere, ...typed },
  },
  {
    // Expressions meet headers and texts of strangers: none may take more than linear time.
    files: ["packages/*/src/**/*.ts", "tools/**/*.mjs"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": ["error", { report: "potential" }],
    },
  },
  {
    // AssemblyScript: TypeScript's syntax, but not its types.
    files: ["packages/core/assembly/**/*.ts"],
    extends: [tseslint.configs.base],
    rules: { ...everywhere, "prefer-const": "off", "prefer-template": "off", eqeqeq: "off" },
  },
  {
    files: ["packages/core/src/**/*.ts", "packages/data/src/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "max-lines-per-function": ["warn", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // JavaScript tools have their types in comments; what JSON.parse returns stays loose there.
    files: ["**/*.{mjs,js}"],
    rules: {
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
