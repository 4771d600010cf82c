import { FormatError, MyelinError, Random } from "@myelin/core";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RESULT, RUNS } from "../../test/report-records.ts";
import { formatRecipe } from "../recipe/index.ts";
import { renderReport } from "../report/index.ts";
import { RunFolder } from "../run/folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "myelin-record-"));
  await writeFile(join(folder, "config.yaml"), formatRecipe(RUNS.plain.recipe));
  await write("result.json", RESULT);
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, record: unknown): Promise<void> {
  await writeFile(join(folder, name), typeof record === "string" ? record : JSON.stringify(record));
}

function failure(): Promise<unknown> {
  return new RunFolder(folder).record().catch((error: unknown) => error);
}

const [sample] = RUNS.plain.samples.samples;

describe("records of a run", () => {
  it.each<[string, unknown, string]>([
    [
      "sample.json",
      "{",
      'sample.json: expected JSON, got "{". The file is damaged or not of this run: remove it.',
    ],
    ["sample.json", "[]", "sample.json: expected a section with keys, got []."],
    ["sample.json", "null", "sample.json: expected a section with keys, got null."],
    ["sample.json", { samples: [{ ...sample, steps: "6" }] }, 'samples.0.steps: expected a number, got "6".'],
    ["sample.json", { ...sample, steps: 1e12 }, "samples.0.steps: expected a number of at most 1000000, got"],
    [
      "sample.json",
      { samples: [{ ...sample, image: { channels: 1, height: 9, width: 9, pixels: [1] } }] },
      "samples.0.image: expected as many numbers as height and width say, got",
    ],
    [
      "sample.json",
      { version: 7, samples: [] },
      "expected a record of version 1 or earlier, got version 7. Update",
    ],
    ["result.json", { ...RESULT, testAccuracy: 7 }, "testAccuracy: expected a number of at most 1, got 7."],
    ["result.json", { name: "other" }, "result.json: testAccuracy: expected a number, got nothing."],
    ["confusion.json", { classNames: ["a"], counts: [[1, 2]] }, "expected a row and a column for each class"],
    [
      "pictures.json",
      { delays: [{ name: "a", before: [1], after: [] }] },
      "delays.0: expected counts of as many delays",
    ],
    [
      "metrics.jsonl",
      '{"kind":"epoch","epoch":1}\n',
      "metrics.jsonl:1: step: expected a number, got nothing.",
    ],
    ["metrics.jsonl", '{"kind":"other"}\n', "metrics.jsonl:1: kind: expected one of epoch, steps"],
  ])("%s that does not fit is refused in one line, with the place: %#", async (name, record, message) => {
    await write(name, record);
    const error = await failure();
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("\n");
  });

  it("refuses what is no file, or far too long", async () => {
    await mkdir(join(folder, "sample.json"));
    expect(((await failure()) as Error).message).toContain(
      "sample.json: expected a record of the run, got a folder.",
    );
  });

  it("takes sample.json of earlier versions, which hold one sample", async () => {
    await write("sample.json", { label: "7", predicted: "1", steps: 6, layers: sample!.layers });
    const { samples } = await new RunFolder(folder).record();
    expect(samples?.samples).toHaveLength(1);
  });

  it("gives an error of ours or a page, whatever is changed in a file", { timeout: 120_000 }, async () => {
    const random = new Random(1);
    const files = { "sample.json": RUNS.attention.samples, "confusion.json": RUNS.plain.confusion };
    const outcomes = new Set<string>();
    for (let n = 0; n < 60; n++) {
      for (const [name, record] of Object.entries(files)) {
        await write(
          name,
          changed({ ...record, ...("samples" in record && { samples: record.samples.slice(0, 1) }) }, random),
        );
        const found = await failure();
        outcomes.add(found instanceof Error ? "error" : "page");
        if (found instanceof Error) expect(found).toBeInstanceOf(MyelinError);
        else if (n % 8 === 0) expect(renderReport(found as typeof RUNS.plain)).toContain("</html>");
        await write(name, record);
      }
    }
    expect(outcomes).toEqual(new Set(["error", "page"]));
  });
});

const ODD = [null, -1, 0, 1e300, "", "x", [], {}, true, 3.5, [[]], { label: 1 }];

/** The record with one value somewhere in it changed or gone. */
function changed(record: unknown, random: Random): unknown {
  const copy = structuredClone(record) as Record<string, unknown>;
  let at = copy;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[random.integer(keys.length)] ?? "";
    const inner = at[key];
    if (
      typeof inner === "object" &&
      inner !== null &&
      Object.keys(inner).length > 0 &&
      random.uniform() < 0.8
    ) {
      at = inner as Record<string, unknown>;
      continue;
    }
    if (random.uniform() < 0.2) delete at[key];
    else at[key] = ODD[random.integer(ODD.length)];
    return copy;
  }
}
