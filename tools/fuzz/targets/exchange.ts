import { encodeNir, encodeStateDict, nirInfo, readNir, readStateDict, type NirGraph } from "@myelin/exchange";
import { limitMemory, unpackingBudget } from "@myelin/data/hdf5";
import type { Target } from "../target.ts";

const counts = { shape: [1], data: BigInt64Array.of(2n) };
const numbers = { shape: [2], data: Float32Array.of(1, 2) };

const GRAPH: NirGraph = {
  type: "NIRGraph",
  nodes: new Map([
    ["input", { type: "Input", values: new Map([["shape", counts]]) }],
    [
      "lif",
      {
        type: "LIF",
        values: new Map(["tau", "r", "v_leak", "v_threshold", "v_reset"].map((name) => [name, numbers])),
      },
    ],
    ["output", { type: "Output", values: new Map([["shape", counts]]) }],
  ]),
  edges: [
    ["input", "lif"],
    ["lif", "output"],
  ],
};

/** Files of other tools. */
export const exchangeTargets: readonly Target[] = [
  {
    name: "checkpoint of PyTorch",
    files: async () => [
      encodeStateDict(
        new Map([
          ["fc.weight", { shape: [2, 3], data: new Float32Array(6) }],
          ["steps", { shape: [], data: BigInt64Array.of(3n) }],
        ]),
      ),
    ],
    async read(bytes) {
      for (const { data } of (await readStateDict(bytes)).values()) void data.length;
    },
  },
  {
    name: "NIR graph",
    share: 0.3,
    mayHang: true,
    files: async () => [await encodeNir(GRAPH)],
    async read(bytes) {
      limitMemory(unpackingBudget(bytes.length));
      nirInfo(await readNir(bytes));
    },
  },
];
