import { describe, expect, it } from "vitest";
import {
  Conv2d,
  DelayLinear,
  Flatten,
  Linear,
  Module,
  Random,
  Residual,
  Sequential,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { decodeSafetensors } from "../../src/entries/io.ts";
import {
  exportDense,
  SparseConv2d,
  SparseDelayLinear,
  sparseLayers,
  SparseLinear,
  sparsify,
} from "../../src/entries/sparse.ts";
import { withEngine } from "../support/engines.ts";

function network(): Sequential {
  return new Sequential({
    conv: new Conv2d(2, 8, { kernelSize: 3, padding: 1 }),
    flatten: new Flatten(),
    fc: new Linear(8 * 25, 16),
    out: new Linear(16, 4),
  });
}

async function forwards(module: Module, shape: readonly number[]): Promise<number[]> {
  const { engine } = module.parameters()[0]!;
  const random = new Random(3);
  const x = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
  return engine.step(async () => Array.from(await module.forward(tensor(x, shape)).data()));
}

describe("sparsify", () => {
  const engine = withEngine("wasm", 7);

  it("replaces layers in place and keeps exactly the wanted number of weights", async () => {
    const net = network();
    const report = await sparsify(net, { density: 0.25, distribution: "uniform", exclude: ["out"] });
    expect(net.get("conv")).toBeInstanceOf(SparseConv2d);
    expect(net.get("fc")).toBeInstanceOf(SparseLinear);
    expect(net.get("out")).toBeInstanceOf(Linear);
    expect(report).toEqual([
      { name: "conv", shape: [8, 2, 3, 3], connections: 36, density: 0.25 },
      { name: "fc", shape: [16, 200], connections: 800, density: 0.25 },
    ]);
    expect(net.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual([
      ["conv.weight", [36]],
      ["conv.bias", [8]],
      ["fc.weight", [800]],
      ["fc.bias", [16]],
      ["out.weight", [4, 16]],
      ["out.bias", [4]],
    ]);
  });

  it("computes what the dense network with the exported weights computes", async () => {
    const [net, dense] = [network(), network()];
    await sparsify(net, { density: 0.3, rescale: false });
    const exported = decodeSafetensors(await exportDense(net)).tensors;
    for (const [name, parameter] of dense.namedParameters()) {
      expect(exported.get(name)!.shape).toEqual(parameter.shape);
      parameter.set(exported.get(name)!.data as Float32Array);
    }
    const [sparse, expected] = [await forwards(net, [3, 2, 5, 5]), await forwards(dense, [3, 2, 5, 5])];
    sparse.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  it("keeps weights, scaled to keep the variance of a neuron's input", async () => {
    const dense = new Linear(50, 40);
    const before = await dense.weight.data();
    const net = new Sequential({ fc: dense });
    await sparsify(net, { density: 0.16 });
    const after = decodeSafetensors(await exportDense(net)).tensors.get("fc.weight")!.data as Float32Array;
    const kept = [...after.keys()].filter((i) => after[i] !== 0);
    expect(kept.length).toBe(320);
    for (const i of kept) expect(after[i]).toBeCloseTo(before[i]! / 0.4, 5);
  });

  it("keeps blocks of outputs together where they divide the layer", async () => {
    const net = new Sequential({ a: new Linear(30, 16), b: new Linear(16, 6) });
    await sparsify(net, { density: 0.25, structure: "blocks-of-8", distribution: "uniform" });
    const [a, b] = sparseLayers(net).map(([, layer]) => layer);
    expect([a!.pattern.block, b!.pattern.block]).toEqual([8, 1]);
    const weight = decodeSafetensors(await exportDense(net)).tensors.get("a.weight")!.data as Float32Array;
    for (let column = 0; column < 30; column++) {
      for (const block of [0, 1]) {
        const used = Array.from({ length: 8 }, (_, lane) => weight[(8 * block + lane) * 30 + column] !== 0);
        expect(new Set(used).size).toBe(1);
      }
    }
  });

  it("reaches layers in residual blocks, arrays and members", async () => {
    class Net extends Module {
      readonly block = new Residual(new Linear(6, 6));
      readonly branches = [new Linear(6, 6), new Linear(6, 6)];
      forward(x: Tensor): Tensor {
        return this.branches.reduce((y, branch) => branch.forward(y), this.block.forward(x));
      }
    }
    const net = new Net();
    const report = await sparsify(net, { density: 0.5, distribution: "uniform" });
    expect(report.map(({ name }) => name)).toEqual(["block.branch", "branches.0", "branches.1"]);
    expect(sparseLayers(net)).toHaveLength(3);
    expect(await forwards(net, [2, 6])).toHaveLength(12);
  });

  it("makes layers with delays sparse, positions included", async () => {
    const net = new Sequential({ fc: new DelayLinear(12, 8, { maxDelay: 5, kernelCount: 2 }) });
    await sparsify(net, { density: 0.25 });
    expect(net.get("fc")).toBeInstanceOf(SparseDelayLinear);
    expect(net.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual([
      ["fc.weight", [48]],
      ["fc.position", [48]],
    ]);
    const dense = new Sequential({ fc: new DelayLinear(12, 8, { maxDelay: 5, kernelCount: 2 }) });
    const exported = decodeSafetensors(await exportDense(net)).tensors;
    for (const [name, value] of [...dense.namedParameters(), ...dense.namedBuffers()]) {
      value.set(exported.get(name)!.data as Float32Array);
    }
    const [sparse, expected] = [await forwards(net, [6, 2, 12]), await forwards(dense, [6, 2, 12])];
    sparse.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  it.each([0, 1.5, -1, NaN])("refuses a density of %d", async (density) => {
    await expect(sparsify(network(), { density })).rejects.toThrow(
      `sparsify.density: expected a finite number > 0 and <= 1, got ${density}. It is the share of weights that are kept.`,
    );
  });

  it("names the layer that would lose every connection, and what would fit", async () => {
    const options = { density: 0.001, distribution: "uniform" } as const;
    await expect(sparsify(network(), options)).rejects.toThrow(
      'sparsify: expected at least one connection in layer "conv", got none at density 0.001 of 144 weights. ' +
        "Give it a density of 0.00347 or more, or exclude it.",
    );
  });

  it("changes nothing when it refuses", async () => {
    const net = network();
    await expect(sparsify(net, { density: 0.001, distribution: "uniform" })).rejects.toThrow();
    expect(sparseLayers(net)).toEqual([]);
  });

  it("refuses to exclude a layer that does not exist, and networks without layers to make sparse", async () => {
    await expect(sparsify(network(), { density: 0.5, exclude: ["fc9"] })).rejects.toThrow(
      'sparsify.exclude: expected one of conv, fc, out, got "fc9".',
    );
    await expect(sparsify(new Sequential(new Flatten()), { density: 0.5 })).rejects.toThrow(
      "sparsify: expected a network with a Linear, Conv2d or DelayLinear layer inside that is not excluded, got none.",
    );
  });

  it("draws the same connections from the same seed", async () => {
    const places = [];
    for (const seed of [1, 1, 2]) {
      engine().random.setState(new Random(9).getState());
      const net = network();
      await sparsify(net, { density: 0.2 }, new Random(seed));
      places.push(sparseLayers(net).map(([, { pattern }]) => Array.from(pattern.places)));
    }
    expect(places[0]).toEqual(places[1]);
    expect(places[0]).not.toEqual(places[2]);
  });
});
