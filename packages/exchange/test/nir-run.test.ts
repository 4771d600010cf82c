/** NIR graphs that run, against the same equations in Python (fixtures/make-nir-runs.py). */
import { createEngine, FormatError, noGrad, onWarning, tensor, type Engine } from "@myelin/core";
import type { SpikingNeuron } from "@myelin/core/neurons";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  importNir,
  readNir,
  type ImportNirOptions,
  type NirGraph,
  type NirMethod,
  type NirNode,
  type NirTool,
  type NirValue,
} from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

interface Run {
  readonly shape: readonly number[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const runs = JSON.parse(gunzipSync(checkpoint("nir-runs.json.gz")).toString()) as Record<string, Run>;
const warnings: string[] = [];
onWarning((message) => warnings.push(message));

async function withEngine<T>(
  backend: "wasm" | "reference",
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine({ seed: 1, backend });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
  expect(worst / largest).toBeLessThan(2e-5);
}

describe.each(["wasm", "reference"] as const)("importNir on %s", (backend) => {
  it.each(Object.entries(runs))("runs the graph of %s", async (name, { shape, inputs, outputs }) => {
    await withEngine(backend, async (engine) => {
      const network = await importNir(gunzipSync(checkpoint(`nir-${name}.nir.gz`)), { name });
      expectClose(await engine.step(() => network.forward(tensor(inputs, shape)).data()), outputs);
    });
  });

  it.each(Object.entries(runs))("streams the graph of %s", async (name, { shape, inputs }) => {
    await withEngine(backend, async (engine) => {
      const network = await importNir(gunzipSync(checkpoint(`nir-${name}.nir.gz`)), { name });
      const whole = await engine.step(() =>
        noGrad(engine, () => network.forward(tensor(inputs, shape))).data(),
      );
      const [steps = 0, batch = 0, ...input] = shape;
      const stream = network.eval().stream({ batch, input });
      const size = inputs.length / steps;
      const streamed: number[] = [];
      for (let t = 0; t < steps; t++) {
        streamed.push(...(await stream.step(inputs.slice(t * size, (t + 1) * size)).data()));
        if (t === 2) stream.restore(await stream.state());
      }
      expect(streamed.length).toBe(whole.length);
      stream.reset();
      const atOnce = [...(await stream.run(tensor(inputs, shape)).data())];
      for (const values of [streamed, atOnce]) {
        if (backend === "wasm") expect(values).toEqual([...whole]);
        else expectClose(values, [...whole]);
      }
    });
  });

  it.each(Object.entries(runs))(
    "runs the graph of %s in pieces",
    async (name, { shape, inputs, outputs }) => {
      await withEngine(backend, async (engine) => {
        const network = await importNir(gunzipSync(checkpoint(`nir-${name}.nir.gz`)), { name });
        const cut = 5 * (inputs.length / shape[0]!);
        const pieces = [inputs.slice(0, cut), inputs.slice(cut)];
        await engine.step(async () => {
          let state = {};
          const values: number[] = [];
          for (const piece of pieces) {
            const steps = (piece.length / inputs.length) * shape[0]!;
            const result = network.run({ input: tensor(piece, [steps, ...shape.slice(1)]) }, state);
            state = result.state;
            values.push(...(await result.outputs.output!.data()));
          }
          expectClose(values, outputs);
        });
      });
    },
  );
});

const floats = (...data: number[]): NirValue => ({ shape: [data.length], data: Float64Array.from(data) });
const node = (type: NirNode["type"], values: Record<string, NirValue>): NirNode => ({
  type,
  values: new Map(Object.entries(values)),
});
const cell = (values: Record<string, NirValue> = {}): NirNode =>
  node("LIF", { tau: floats(1e-3), r: floats(1), v_leak: floats(0), v_threshold: floats(1), ...values });

/** A graph of nodes one after the other, from an Input of one value. */
function chain(...nodes: readonly (NirNode | NirGraph)[]): NirGraph {
  const all = [node("Input", { shape: floats(1) }), ...nodes, node("Output", { shape: floats(1) })];
  const names = all.map((_, i) => `n${i}`);
  return {
    type: "NIRGraph",
    nodes: new Map(all.map((each, i) => [names[i]!, each])),
    edges: names.slice(1).map((name, i) => [names[i]!, name]),
  };
}

async function outputsOf(
  graph: NirGraph,
  inputs: number[],
  options: ImportNirOptions = {},
): Promise<number[]> {
  return withEngine("wasm", async (engine) => {
    const network = await importNir(graph, options);
    const x = tensor(inputs, [inputs.length, 1, 1]);
    return [...(await engine.step(() => network.forward(x).data()))];
  });
}

describe("the rule of a step", () => {
  const atThreshold = chain(node("IF", { r: floats(0.5), v_threshold: floats(1) }));

  it("fires at the threshold, or above it only", async () => {
    expect(await outputsOf(atThreshold, [1, 1, 1, 1])).toEqual([0, 1, 0, 1]);
    expect(await outputsOf(atThreshold, [1, 1, 1, 1], { fires: ">" })).toEqual([0, 0, 1, 0]);
    expect(await outputsOf(atThreshold, [1, 1, 1, 1], { as: "norse" })).toEqual([0, 0, 1, 0]);
    const threshold = chain(node("Threshold", { threshold: floats(1) }));
    expect(await outputsOf(threshold, [0, 1, 2])).toEqual([0, 1, 1]);
    expect(await outputsOf(threshold, [0, 1, 2], { fires: ">" })).toEqual([0, 0, 1]);
  });

  it("resets to v_reset, or subtracts", async () => {
    const graph = chain(node("IF", { r: floats(1), v_threshold: floats(1) }));
    expect(await outputsOf(graph, [1.75, 0.5, 0])).toEqual([1, 0, 0]);
    expect(await outputsOf(graph, [1.75, 0.5, 0], { reset: "subtract" })).toEqual([1, 1, 0]);
  });

  it("is forward Euler, exact, or decays exactly", async () => {
    const graph = chain(node("LI", { tau: floats(1e-3), r: floats(2), v_leak: floats(0.5) }));
    const [tau, dt, drive] = [1e-3, 2e-4, 2.5];
    const keep = Math.exp(-dt / tau);
    const of = (method: NirMethod) => outputsOf(graph, [1, 1], { dt, method });
    const expected = (rest: number, gain: number): number[] => [
      gain * drive,
      rest * gain * drive + gain * drive,
    ];
    for (const [method, rest, gain] of [
      ["euler", 1 - dt / tau, dt / tau],
      ["exponential", keep, 1 - keep],
      ["exponentialDecay", keep, dt / tau],
    ] as const) {
      (await of(method)).forEach((value, i) => expect(value).toBeCloseTo(expected(rest, gain)[i]!, 6));
    }
  });

  it("is said in words", async () => {
    await withEngine("wasm", async () => {
      const { description } = await importNir(atThreshold, { as: "sinabs", dt: 1e-3 });
      expect(description).toBe(
        "dt 0.001 s, exponential decay, fires at v >= v_threshold, v_threshold subtracted",
      );
    });
  });
});

describe("graphs", () => {
  it("lead through graphs in them", async () => {
    const twice = chain(node("Scale", { scale: floats(2) }));
    expect(await outputsOf(chain(twice, node("I", { r: floats(1) }), twice), [1, 2])).toEqual([4, 12]);
  });

  it("count an edge once and leave out loose ends, with a warning", async () => {
    const graph = chain(node("Scale", { scale: floats(3) }));
    const loose: NirGraph = {
      ...graph,
      nodes: new Map([...graph.nodes, ["loose", cell()]]),
      edges: [...graph.edges, graph.edges[0]!, ["n1", "loose"]],
    };
    warnings.length = 0;
    expect(await outputsOf(loose, [1], { name: "odd.nir" })).toEqual([3]);
    expect(warnings).toEqual([
      'importNir: odd.nir: expected each edge once, got "n0" to "n1" again. It counts once.',
      'importNir: odd.nir: expected nodes that lead to an Output node, got "loose". They are left out.',
    ]);
  });

  it("warn of steps that are longer than a time constant", async () => {
    warnings.length = 0;
    await outputsOf(chain(cell()), [1], { dt: 2e-3 });
    expect(warnings.join()).toMatch(/n1: expected steps no longer than tau, got dt 0\.002 s and 0\.001 s/);
  });

  it("with several inputs and outputs run by name", async () => {
    const [a, b] = [node("Input", { shape: floats(2) }), node("Input", { shape: floats(2) })];
    const nodes = new Map([
      ...Object.entries({ a, b, sum: node("Scale", { scale: floats(1, 10) }) }),
      ...Object.entries({
        all: node("Output", { shape: floats(2) }),
        first: node("Output", { shape: floats(2) }),
      }),
    ]);
    const edges = [
      ["a", "sum"],
      ["b", "sum"],
      ["sum", "all"],
      ["a", "first"],
    ] as const;
    await withEngine("wasm", async (engine) => {
      const network = await importNir({ type: "NIRGraph", nodes, edges });
      const x = tensor([1, 2], [1, 1, 2]);
      expect(() => network.forward(x)).toThrow("one input and one output, got 2 and 2. Call run({ a, b })");
      await engine.step(async () => {
        const { outputs } = network.run({ a: tensor([1, 2], [1, 1, 2]), b: tensor([3, 4], [1, 1, 2]) });
        expect([...(await outputs.all!.data()), ...(await outputs.first!.data())]).toEqual([4, 60, 1, 2]);
      });
      expect(() => network.run({ a: x })).toThrow("run.inputs.b: expected a sequence [T, B, 2], got none");
      expect(() => network.run({ a: x, b: tensor([1], [1, 1, 1]) })).toThrow("[T, B, 2], got [1, 1, 1]");
      expect(() => network.replaceChild("sum")).toThrow("a node of a graph");
    });
  });

  it.each<[string, NirGraph, RegExp]>([
    [
      "time constants of 0",
      chain(cell({ tau: floats(0) })),
      /n1 \(LIF\): expected time constants above 0 in tau, got 0/,
    ],
    ["numbers that are none", chain(cell({ r: floats(NaN) })), /finite numbers in r, got NaN at 0/],
    ["texts for numbers", chain(cell({ r: "one" })), /numbers in r, got "one"/],
    ["other shapes", chain(node("Scale", { scale: floats(1, 2, 3) })), /scale for neurons \[1\], got \[3\]/],
    [
      "negative delays",
      chain(node("Delay", { delay: floats(-1) })),
      /delays from 0 to 100000 steps.*got -1 s/,
    ],
    [
      "huge samples",
      {
        ...chain(cell()),
        nodes: new Map([
          ["n0", node("Input", { shape: floats(1e9) })],
          ["n1", cell()],
          ["n2", node("Output", { shape: floats(1) })],
        ]),
      },
      /at most 16777216 values/,
    ],
    [
      "no input",
      { type: "NIRGraph", nodes: new Map([["o", node("Output", { shape: floats(1) })]]), edges: [] },
      /an Input node, got none/,
    ],
    [
      "edges to an input",
      {
        ...chain(cell()),
        edges: [
          ["n0", "n1"],
          ["n1", "n2"],
          ["n1", "n0"],
        ],
      },
      /n0: expected no edge to an Input node, got one from "n1"/,
    ],
    [
      "graphs in them without values",
      { ...chain(chain(cell())), edges: [["n1", "n2"]] },
      /n1\/n0 \(Input\): expected an edge that brings values/,
    ],
    [
      "nodes without values",
      { ...chain(cell()), edges: [["n1", "n2"]] },
      /n1 \(LIF\): expected an edge that brings values/,
    ],
    [
      "weights of three axes",
      chain(node("Linear", { weight: { shape: [1, 1, 1], data: Float32Array.of(1) } })),
      /a weight of two axes, got \[1, 1, 1\]/,
    ],
  ])("with %s are refused", async (_, graph, message) => {
    await withEngine("wasm", async () => {
      await expect(importNir(graph)).rejects.toThrow(message);
      await expect(importNir(graph)).rejects.toThrow(FormatError);
    });
  });

  it("are asked for in words that are known", async () => {
    await withEngine("wasm", async () => {
      await expect(importNir(chain(cell()), { dt: 0 })).rejects.toThrow("importNir.dt: expected");
      await expect(importNir(chain(cell()), { as: "nest" as "nengo" })).rejects.toThrow(
        "importNir.as: expected",
      );
      await expect(importNir({} as NirGraph)).rejects.toThrow("a graph or the bytes of a file");
    });
  });
});

const data = process.env.MYELIN_DATA;
const traces = data === undefined ? undefined : join(data, "nir/paper/01_lif");

describe.skipIf(traces === undefined || !existsSync(traces))("the paper's LIF", () => {
  const published = (name: string): number[][] =>
    readFileSync(join(traces!, `lif_${name}.csv`), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(",").map(Number));

  /** The factor by which a tool's potentials are larger than NIR's. */
  const scales: Readonly<Partial<Record<NirTool, number>>> = { snntorch: 25, spinnaker2: 25, nengo: 10 };

  it.each<[NirTool, string, number]>([
    ["norse", "norse", 1e-7],
    ["snntorch", "snntorch", 1e-7],
    ["nengo", "nengo", 1e-7],
    ["sinabs", "sinabs", 1e-7],
    ["rockpool", "rockpool", 1e-7],
    // Fixed-point numbers on a chip.
    ["spinnaker2", "spinnaker2", 3e-5],
  ])("has the trace of %s", async (tool, name, tolerance) => {
    const rows = published(name);
    await withEngine("wasm", async (engine) => {
      const network = await importNir(readFileSync(join(traces!, "lif_norse.nir")), { as: tool });
      const neuron = network.layerOf("1") as SpikingNeuron;
      neuron.record = { potential: true };
      await engine.step(async () => {
        const spikes = network.forward(
          tensor(
            rows.map(([x = 0]) => Math.sign(x)),
            [rows.length, 1, 1],
          ),
        );
        expect([...(await spikes.data())]).toEqual(rows.map(([, , spike]) => spike));
        const potential = await neuron.lastPotential!.data();
        rows.forEach(([, v = 0], t) =>
          expect(Math.abs(potential[t]! - v / (scales[tool] ?? 1))).toBeLessThan(tolerance),
        );
      });
    });
  });

  it("fires where most simulators say, unless told", async () => {
    const inputs = published("exact").map(([x = 0]) => x);
    const spikes = await outputsOf(await readNir(readFileSync(join(traces!, "lif_norse.nir"))), inputs);
    expect(spikes.flatMap((spike, t) => (spike ? [t] : []))).toEqual([460, 510, 710, 760]);
  });
});
