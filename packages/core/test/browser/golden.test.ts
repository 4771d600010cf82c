import { describe, expect, test } from "vitest";
import { reference, wasm } from "../golden/backends.ts";
import { runGoldenFile } from "../golden/runner.ts";
import { GOLDEN_FILES } from "./golden-files.ts";

describe.each([reference, wasm(1)])("golden vectors in the browser on $name", (backend) => {
  test.each(Object.entries(GOLDEN_FILES))("%s", async (_, text) => {
    const outcomes = await runGoldenFile(text, [backend]);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter(({ status }) => status === "failed")).toEqual([]);
  });
});
