import { describe, expect, it } from "vitest";
import {
  Adam,
  encodeCheckpoint,
  encodeWeights,
  Linear,
  restoreCheckpoint,
  restoreWeights,
  Sequential,
} from "../../src/index.ts";
import { decodeSafetensors } from "../../src/entries/io.ts";
import { exportDense, sparseLayers, sparsify, type SparsifyOptions } from "../../src/entries/sparse.ts";
import { withEngine } from "../support/engines.ts";

async function sparseNetwork(options: Partial<SparsifyOptions> = {}): Promise<Sequential> {
  const net = denseNetwork();
  await sparsify(net, { density: 0.25, distribution: "uniform", exclude: ["out"], ...options });
  return net;
}

function denseNetwork(): Sequential {
  return new Sequential({ fc: new Linear(20, 16), out: new Linear(16, 4) });
}

describe("checkpoints of sparse networks", () => {
  withEngine("wasm", 1);

  it("hold values, places and optimiser state in compressed form", async () => {
    const network = await sparseNetwork();
    const { tensors } = await encodeCheckpoint({ network, optimizer: new Adam(network.parameters()) });
    const found = decodeSafetensors(tensors).tensors;
    expect(found.get("fc.weight")!.shape).toEqual([80]);
    expect(found.get("fc.places")!.data).toEqual(sparseLayers(network)[0]![1].pattern.places);
    expect(found.get("optimizer/0.m")!.shape).toEqual([80]);
    expect(found.get("optimizer/0.v")!.shape).toEqual([80]);
  });

  it("bring their structure along", async () => {
    const [network, other] = [await sparseNetwork(), await sparseNetwork()];
    expect(await exportDense(other)).not.toEqual(await exportDense(network));
    restoreWeights(await encodeWeights(network), other);
    expect(await exportDense(other)).toEqual(await exportDense(network));
  });

  it("name the layer of another density, and what would fit", async () => {
    const bytes = await encodeWeights(await sparseNetwork());
    const other = await sparseNetwork({ density: 0.5 });
    const before = await exportDense(other);
    expect(() => restoreWeights(bytes, other)).toThrow(
      'checkpoint: expected the structure of this network, got for layer "fc" 80 connections instead of 160 ' +
        "(density 25 % instead of 50 %). Build the network with the density and structure it was saved with.",
    );
    expect(await exportDense(other)).toEqual(before);
  });

  it("name the layer of other blocks", async () => {
    const bytes = await encodeWeights(await sparseNetwork());
    const other = await sparseNetwork({ structure: "blocks-of-4" });
    expect(() => restoreWeights(bytes, other)).toThrow('got for layer "fc"');
  });

  it("name the layer that is dense on one side", async () => {
    const [sparse, dense] = [await sparseNetwork(), denseNetwork()];
    const [ofSparse, ofDense] = [await encodeWeights(sparse), await encodeWeights(dense)];
    expect(() => restoreWeights(ofSparse, dense)).toThrow(
      'got for layer "fc" 80 connections, but it is dense here. Call sparsify with a density of 0.25 for it first.',
    );
    expect(() => restoreWeights(ofDense, sparse)).toThrow(
      'got for layer "fc" a dense weight, but it is sparse here.',
    );
  });

  it("are refused when places are damaged", async () => {
    const network = await sparseNetwork();
    const { tensors, state } = await encodeCheckpoint({ network });
    const places = decodeSafetensors(tensors).tensors.get("fc.places")!.data as Int32Array;
    const marked = new Int32Array(places);
    marked[3] = marked[2]!;
    const damaged = replaced(tensors, places, marked);
    expect(() => restoreWeights(damaged, network)).toThrow(
      'got for layer "fc" connections that are not ascending numbers below 320.',
    );
    expect(() => restoreCheckpoint({ tensors: damaged, state }, { network })).toThrow("CRC-32");
  });

  it("can be exported for dense networks", async () => {
    const [sparse, dense] = [await sparseNetwork(), denseNetwork()];
    restoreWeights(await exportDense(sparse), dense);
    const weight = await (dense.get("fc") as Linear).weight.data();
    expect(weight.filter((w) => w !== 0).length).toBe(80);
    const { connections, weight: values } = sparseLayers(sparse)[0]![1];
    expect(weight).toEqual(connections.expand(await values.data()));
  });
});

/** The bytes with one run of integers exchanged for another. */
function replaced(bytes: Uint8Array, old: Int32Array, next: Int32Array): Uint8Array {
  const [from, to] = [old, next].map((numbers) => new Uint8Array(numbers.buffer.slice(0)));
  const at = bytes.findIndex((_, i) => from!.every((byte, j) => bytes[i + j] === byte));
  const copy = bytes.slice();
  copy.set(to!, at);
  return copy;
}
