import { describe, expect, it } from "vitest";
import {
  Adam,
  BatchNorm,
  encodeCheckpoint,
  encodeWeights,
  FormatError,
  KLIF,
  Linear,
  Random,
  restoreCheckpoint,
  restoreWeights,
  Sequential,
  SGD,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { crc32 } from "../src/entries/io.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

function network(hidden = 4): Sequential {
  return new Sequential({ fc1: new Linear(3, hidden), bn1: new BatchNorm(hidden), klif1: new KLIF() });
}

async function valuesOf(tensors: [string, Tensor][]): Promise<Record<string, readonly number[]>> {
  const entries = tensors.map(async ([name, value]) => [name, [...(await value.data())]] as const);
  return Object.fromEntries(await Promise.all(entries));
}

describe.each(BACKENDS)("checkpoints on %s", (backend) => {
  const engine = withEngine(backend);

  async function trained(): Promise<{ net: Sequential; optimizer: Adam }> {
    const net = network();
    const optimizer = new Adam([{ parameters: net.parameters(), lr: 0.1 }]);
    await engine().step(() => {
      net.forward(tensor(new Float32Array(12).fill(2), [2, 2, 3]));
      for (const p of net.parameters()) p.grad = tensor(new Float32Array(p.size).fill(1), p.shape);
      optimizer.step();
    });
    optimizer.groups[0]!.lr = 0.05;
    return { net, optimizer };
  }

  it("restore parameters, buffers, optimiser, generator and extra values", async () => {
    const { net, optimizer } = await trained();
    const random = new Random(3);
    random.nextUint32();
    const extra = { epoch: 2, tally: { lossSum: 0.1 + 0.2 } };
    const saved = await encodeCheckpoint({ network: net, optimizer, random }, extra);

    const twin = network();
    const parts = { network: twin, optimizer: new Adam(twin.parameters()), random: new Random(9) };
    expect(restoreCheckpoint(saved, parts)).toEqual(extra);
    expect(await valuesOf(twin.namedParameters())).toEqual(await valuesOf(net.namedParameters()));
    expect(await valuesOf(twin.namedBuffers())).toEqual(await valuesOf(net.namedBuffers()));
    expect(await valuesOf(parts.optimizer.stateTensors())).toEqual(await valuesOf(optimizer.stateTensors()));
    expect(parts.optimizer.getState()).toEqual(optimizer.getState());
    expect(parts.random.nextUint32()).toBe(random.nextUint32());
  });

  it("weights alone load from weights and from checkpoints", async () => {
    const { net, optimizer } = await trained();
    const { tensors } = await encodeCheckpoint({ network: net, optimizer });
    for (const bytes of [tensors, await encodeWeights(net)]) {
      const twin = network();
      restoreWeights(bytes, twin);
      expect(await valuesOf(twin.namedParameters())).toEqual(await valuesOf(net.namedParameters()));
    }
  });

  it("of another network list what differs and change nothing", async () => {
    const { net } = await trained();
    const saved = await encodeCheckpoint({ network: net });
    const other = new Sequential({ fc1: new Linear(3, 5), fc2: new Linear(5, 1, { bias: false }) });
    const before = await valuesOf(other.namedParameters());
    const restore = (): unknown => restoreCheckpoint(saved, { network: other });
    expect(restore).toThrow(FormatError);
    expect(restore).toThrow("missing: fc2.weight");
    expect(restore).toThrow("unexpected: bn1.weight, bn1.bias, klif1.k, bn1.runningMean, bn1.runningVar");
    expect(restore).toThrow("different: fc1.weight [4, 3] instead of [5, 3], fc1.bias [4] instead of [5]");
    expect(await valuesOf(other.namedParameters())).toEqual(before);
  });

  it("of another optimiser are refused and change nothing", async () => {
    const { net, optimizer } = await trained();
    const saved = await encodeCheckpoint({ network: net, optimizer });
    const twin = network();
    const before = await valuesOf(twin.namedParameters());
    const sgd = new SGD(twin.parameters(), { lr: 0.1 });
    expect(() => restoreCheckpoint(saved, { network: twin, optimizer: sgd })).toThrow(
      "unexpected: optimizer/0.m",
    );
    const weightsOnly = await encodeCheckpoint({ network: net });
    expect(() => restoreCheckpoint(weightsOnly, { network: twin, optimizer: sgd })).toThrow(
      "expected the state of SGD, got none",
    );
    expect(await valuesOf(twin.namedParameters())).toEqual(before);
  });

  it("that are damaged or mixed up are refused", async () => {
    const { net } = await trained();
    const saved = await encodeCheckpoint({ network: net });
    const parts = { network: net };
    const flipped = saved.tensors.slice();
    flipped[flipped.length - 1]! ^= 1;
    expect(() => restoreCheckpoint({ ...saved, tensors: flipped }, parts)).toThrow(
      /expected tensors with CRC-32/,
    );
    const cut = saved.tensors.slice(0, -4);
    expect(() => restoreCheckpoint({ ...saved, tensors: cut }, parts)).toThrow(FormatError);
    for (const state of ["", "null", "{}", '{"format":"other"}', saved.state.slice(0, -5)]) {
      expect(() => restoreCheckpoint({ ...saved, state }, parts)).toThrow(
        /^restoreCheckpoint: expected state/,
      );
    }
  });

  it("a state of which any bit was flipped is refused", async () => {
    const { net, optimizer } = await trained();
    const saved = await encodeCheckpoint(
      { network: net, optimizer },
      { epoch: 3, rate: 0.1, note: "a\u00e9" },
    );
    const bytes = new TextEncoder().encode(saved.state);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const state = new TextDecoder().decode(bytes);
      expect(() => restoreCheckpoint({ ...saved, state }, { network: net, optimizer })).toThrow(FormatError);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(restoreCheckpoint(saved, { network: net, optimizer })).toMatchObject({ epoch: 3 });
  });

  it("values that are not finite are refused by name, unless they are wanted", async () => {
    const { net } = await trained();
    const [name, parameter] = net.namedParameters()[0]!;
    const values = await parameter.data();
    values[2] = NaN;
    parameter.set(values);
    const saved = await encodeCheckpoint({ network: net });
    const message = `expected finite values, got NaN in ${name} at index 2`;
    expect(() => restoreCheckpoint(saved, { network: net })).toThrow(message);
    expect(() => restoreWeights(saved.tensors, net)).toThrow(message);
    restoreWeights(saved.tensors, net, { allowNonFinite: true });
    expect((await parameter.data())[2]).toBeNaN();
  });
});

it("crc32 gives the published check value", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});
