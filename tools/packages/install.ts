/**
 * Packs the packages and installs them for all tests of this folder:
 *
 *     FOLDER/tarballs/    what npm would publish
 *     FOLDER/app/         an empty project with the packages installed
 *     FOLDER/hosts/       the hosts that npm can bring
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { packageNames, root } from "../lib/packages.mjs";

/** Versions that were tried; the hosts change often. */
const HOSTS = ["node@24.21.0", "deno@2.9.6", "bun@1.4.5"];

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "myelin-packages-"));
  mkdirSync(path.join(folder, "tarballs"));
  for (const name of packageNames) {
    run(
      path.join(root, "packages", name),
      "npm",
      "pack",
      "--pack-destination",
      path.join(folder, "tarballs"),
    );
  }
  begin(path.join(folder, "app"));
  run(path.join(folder, "app"), "npm", "install", "--no-audit", "--no-fund", ...tarballs(folder));
  begin(path.join(folder, "hosts"));
  run(path.join(folder, "hosts"), "npm", "install", "--no-audit", "--no-fund", ...HOSTS);
  project.provide("packages", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The packed packages. */
export function tarballs(folder: string): string[] {
  return readdirSync(path.join(folder, "tarballs")).map((name) => path.join(folder, "tarballs", name));
}

/**
 * Runs a program in a folder.
 *
 * @returns what it printed
 * @throws with all that it printed if it fails
 */
export function run(folder: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function begin(folder: string): void {
  mkdirSync(folder);
  writeFileSync(path.join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
}
