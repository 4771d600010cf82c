/** `myelin report`: a run's page again from what the run has recorded. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { folder, myelin, readJson, TINY, writeRecipe } from "./process.ts";

const page = join(folder, "run", "report.html");

beforeAll(async () => {
  writeRecipe("tiny.yaml", TINY.replace("everySteps: 4", "samples: 4").replace("epochs: 3", "epochs: 1"));
  expect((await myelin(["train", "tiny.yaml", "--out", "trained"])).code).toBe(0);
});

beforeEach(() => {
  rmSync(join(folder, "run"), { recursive: true, force: true });
  cpSync(join(folder, "trained"), join(folder, "run"), { recursive: true });
});

describe("myelin report", () => {
  it("draws the same page again, without data or checkpoint", async () => {
    const before = readFileSync(page, "utf8");
    rmSync(page);
    rmSync(join(folder, "run", "checkpoints"), { recursive: true });
    const { code, stdout, stderr } = await myelin(["report", "run"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "report: run/report.html\n", stderr: "" });
    expect(readFileSync(page, "utf8")).toBe(before);
    expect(before.match(/type="radio"/g)).toHaveLength(4);
  });

  it("says what is missing and how to record it again, which gives the same records", async () => {
    const names = ["sample.json", "confusion.json"];
    const before = names.map((name) => readJson("run", name));
    for (const name of names) rmSync(join(folder, "run", name));
    expect((await myelin(["report", "run"])).stdout).toBe(
      "not drawn: samples with spikes and potentials: sample.json is not there\n" +
        "not drawn: confusion matrix: confusion.json is not there\n" +
        "With the checkpoint and the test data there, record it with: npx myelin report run --record\n" +
        "report: run/report.html\n",
    );
    expect(await myelin(["report", "run", "--record"])).toMatchObject({
      code: 0,
      stdout: "report: run/report.html\n",
    });
    expect(names.map((name) => readJson("run", name))).toEqual(before);
  });

  it.each(["sample.json", "confusion.json"])(
    "refuses a %s of another run until it is recorded again",
    async (name) => {
      const other = { ...readJson("run", name), run: "0".repeat(64) };
      writeFileSync(join(folder, "run", name), JSON.stringify(other));
      const { code, stderr } = await myelin(["report", "run"]);
      expect(code).toBe(1);
      expect(stderr).toContain(
        `${name}: expected a record of the run in config.yaml, got one of another run.`,
      );
      expect((await myelin(["report", "run", "--record"])).code).toBe(0);
      expect(readJson("run", name)["run"]).not.toBe(other.run);
    },
  );

  it("counts in the matrix what the accuracy counts", () => {
    const { counts } = readJson("run", "confusion.json") as { counts: number[][] };
    const right = counts.reduce((sum, row, k) => sum + row[k]!, 0);
    expect(right / 300).toBe(readJson("run", "result.json")["testAccuracy"]);
    expect(counts.flat().reduce((sum, n) => sum + n, 0)).toBe(300);
  });

  it("escapes what a foreign sample.json says", async () => {
    const samples = JSON.stringify(readJson("run", "sample.json"));
    const foreign = samples.replaceAll(/"label":"\d"/g, '"label":"<script>alert(1)</script>"');
    writeFileSync(join(folder, "run", "sample.json"), foreign);
    expect((await myelin(["report", "run"])).code).toBe(0);
    expect(readFileSync(page, "utf8")).toContain("&lt;script&gt;");
    expect(readFileSync(page, "utf8")).not.toContain("<script");
  });

  it.each(["sample.json", "result.json", "confusion.json", "metrics.jsonl"])(
    "refuses a damaged %s in one line",
    async (name) => {
      writeFileSync(join(folder, "run", name), '{"steps":"<script>"}');
      const { code, stderr, stdout } = await myelin(["report", "run"]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^error: [^\n]*run\/\w+\.jsonl?[^\n]*: expected [^\n]*\n$/);
    },
  );

  it("needs the folder of a run, and for records one that has ended", async () => {
    expect((await myelin(["report", "nowhere"])).stderr).toBe(
      "error: nowhere: expected the folder of a run, got no such folder. Check the path.\n",
    );
    expect(existsSync(join(folder, "nowhere.lock"))).toBe(false);
    rmSync(join(folder, "run", "result.json"));
    expect((await myelin(["report", "run"])).code).toBe(0);
    expect((await myelin(["report", "run", "--record"])).stderr).toContain(
      "report --record: expected a run that has ended, got one without a result in run.",
    );
  });
});
