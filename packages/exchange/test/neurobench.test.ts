/** NeuroBench's figures of a network of snnTorch. */
import { AvgPool2d, Conv2d, createEngine, Flatten, LIF, Linear, Sequential } from "@myelin/core";
import { expect, it } from "vitest";
import { loadWeights, neurobenchMetrics, readStateDict } from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

it("are those of Python's neurobench 2.3", async () => {
  await createEngine({ wasm: { threads: 1 } });
  const network = new Sequential(new Linear(6, 8), new LIF(), new Linear(8, 3), new LIF());
  const file = checkpoint("neurobench.pt");
  await loadWeights(network, file, { from: "snntorch", key: "net" });
  const { shape, data } = (await readStateDict(file, { key: "data" })).get("input")!;
  const batch = { inputs: data as Float32Array, shape, labels: new Float32Array(4) };
  expect(await neurobenchMetrics(network, [batch])).toEqual({
    ParameterCount: 83,
    ConnectionSparsity: 0.1111,
    ActivationSparsity: 0.575,
    SynapticOperations: { Effective_MACs: 0, Effective_ACs: 266, Dense: 720 },
    // 548 there: snnTorch's neurons keep numbers and potentials in buffers.
    Footprint: 332,
    // 108.75 there: of the first step all, then only those that change a potential.
    MembraneUpdates: 110,
  });
});

it("are the same for images, and inputs that are no spikes", async () => {
  await createEngine({ wasm: { threads: 1 } });
  const network = new Sequential(
    ...[
      new Conv2d(2, 3, { kernelSize: 3, padding: 1, stride: 2 }),
      new LIF(),
      new AvgPool2d({ kernelSize: 2 }),
    ],
    ...[new Flatten(), new Linear(12, 5), new LIF()],
  );
  const file = checkpoint("neurobench-conv.pt");
  await loadWeights(network, file, { from: "snntorch", key: "net" });
  const { shape, data } = (await readStateDict(file, { key: "data" })).get("input")!;
  const batch = { inputs: data as Float32Array, shape, labels: new Float32Array(3) };
  expect(await neurobenchMetrics(network, [batch])).toEqual({
    ParameterCount: 122,
    ConnectionSparsity: 0.1579,
    ActivationSparsity: 0.8885893980233602,
    SynapticOperations: { Effective_MACs: 2456.3333333333335, Effective_ACs: 0, Dense: 5502 },
    // 1164 there, with the buffers of snnTorch's neurons.
    Footprint: 488,
    MembraneUpdates: 371,
  });
});
