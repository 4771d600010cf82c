// `npm run golden -- DIR`: runs every golden case in DIR on every backend, built from the present sources.
// One line per failing case, last line `N passed, N failed`; exit code 1 on a failure.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./lib/packages.mjs";

const FIXTURES = "packages/core/test/golden/fixtures";
const RUNNER = join(root, "packages/core/build/golden/run.js");

/**
 * Runs a Node program in the repository's root.
 *
 * @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
function runNode(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] }).status === 0;
}

/** Builds the library and the runner, which imports it as a user would. */
function build() {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  return runNode("packages/core/build-kernels.mjs") && runNode(compiler, "-b", "packages/core/test/golden");
}

/** @param {string} folder */
async function main(folder) {
  if (!build() || !existsSync(RUNNER)) {
    console.log("golden: expected the library to build, got errors. See `npm run build`.");
    console.log("0 passed, 1 failed");
    return 1;
  }
  /** @type {typeof import("../packages/core/test/golden/run.ts")} */
  const { runFolder } = await import(pathToFileURL(RUNNER).href);
  return runFolder(folder, (line) => console.log(line));
}

const [folder = join(root, FIXTURES)] = process.argv.slice(2);
process.exitCode = await main(resolve(folder));
