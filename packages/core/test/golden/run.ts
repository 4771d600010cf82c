/**
 * `npm run golden -- DIR`: runs the JSON files of a folder, one line per failing case, last line `N passed, N failed`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type GoldenBackend, reference, wasm } from "./backends.ts";
import { type Outcome, runGoldenFile } from "./runner.ts";

/** Runs all files of the folder and prints what came of it. Returns the exit code. */
export async function runFolder(folder: string, print: (line: string) => void): Promise<number> {
  const files = jsonFilesIn(folder);
  if (typeof files === "string") {
    print(files);
    print("0 passed, 1 failed");
    return 1;
  }
  const backends = [reference, wasm(1), wasm(2)];
  const outcomes: Outcome[] = [];
  for (const file of files) outcomes.push(...(await runFile(file, backends, print)));
  const count = (status: Outcome["status"]) => outcomes.filter((outcome) => outcome.status === status).length;
  print(`${count("passed")} passed, ${count("failed")} failed`);
  return count("failed") > 0 ? 1 : 0;
}

/** The JSON files of a folder, or what is wrong with it. */
function jsonFilesIn(folder: string): string[] | string {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    if (names.length > 0) return names.sort().map((name) => join(folder, name));
    return `golden: expected a folder with JSON files, got ${folder} with none.`;
  } catch (error) {
    return `golden: expected a folder, got ${folder}. ${(error as Error).message}`;
  }
}

async function runFile(
  path: string,
  backends: readonly GoldenBackend[],
  print: (line: string) => void,
): Promise<Outcome[]> {
  const name = basename(path);
  const outcomes = await readAndRun(path, backends);
  for (const outcome of outcomes) {
    if (outcome.status !== "failed") continue;
    const where = [name, outcome.case, outcome.backend && `[${outcome.backend}]`].filter(Boolean).join(" ");
    print(`FAILED ${where}: ${outcome.reason}`.replaceAll(/\s+/g, " "));
  }
  return outcomes;
}

async function readAndRun(path: string, backends: readonly GoldenBackend[]): Promise<Outcome[]> {
  try {
    return await runGoldenFile(readFileSync(path, "utf8"), backends);
  } catch (error) {
    return [{ status: "failed", case: "", backend: "", reason: (error as Error).message }];
  }
}
