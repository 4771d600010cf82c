import { onWarning } from "@myelin/core";
import { afterEach, expect, it } from "vitest";
import { RunFolder } from "./folder.ts";
import { forReport } from "./for-report.ts";

const before = onWarning(() => undefined);
afterEach(() => onWarning(before));

it("turns what goes wrong in a report into a warning that says how to draw it again", async () => {
  const said: string[] = [];
  onWarning((message) => said.push(message));
  const folder = new RunFolder("runs/digits");
  expect(await forReport(folder, "report.html", () => 3)).toBe(3);
  const failing = (): never => {
    throw new RangeError("no pixels.");
  };
  expect(await forReport(folder, "report.html", failing)).toBeUndefined();
  expect(said).toEqual([
    expect.stringMatching(
      /^.*digits: the run is saved, but the report lacks report.html: no pixels\. Draw it again with: npx myelin report .*digits --record$/,
    ),
  ]);
});
