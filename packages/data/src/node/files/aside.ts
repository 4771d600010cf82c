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

/** Removes what processes that are gone left aside in `folder`: for the place called `only`, or for all. */
export async function removeStaleAsides(folder: string, only?: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, place, owner] = /^(.+)\.(\d+)-\d+\.part$/.exec(name) ?? [];
    if (place === undefined || (only !== undefined && place !== only) || isRunning(Number(owner))) continue;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
