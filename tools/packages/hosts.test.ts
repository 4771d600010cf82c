import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, inject, it } from "vitest";
import { run } from "./install.ts";

const folder = inject("packages");
const app = path.join(folder, "app");
const host = (name: string): string => path.join(folder, "hosts/node_modules/.bin", name);

const PROGRAM = `
import { createEngine, KLIF, Linear, RepeatOverTime, Sequential, tensor } from "myelin";

const engine = await createEngine({ seed: 1, wasm: { threads: 2 } });
const network = new Sequential(new Linear(2, 16), new RepeatOverTime(8), new KLIF());
const spikes = await engine.step(() => network.forward(tensor([[3, -2]])).data());
await engine.dispose();
console.log(engine.backend.description);
console.log("spikes " + spikes.length + " " + spikes.reduce((sum, spike) => sum + spike));
`;

const HDF5 = `
import { readFileSync } from "node:fs";
import { readSpikes, readSpikesFile, spikeDataset, writeSpikesFile } from "myelin";

const options = { name: "spikes", classNames: ["a", "b"] };
const written = { labels: [0, 1], units: 3, times: new Float32Array([0, 0.5]), unitIds: new Uint16Array([1, 2]) };
await writeSpikesFile("spikes.h5", spikeDataset({ ...options, ...written, offsets: new Uint32Array([0, 1, 2]) }));
const onDisk = await readSpikesFile("spikes.h5", options);
const inMemory = await readSpikes(readFileSync("spikes.h5"), options);
console.log([onDisk, inMemory].map(({ count, unitIds }) => count + " samples, units " + unitIds).join("; "));
`;

const HOSTS: readonly (readonly [string, string, ...string[]])[] = [
  ["Node 20 or the version at hand", process.execPath],
  ["Node 24", host("node")],
  ["Deno", host("deno"), "run", "--allow-all"],
  ["Bun", host("bun")],
];

describe.each(HOSTS)("in %s", (name, program, ...first) => {
  it("a program runs on two threads", () => {
    writeFileSync(path.join(app, "program.mjs"), PROGRAM);
    const lines = run(app, program, ...first, "program.mjs")
      .trim()
      .split("\n");
    expect(lines[0]).toMatch(/^WebAssembly, .*2 threads$/);
    expect(lines[1]).toBe(run(app, process.execPath, "program.mjs").trim().split("\n")[1]);
  });

  it("HDF5 files are written, and read from the disk and from memory", () => {
    writeFileSync(path.join(app, "hdf5.mjs"), HDF5);
    expect(run(app, program, ...first, "hdf5.mjs").trim()).toBe("2 samples, units 1,2; 2 samples, units 1,2");
  });

  it("the command line trains a recipe that it brings along", () => {
    const out = `runs/${name.replaceAll(" ", "-")}`;
    const small = ["--set", "epochs=1", "--set", "data.limit=2000", "--out", out, "--json"];
    const printed = run(
      app,
      program,
      ...first,
      "node_modules/myelin/bin/myelin.js",
      "train",
      "quickstart",
      ...small,
    );
    const result = JSON.parse(printed.trim().split("\n").at(-1)) as { kind: string; testAccuracy: number };
    expect(result.kind).toBe("result");
    expect(result.testAccuracy).toBeGreaterThan(0.2);
    expect(readFileSync(path.join(app, out, "report.html"), "utf8")).toContain("<svg");
  });
});

it("Node 24 computes with 256 bits when asked to", () => {
  const program = `import { createEngine } from "myelin";
    const engine = await createEngine({ wasm: { threads: 2, wide: true } });
    console.log(engine.backend.description);
    await engine.dispose();`;
  writeFileSync(path.join(app, "wide.mjs"), program);
  expect(run(app, host("node"), "wide.mjs")).toContain("of 256 bits");
});

describe("the command line, installed", () => {
  const myelin = (...args: string[]): string => run(app, path.join(app, "node_modules/.bin/myelin"), ...args);

  it("lists recipes and copies one, but over nothing", () => {
    expect(myelin("recipes")).toMatch(/^quickstart +\S/m);
    expect(myelin("recipes", "shd-delays", "mine")).toContain("mine/shd-delays.yaml");
    expect(existsSync(path.join(app, "mine/shd-delays.yaml"))).toBe(true);
    expect(() => myelin("recipes", "shd-delays", "mine")).toThrow("expected a name that is free");
    expect(() => myelin("recipes", "quikstart")).toThrow("Did you mean quickstart?");
    expect(() => myelin("train", "recipes/quickstart.yaml")).toThrow("npx myelin train quickstart");
  });
});
