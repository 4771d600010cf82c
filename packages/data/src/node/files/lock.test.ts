import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFile, type Lock, type LockOwner } from "./index.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "myelin-lock-"));
  file = path.join(folder, "lock");
});

afterEach(() => rm(folder, { recursive: true }));

function held(result: Lock | { readonly owner: LockOwner }): Lock {
  if ("owner" in result) throw new Error(`held by ${result.owner.pid}`);
  return result;
}

it("is held by one, who can be named, until it is given back", async () => {
  const lock = held(await lockFile(file));
  expect(await lockFile(file)).toMatchObject({ owner: { pid: process.pid, host: hostname() } });
  await lock.release();
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
  held(await lockFile(file));
});

it("goes to one of many who ask at once", async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => lockFile(file)));
  expect(results.filter((result) => !("owner" in result))).toHaveLength(1);
});

it("is free once its process is gone; of many who see that, one gets it", async () => {
  const pid = spawnSync(process.execPath, ["-e", ""]).pid;
  const owner = { pid, host: hostname(), started: "1", since: "2026-01-01T00:00:00.000Z" };
  await writeFile(file, JSON.stringify(owner));
  const results = await Promise.all(Array.from({ length: 20 }, () => lockFile(file)));
  expect(results.filter((result) => !("owner" in result))).toHaveLength(1);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ pid: process.pid });
  expect(await readdir(folder)).toEqual(["lock"]);
});

it("is free when its process's number has gone to another one", async () => {
  const owner = { pid: process.pid, host: hostname(), started: "before", since: "2026-01-01T00:00:00.000Z" };
  await writeFile(file, JSON.stringify(owner));
  held(await lockFile(file));
});

it("of another machine is held: it cannot be told whether its process is gone", async () => {
  const owner = { pid: 1, host: "elsewhere", started: "1", since: "2026-01-01T00:00:00.000Z" };
  await writeFile(file, JSON.stringify(owner));
  expect(await lockFile(file)).toEqual({ owner });
});

it.each(["", "{", '{"pid":-1}'])("is free when its owner died while writing %j", async (text) => {
  await writeFile(file, text);
  await utimes(file, new Date(0), new Date(0));
  held(await lockFile(file));
});
