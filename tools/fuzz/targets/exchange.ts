import {
  encodeNir,
  encodeNirData,
  encodeStateDict,
  nirInfo,
  readNir,
  readNirData,
  readStateDict,
  type NirGraph,
  type NirGraphData,
} from "@myelin/exchange";
import { UnsupportedError } from "@myelin/core/checks";
import { limitMemory, unpackingBudget } from "@myelin/data/hdf5";
import { PickleWriter } from "../../../packages/exchange/src/pickle/index.ts";
import { writeZip } from "../../../packages/exchange/src/torch/zip-writer.ts";
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

const RECORDINGS: NirGraphData = {
  type: "NIRGraphData",
  nodes: new Map([
    [
      "lif",
      {
        type: "NIRNodeData",
        observables: new Map([
          [
            "v",
            { type: "TimeGriddedData", data: { shape: [1, 2, 1], data: Float32Array.of(1, 2) }, dt: 1e-3 },
          ],
        ]),
      },
    ],
  ]),
};

/** Two networks in lists and dictionaries, on storages that they share, as training loops save them. */
function nestedPickle(): Uint8Array {
  const pickle = new PickleWriter();
  const dictionary = (entries: readonly (readonly [string, () => void])[]) => (): void => {
    pickle.call("collections.OrderedDict", () => pickle.tuple([]));
    pickle.items(entries);
  };
  const integers = (values: readonly number[]) => (): void =>
    pickle.tuple(values.map((value) => () => pickle.integer(value)));
  const tensor = (key: string, sizes: readonly number[], strides: readonly number[]) => (): void => {
    const texts = (values: readonly string[]) => values.map((value) => () => pickle.text(value));
    const id = [...texts(["storage"]), () => pickle.global("torch.FloatStorage"), ...texts([key, "cpu"])];
    const storage = (): void => pickle.persistent(() => pickle.tuple([...id, () => pickle.integer(6)]));
    const where = [storage, () => pickle.integer(0), integers(sizes), integers(strides)];
    const rest = [() => pickle.boolean(false), dictionary([])];
    pickle.call("torch._utils._rebuild_tensor_v2", () => pickle.tuple([...where, ...rest]));
  };
  dictionary([
    ["net", dictionary([["fc.weight", tensor("0", [2, 3], [3, 1])]])],
    ["teacher", dictionary([["fc.weight", tensor("1", [3, 2], [1, 3])]])],
    ["optimizer", dictionary([["momentum", tensor("0", [6], [1])]])],
    ["epoch", () => pickle.integer(3)],
    ["sizes", integers([2, 3])],
  ])();
  return pickle.bytes();
}

/** A checkpoint around a pickle, whose own check sums are right: damage reaches the pickle itself. */
function checkpointAround(pickle: Uint8Array): Uint8Array {
  const storages = ["0", "1"].map((key) => [`x/data/${key}`, new Uint8Array(24).fill(1)] as const);
  return writeZip([["x/data.pkl", pickle], ...storages]);
}

/** As PyTorch before 1.6 began its files: a number of its own, a version and the machine, then the pickle. */
function legacyCheckpoint(): Uint8Array {
  const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  const version = [0x80, 2, 0x4d, 0xe9, 0x03, 0x2e];
  return Uint8Array.from([...magic, ...version, ...nestedPickle(), ...new Uint8Array(48)]);
}

async function readAll(bytes: Uint8Array, key?: string): Promise<void> {
  const tensors = await readStateDict(bytes, key === undefined ? {} : { key });
  for (const { data } of tensors.values()) void data.length;
}

/** The answer to whole files of that kind, too. */
function expectedOfLegacy(error: unknown): void {
  if (!(error instanceof UnsupportedError && error.message.includes("before 1.6"))) throw error;
}

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
    read: (bytes) => readAll(bytes),
  },
  {
    name: "pickle of PyTorch",
    files: () => Promise.resolve([nestedPickle()]),
    read: (bytes) => readAll(checkpointAround(bytes), "net"),
  },
  {
    name: "checkpoint before 1.6",
    share: 0.2,
    files: () => Promise.resolve([legacyCheckpoint()]),
    read: (bytes) => readAll(bytes).catch(expectedOfLegacy),
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
  {
    name: "NIR recordings",
    share: 0.3,
    mayHang: true,
    files: async () => [await encodeNirData(RECORDINGS)],
    async read(bytes) {
      limitMemory(unpackingBudget(bytes.length));
      await readNirData(bytes);
    },
  },
];
