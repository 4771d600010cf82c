/** Sweeps through the command line: stopped, killed, gone on with. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ended, folder, myelin, readJson, readLines, start, TINY, writeRecipe } from "./process.ts";

writeRecipe("tiny.yaml", TINY.replace("epochs: 3", "epochs: 2"));

function writeSweep(name: string, text: string): string {
  writeFileSync(join(folder, name), `recipe: tiny.yaml\n${text}`);
  return name;
}

/** Numbers of the processes that a process has started. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition() && i < 2000; i++) await pause(10);
  expect(condition()).toBe(true);
}

describe("a sweep that is killed", () => {
  it.skipIf(process.platform !== "linux")(
    "goes on, every run once, to the results of one that was not",
    async () => {
      const file = writeSweep("killed.yaml", "settings: { optimizer.lr: [0.01, 0.02] }\nseeds: 2\n");
      const args = ["sweep", file, "--jobs", "2"];
      const log = join(folder, "runs/killed/sweep.jsonl");
      const first = start(args);
      const gone = ended(first);
      await until(() => existsSync(log));
      // One process of the pool, then the whole sweep; the other process saves its run and leaves.
      process.kill(childrenOf(first.pid!)[0]!, "SIGKILL");
      await until(() => readFileSync(log, "utf8").split("\n").length > 1);
      first.kill("SIGKILL");
      await gone;
      const { code, stdout } = await myelin(args);
      expect(code).toBe(0);
      expect(stdout).toContain("best: ");
      const lines = readLines("runs/killed/sweep.jsonl");
      expect(lines).toHaveLength(4);
      expect(new Set(lines.map(({ run }) => run)).size).toBe(4);
      expect(lines.every(({ state }) => state === "finished")).toBe(true);
      expect(readdirSync(join(folder, "runs/killed/runs")).filter((name) => name.endsWith(".lock"))).toEqual(
        [],
      );

      const text = readFileSync(join(folder, "runs/killed/best.yaml"), "utf8");
      const [, place] = /It is (runs\/\w+)/.exec(text) ?? [];
      const { result } = lines.find((line) => line["folder"] === place) as {
        result: Record<string, unknown>;
      };
      await myelin(["train", "runs/killed/best.yaml", "--out", "best"]);
      const again = readJson("best", "result.json");
      expect([again["testLoss"], again["run"]]).toEqual([result["testLoss"], result["run"]]);
    },
  );
});

describe("a sweep with a run that cannot be", () => {
  it("records it, makes the others, and tries again when asked to", async () => {
    const file = writeSweep(
      "failing.yaml",
      "settings: { batchSize: [20, 1000] }\nsearch: { type: halving, rungs: [1], keep: 0.5 }\n",
    );
    const first = await myelin(["sweep", file]);
    expect(first.stdout).toMatch(
      /batchSize 1000 {2}seed 3 {2}failed: .*expected batchSize from 1 to the \d+ samples/,
    );
    const states = (): unknown[] => readLines("runs/failing/sweep.jsonl").map(({ state }) => state);
    expect(states().sort()).toEqual(["failed", "finished"]);
    expect(
      readLines("runs/failing/sweep.jsonl").find(({ rungs }) => rungs !== undefined)?.["rungs"],
    ).toHaveProperty("1");
    await myelin(["sweep", file]);
    expect(states()).toHaveLength(2);
    await myelin(["sweep", file, "--retry"]);
    expect(states()).toHaveLength(3);
  });

  it("is refused in the folder of another sweep", async () => {
    const file = writeSweep("failing.yaml", "settings: { batchSize: [20], epochs: 1 }\n");
    const { code, stderr } = await myelin(["sweep", file]);
    expect(stderr).toMatch(/^error: runs\/failing: expected the runs of failing\.yaml, .*--out\.\n$/);
    expect(code).toBe(1);
  });
});
