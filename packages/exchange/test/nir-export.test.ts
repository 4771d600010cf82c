/** Networks as NIR graphs, and back. */
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  createEngine,
  DelayLinear,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  MaxPool2d,
  onWarning,
  PLIF,
  Recurrent,
  Residual,
  Sequential,
  tensor,
  Vote,
  type Engine,
  type Module,
} from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { CubaLIF } from "@myelin/core/neurons";
import { sparsify } from "@myelin/core/sparse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeNir, exportNir, importNir, readNir, type NirNode } from "../src/index.ts";

const warnings: string[] = [];
onWarning((message) => warnings.push(message));

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ seed: 3 });
});
afterAll(() => engine.dispose());

const STEPS = 12;

function spikes(...shape: number[]): Float32Array {
  let seed = 11;
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, STEPS * 2) }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32 < 0.4 ? 1 : 0;
  });
}

async function outputsOf(network: Module, input: readonly number[]): Promise<number[]> {
  const x = tensor(spikes(...input), [STEPS, 2, ...input]);
  return [...(await engine.step(() => network.eval().forward(x).data()))];
}

/** Through the graph, the bytes of its file and back. */
async function backAgain(network: Module, input: readonly number[]): Promise<Module> {
  const bytes = await encodeNir(await exportNir(network.eval(), { input }));
  return importNir(bytes);
}

const images = (): Sequential =>
  new Sequential(
    new Conv2d(2, 4, { kernelSize: 3, padding: 1, stride: 2 }),
    new BatchNorm(4),
    new LIF({ tau: 2, vReset: -0.2, vThreshold: 0.3 }),
    new Residual(
      new Sequential({
        conv: new Conv2d(4, 4, { kernelSize: [1, 3], groups: 2, bias: false, padding: 0 }),
        pool: new GlobalAvgPool2d(),
        grow: new Linear(4, 12),
      }),
      new Sequential(new AvgPool2d({ kernelSize: 2 }), new Flatten(), new Linear(16, 12)),
    ),
    new Dropout(0.5),
    new PLIF({ initTau: 3, decayInput: false, vThreshold: 0.4 }),
    new Vote(2),
  );

const NETWORKS: Readonly<Record<string, readonly [() => Module, readonly number[]]>> = {
  images: [images, [2, 8, 8]],
  "linear layers": [
    () =>
      new Sequential(
        new Linear(6, 9),
        new LIF({ tau: 4, decayInput: false }),
        new Recurrent(new IF({ vThreshold: 0.7 }), { features: 9 }),
        new Linear(9, 5, { bias: false }),
        new BatchNorm(5),
        new CubaLIF({ alpha: [0.2, 0.4, 0.5, 0.6, 0.8], beta: 0.7, vThreshold: 0.2 }),
        new Linear(5, 3),
        new LeakyIntegrator({ tau: 8 }),
      ),
    [6],
  ],
  "a current that is not divided": [
    () => new Sequential(new Linear(4, 3), new LeakyIntegrator({ tau: 3, decayInput: false })),
    [4],
  ],
  "a neuron alone": [() => new IF(), [5]],
  delays: [
    () =>
      new Sequential(
        new DelayLinear(5, 4, { maxDelay: 7, keepLength: true }),
        new IF({ vThreshold: 0.4 }),
        new DelayLinear(4, 3, { maxDelay: 5, keepLength: true, per: "axon", kernelCount: 2 }),
        new LeakyIntegrator(),
      ),
    [5],
  ],
};

describe("exportNir", () => {
  it.each(Object.entries(NETWORKS))("%s: the graph gives the same outputs", async (_, [make, input]) => {
    const network = make();
    const before = await outputsOf(network, input);
    expect(before.some((value) => value !== 0)).toBe(true);
    const after = await outputsOf(await backAgain(network, input), input);
    expect(after.length).toBe(before.length);
    after.forEach((value, i) => expect(Math.abs(value - before[i]!)).toBeLessThan(1e-5));
  });

  it("writes the zeros of sparse weights", async () => {
    const network = images();
    await sparsify(network, { density: 0.3 });
    const before = await outputsOf(network, [2, 8, 8]);
    expect(await outputsOf(await backAgain(network, [2, 8, 8]), [2, 8, 8])).toEqual(before);
  });

  it("takes the shape of a sample from the first layer, and keeps names", async () => {
    const graph = await exportNir(new Sequential({ fc: new Linear(3, 2), output: new IF() }), { dt: 1e-3 });
    expect([...graph.nodes.keys()]).toEqual(["input", "fc", "output_2", "output"]);
    expect(graph.edges).toEqual([
      ["input", "fc"],
      ["fc", "output_2"],
      ["output_2", "output"],
    ]);
    await expect(exportNir(new Sequential(new Conv2d(1, 1, { kernelSize: 1 })))).rejects.toThrow(
      "exportNir.input",
    );
    await expect(
      exportNir(new Sequential(new Conv2d(1, 1, { kernelSize: 1 })), { input: [4] }),
    ).rejects.toThrow("Sequential.0 (Conv2d), where samples are [4]");
  });

  it("gives time constants in seconds", async () => {
    const graph = await exportNir(new Sequential(new Linear(1, 1), new LIF({ tau: 5 })), { dt: 1e-3 });
    expect((graph.nodes.get("1") as NirNode).values.get("tau")).toEqual({
      shape: [1],
      data: Float64Array.of(0.005),
    });
  });

  it.each<[string, () => Module, string]>([
    ["KLIF", () => new KLIF(), "Sequential.1 (KLIF), whose scale is 1"],
    [
      "resets that subtract",
      () => new LIF({ vReset: null }),
      "Sequential.1 (LIF), which subtracts its threshold",
    ],
    ["MaxPool2d", () => new MaxPool2d({ kernelSize: 2 }), "Sequential.1 (MaxPool2d)"],
  ])("refuses %s by name, or takes the nearest node", async (_, make, message) => {
    const network = new Sequential(new Conv2d(1, 1, { kernelSize: 1 }), make());
    const input = [1, 4, 4];
    await expect(exportNir(network, { input })).rejects.toThrow(UnsupportedError);
    await expect(exportNir(network, { input })).rejects.toThrow(message);
    warnings.length = 0;
    await exportNir(network, { input, approximate: true });
    expect(warnings.join()).toContain("exportNir: expected");
  });

  it("refuses normalisation without weights before it, and delays that lengthen", async () => {
    const [norm, delays] = [
      new Sequential(new IF(), new BatchNorm(3)),
      new DelayLinear(2, 2, { maxDelay: 3 }),
    ];
    await expect(exportNir(norm, { input: [3] })).rejects.toThrow("no weights directly before it");
    await expect(exportNir(delays)).rejects.toThrow("lengthens sequences. Set `keepLength`");
  });

  it("gives an imported graph back with the weights of now", async () => {
    const graph = await readNir(await encodeNir(await exportNir(new Sequential(new Linear(2, 2), new IF()))));
    const network = await importNir(graph);
    expect(await exportNir(network)).toEqual(graph);
    (network.layerOf("0") as Linear).weight.set([1, 2, 3, 4]);
    const changed = (await exportNir(network)).nodes.get("0") as NirNode;
    expect(changed.values.get("weight")).toEqual({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    expect(changed.values.get("bias")).toEqual((graph.nodes.get("0") as NirNode).values.get("bias"));
  });
});
