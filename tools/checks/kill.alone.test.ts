import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../lib/packages.mjs";

it("work that is killed a few times ends in the bits of work that is not", () => {
  const said = execFileSync(process.execPath, [join(root, "tools/kill.mjs"), "--times", "6"], {
    encoding: "utf8",
  });
  expect(said.trim().split("\n").at(-1)).toBe("2 passed, 0 failed");
}, 300_000);
