/** `myelin neuron`: the list, the pictures, the equations, and what it says of wrong names. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ZOO } from "@myelin/core/neurons";
import { describe, expect, it, test } from "vitest";
import { folder, myelin, TINY } from "./process.ts";

const read = (...names: string[]): string => readFileSync(join(folder, ...names), "utf8");

const ADAPTIVE = `equations: |
  h = v + (x - v) / tau
  s = spike(h - (1 + beta * a))
  v = h * (1 - s)
  a = a + (s - a) / tauA
state: { v: 0, a: 0 }
parameters: { tau: 2, beta: 0.2, tauA: { learnable: 20, per: channel } }
surrogate: { type: atan }
`;

test("without a name it lists all neurons", async () => {
  const { code, stdout } = await myelin(["neuron"]);
  expect(code).toBe(0);
  const names = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  expect(names).toEqual(["IF", "LIF", "PLIF", "KLIF", "ALIF", "LeakyIntegrator", ...Object.keys(ZOO)]);
});

test("a neuron is drawn for each input, and its equations are printed with their backward pass", async () => {
  const { code, stdout, stderr } = await myelin(["neuron", "izhikevich", "--out", "pictures"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("  v[t] = h2 * (1 - s) + c * s\n");
  expect(stdout).toContain("    da += dw * (b * h2 - u[t-1])\n");
  const files = ["Izhikevich-ramp.svg", "Izhikevich-spikes.svg", "Izhikevich-step.svg", "Izhikevich.html"];
  expect(readdirSync(join(folder, "pictures")).sort()).toEqual(files);
  for (const file of files) {
    const text = read("pictures", file);
    expect(text).not.toMatch(/NaN|undefined|https?:\/\/(?!www\.w3\.org)/);
    if (file.endsWith("svg")) expect(text).toMatch(/^<svg .*<title>Izhikevich: response to a .*<\/svg>\s*$/s);
  }
  expect(read("pictures", "Izhikevich.html")).toContain("dw += du[t]");
});

test.each([
  ["PLIF", "  h = v[t-1] + (x[t] - (v[t-1] - vReset)) * sigmoid(w)\n"],
  ["KLIF", "    dk += "],
  ["ALIF", "  a[t] = rho * a[t-1] + (1 - rho) * s\n"],
  ["LeakyIntegrator", "    dv[t-1] += dv[t] - dv[t] / tau\n"],
])("%s prints its equations as those of the zoo", async (name, line) => {
  const { code, stdout } = await myelin(["neuron", name, "--drive", "step", "--out", "built-in"]);
  expect(code).toBe(0);
  expect(stdout).toContain(line);
});

test.each(["IF", "leaky-integrator", "sigma_delta", "Synaptic"])(
  "%s is known, however it is spelt",
  async (name) => {
    const { code, stdout } = await myelin([
      "neuron",
      name,
      "--drive",
      "step",
      "--steps",
      "40",
      "--out",
      "known",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/drawn: known.*-step\.svg\n$/);
  },
);

describe("options", () => {
  const spikesOf = async (...args: string[]): Promise<number> => {
    const { stdout } = await myelin(["neuron", ...args, "--drive", "step", "--json"]);
    const { responses } = JSON.parse(stdout) as { responses: { output: number[] }[] };
    expect(responses).toHaveLength(1);
    return responses[0]!.output.filter((value) => value !== 0).length;
  };

  it("change parameters, the current and the length", async () => {
    const usual = await spikesOf("izhikevich");
    expect(await spikesOf("izhikevich", "--set", "set=fastSpiking")).toBeGreaterThan(usual);
    expect(await spikesOf("izhikevich", "--current", "20")).toBeGreaterThan(usual);
    expect(await spikesOf("izhikevich", "--steps", "100")).toBeLessThan(usual);
  });
});

test("--out may be a single picture", async () => {
  const args = ["neuron", "brf", "--drive", "step", "--out", "one/brf.svg"];
  expect((await myelin(args)).code).toBe(0);
  expect(readdirSync(join(folder, "one"))).toEqual(["brf.svg"]);
  const { stderr } = await myelin(["neuron", "brf", "--out", "one/brf.svg"]);
  expect(stderr).toContain("neuron --out: expected one --drive for a picture, got step ramp spikes.");
});

describe("a file", () => {
  it("may hold a neuron alone", async () => {
    writeFileSync(join(folder, "adaptive.yaml"), ADAPTIVE);
    const { code, stdout } = await myelin(["neuron", "adaptive.yaml", "--out", "own"]);
    expect(code).toBe(0);
    expect(stdout).toContain("    dtauA += -(da[t] / tauA * ((s - a[t-1]) / tauA))\n");
    expect(existsSync(join(folder, "own/adaptive.html"))).toBe(true);
  });

  it("may be a recipe", async () => {
    writeFileSync(join(folder, "net.yaml"), TINY.replace("{ type: KLIF }", "resonate-and-fire"));
    const { code, stdout } = await myelin(["neuron", "net.yaml", "--set", "omega=9", "--out", "net"]);
    expect([code, stdout.split("\n")[0]]).toEqual([
      0,
      "net: resonate-and-fire. Izhikevich, Neural Networks 14, 2001",
    ]);
  });
});

describe("mistakes are told in one line:", () => {
  test.each<[string, string[], string]>([
    [
      "a wrong name",
      ["izhikevitch"],
      'neuron: expected the name of a neuron, or a YAML file with one, got "izhikevitch". Did you mean Izhikevich?',
    ],
    ["a name like none", ["qqqqqqqqqqqqqqqqqqqqqqqq"], "List them with: npx myelin neuron"],
    ["a missing file", ["none.yaml"], "none.yaml: expected a neuron, got no such file."],
    ["a wrong option", ["brf", "--set", "omgea=2"], 'omgea: unknown key "omgea". Did you mean omega?'],
    [
      "a wrong value",
      ["brf", "--set", "omega=two"],
      "omega: expected a number or a list or a section with keys",
    ],
    ["no option to set", ["leaky-integrator", "--set", "tau=3"], "expected no --set with it"],
    [
      "values for more neurons than one",
      ["brf", "--set", "omega=[1,2]"],
      "BRF.omega: expected 1 value, one per channel, got [2]",
    ],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await myelin(["neuron", ...args, "--out", "wrong"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each<[string, string, string]>([
    ["an unknown name", "s = spike(u)", "line 1, column 11: expected a name that is known here"],
    ["an unknown function", "s = spike(v)\nv = sigmod(x)", "Did you mean sigmoid?"],
    ["a wrong number of operands", "s = spike(v)\nv = min(x)", "expected 2 operands of min, got 1"],
    ["a state that is never assigned", "s = spike(v + x)", "a line that assigns the state v"],
    ["a division by zero", "s = spike(v)\nv = x / 0", "expected a divisor other than 0"],
    [
      "10,000 parentheses",
      `s = spike(v)\nv = ${"(".repeat(10_000)}x${")".repeat(10_000)}`,
      "at most 100 levels of nesting",
    ],
    ["a text of 60 kB", `s = spike(v)\nv = x${" ".repeat(60_000)}`, "at most 50000 characters"],
    ["a text of 1 MB", "s = spike(v)\nv = v + x\n".repeat(50_000), "at most 65536 bytes"],
  ])("equations with %s", async (_, equations, message) => {
    const lines = equations.split("\n").map((line) => `  ${line}`);
    writeFileSync(join(folder, "bad.yaml"), `equations: |\n${lines.join("\n")}\nstate: { v: 0 }\n`);
    const begin = performance.now();
    const { code, stderr } = await myelin(["neuron", "bad.yaml"]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(performance.now() - begin).toBeLessThan(20_000);
  });
});

test("--json gives every definition, from which golden cases are made", async () => {
  const { stdout } = await myelin(["neuron", "--json"]);
  const all = JSON.parse(stdout) as { name: string; equations?: string; parameters?: object }[];
  const brf = all.find(({ name }) => name === "BRF");
  expect(brf).toMatchObject({ outputs: ["s"], parameters: { omega: { value: 10 } } });
  expect(all.filter(({ equations }) => equations !== undefined)).toHaveLength(Object.keys(ZOO).length);
});
