import {
  Adam,
  createEngine,
  encodeCheckpoint,
  encodeWeights,
  Linear,
  restoreCheckpoint,
  restoreWeights,
  Sequential,
} from "@myelin/core";
import { decodeSafetensors } from "@myelin/core/io";
import { formatRecipe, parseRecipe } from "../../../packages/myelin/src/recipe/index.ts";
import type { Target } from "../target.ts";

/** Nothing runs in it, but parameters need one. */
await createEngine({ backend: "reference" });
const network = new Sequential(new Linear(4, 3), new Linear(3, 2));
const optimizer = new Adam(network.parameters(), { lr: 0.01 });

const RECIPE = `{
  name: demo, data: { name: nmnist, augment: [ { roll: { max: 2 } } ] }, timeSteps: 10, epochs: 2, batchSize: 10,
  network: { type: mlp, neuron: { type: PLIF }, hidden: [8, 4] }, optimizer: { type: adam, lr: 0.01 } }`;

/** Tensors and state of a checkpoint as one file: the length of the first in four bytes, then both. */
async function checkpointBytes(): Promise<Uint8Array> {
  const { tensors, state } = await encodeCheckpoint({ network, optimizer }, { epoch: 3, best: 0.9 });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(tensors.length);
  return new Uint8Array(Buffer.concat([length, tensors, Buffer.from(state)]));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What a run reads and leaves behind. */
export const runTargets: readonly Target[] = [
  {
    name: "safetensors",
    files: async () => [await encodeWeights(network)],
    read(bytes) {
      decodeSafetensors(bytes);
      restoreWeights(bytes, network);
    },
  },
  {
    name: "checkpoint",
    files: async () => [await checkpointBytes()],
    read(bytes) {
      const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const tensors = bytes.subarray(4, 4 + length);
      restoreCheckpoint({ tensors, state: textOf(bytes.subarray(4 + length)) }, { network, optimizer });
    },
  },
  {
    name: "recipe",
    share: 0.2,
    files: async () => [new TextEncoder().encode(formatRecipe(parseRecipe(RECIPE)))],
    read: (bytes) => parseRecipe(textOf(bytes), { file: "fuzzed" }),
  },
];
