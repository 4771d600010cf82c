// Builds what the tests need, runs them all and closes with one line to count by: `N passed, N failed`.
// Arguments go to Vitest: `npm test -- packages/data`, `npm test -- --project node`.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "./lib/chromium.mjs";
import { root } from "./lib/packages.mjs";

const BROWSER_TESTS = join(root, "packages/core/test/browser");

/**
 * Runs a command in the repository's root, its output passed on.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/**
 * Runs Vitest and reads its report.
 *
 * @param {string[]} args
 */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "myelin-test-"));
  const report = join(folder, "report.json");
  try {
    const ok = run("npx", [
      "vitest",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ]);
    const counts = existsSync(report)
      ? countTests(JSON.parse(readFileSync(report, "utf8")))
      : { passed: 0, failed: 0, skipped: 0 };
    // A file that cannot be loaded or an unhandled rejection fails the run without failing a test.
    return { ...counts, failed: ok ? counts.failed : Math.max(counts.failed, 1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *           testResults: { status: string, assertionResults: unknown[] }[] }} report
 */
function countTests(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Test files that need Chromium where there is none: each runs twice, with threads and without. */
function filesWithoutBrowser() {
  if (findChromium() || !existsSync(BROWSER_TESTS)) return 0;
  const files = readdirSync(BROWSER_TESTS).filter((name) => name.endsWith(".test.ts"));
  console.log(`Browser tests skipped: no Chromium found. Install it, or set CHROMIUM to its path.`);
  return 2 * files.length;
}

const built = run("npm", ["run", "--silent", "build"]);
const { passed, failed, skipped } = built
  ? runTests(process.argv.slice(2))
  : { passed: 0, failed: 1, skipped: 0 };
const allSkipped = skipped + filesWithoutBrowser();
console.log(`${passed} passed, ${failed} failed${allSkipped ? `, ${allSkipped} skipped` : ""}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
