/** `myelin nir`: a run as a graph, what is in it, and how it does on data. */
import { beforeAll, describe, expect, it } from "vitest";
import { myelin, TINY, writeRecipe } from "./process.ts";

/** Images as constant currents, and neurons that NIR has. */
const LIF = TINY.replace("KLIF", "LIF")
  .replace("encoder: { type: poisson }\n", "")
  .replace("limitTest: 300", "limitTest: 60");

interface Result {
  readonly accuracy: number;
  readonly samples: number;
  readonly samplesPerSecond: number;
  readonly rule: string;
  readonly firingRate: { readonly layers: Readonly<Record<string, number>> };
}

describe("myelin nir", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    expect(await myelin(["train", writeRecipe("lif.yaml", LIF), "--out", "lif"])).toMatchObject({ code: 0 });
    expect(await myelin(["nir", "export", "lif", "graphs/lif.nir"])).toMatchObject({ code: 0, stderr: "" });
  }, 60_000);

  it("info says what was written", async () => {
    const { stdout } = await myelin(["nir", "info", "graphs/lif.nir"]);
    expect(stdout).toMatch(/LIF {2}\[\d+\] -> \[\d+\]/);
  });

  it("run has the accuracy of the network that was written", async () => {
    const steps = ["--steps", "4", "--limit", "60"];
    const run = await myelin([
      "nir",
      "run",
      "graphs/lif.nir",
      "--data",
      "mnist",
      ...steps,
      "--dt",
      "1e-4",
      "--json",
    ]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const result = JSON.parse(run.stdout) as Result;
    const { stdout } = await myelin(["eval", "lif", "--json"]);
    expect(result).toMatchObject({ samples: 60, accuracy: (JSON.parse(stdout) as Result).accuracy });
    expect(result.rule).toBe("dt 0.0001 s, forward Euler, fires at v >= v_threshold, reset to v_reset");
    expect(result.samplesPerSecond).toBeGreaterThan(0);
    expect(Object.keys(result.firingRate.layers).length).toBeGreaterThan(0);
  });

  it.each([
    [["run", "graphs/lif.nir", "--data", "mnst"], 'got "mnst". Did you mean mnist?'],
    [["run", "graphs/lif.nir", "--data", "cifar10", "--dt", "0"], "Expected a number above 0"],
    [["run", "none.nir", "--data", "mnist"], "none.nir"],
    [["export", "nothing", "x.nir"], "nothing: expected the folder of a run"],
  ])("%s fails in one line", async (args, message) => {
    const { code, stderr } = await myelin(["nir", ...args]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
