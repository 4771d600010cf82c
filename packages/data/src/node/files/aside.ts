import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { isRunning } from "./processes.ts";

let counter = 0;

/**
 * The name beside `place` under which it is made: nobody else, in this process or another, has the same.
 * `<name>.<process>-<number>.part`
 */
export function asideOf(place: string): string {
  counter++;
  return `${path.resolve(place)}.${process.pid}-${counter}.part`;
}

/** Removes what processes that are gone left aside for `place`. */
export async function removeStaleAsides(place: string): Promise<void> {
  const folder = path.dirname(path.resolve(place));
  const prefix = `${path.basename(place)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const [, owner] = /^(\d+)-\d+\.part$/.exec(name.slice(prefix.length)) ?? [];
    if (owner === undefined || isRunning(Number(owner))) continue;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
