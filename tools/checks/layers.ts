/** What the core exports comes from these. */
const ROOMS_OF_CORE = [
  "errors.ts",
  "nearest.ts",
  "describe-value.ts",
  "checks.ts",
  "warnings.ts",
  "engine/random.ts",
  "engine",
  "nn",
  "neurons",
  "attention",
  "delays",
  "loss",
  "optim",
  "io",
  "structure",
  "description",
  "train",
  "metrics",
];

/**
 * Each layer with the layers it may import. A layer is a folder or a single file of `packages/<package>/src`;
 * a file belongs to the longest entry that it lies under. Layers above may be missing from a package.
 */
export const LAYERS: Record<string, Record<string, readonly string[]>> = {
  core: {
    "errors.ts": [],
    "nearest.ts": [],
    "describe-value.ts": [],
    "checks.ts": ["errors.ts", "nearest.ts", "describe-value.ts"],
    "warnings.ts": ["errors.ts", "checks.ts"],
    equations: ["errors.ts", "nearest.ts", "describe-value.ts", "checks.ts"],
    "engine/random.ts": ["errors.ts", "checks.ts"],
    "engine/backend": ["equations"],
    "engine/backends/reference": ["errors.ts", "equations", "engine/backend", "engine/random.ts"],
    "engine/backends/wasm": ["errors.ts", "equations", "engine/backend", "engine/random.ts"],
    "engine/composites": ["engine/backend", "engine/random.ts"],
    engine: [
      "engine/composites",
      "errors.ts",
      "checks.ts",
      "warnings.ts",
      "equations",
      "engine/random.ts",
      "engine/backend",
      "engine/backends/reference",
      "engine/backends/wasm",
    ],
    nn: ["errors.ts", "checks.ts", "warnings.ts", "engine"],
    neurons: ["errors.ts", "checks.ts", "warnings.ts", "equations", "engine", "nn"],
    attention: ["errors.ts", "checks.ts", "warnings.ts", "engine", "nn"],
    delays: ["errors.ts", "checks.ts", "warnings.ts", "engine", "nn"],
    loss: ["errors.ts", "checks.ts", "warnings.ts", "engine"],
    optim: ["errors.ts", "checks.ts", "warnings.ts", "engine"],
    io: ["errors.ts", "checks.ts", "warnings.ts", "engine", "nn", "optim"],
    structure: ["errors.ts", "checks.ts", "warnings.ts", "engine", "nn", "delays", "optim", "io"],
    description: [
      ...["errors.ts", "checks.ts", "equations", "engine", "nn", "neurons", "attention", "delays"],
      "structure",
    ],
    train: ["errors.ts", "checks.ts", "warnings.ts", "engine", "nn", "neurons", "loss", "optim", "io"],
    metrics: ["errors.ts", "checks.ts", "warnings.ts", "engine", "nn", "neurons", "train"],
    "index.ts": ROOMS_OF_CORE,
    entries: [...ROOMS_OF_CORE, "index.ts"],
  },
  data: {
    "budget.ts": [],
    "labels.ts": [],
    "natural-order.ts": [],
    "random.ts": [],
    "hold-out.ts": ["random.ts"],
    bytes: [],
    audio: ["budget.ts", "bytes"],
    cochlea: ["random.ts", "audio"],
    encoders: ["random.ts"],
    images: ["labels.ts", "hold-out.ts", "bytes"],
    transforms: ["images"],
    sequences: ["hold-out.ts"],
    spikes: ["budget.ts", "labels.ts", "bytes", "sequences"],
    hdf5: ["budget.ts", "natural-order.ts", "bytes", "spikes"],
    events: ["budget.ts", "bytes"],
    "event-transforms": ["events"],
    camera: ["random.ts", "images", "events", "event-transforms"],
    frames: ["budget.ts", "labels.ts", "random.ts", "sequences", "events", "event-transforms"],
    batches: ["random.ts", "bytes", "images", "transforms", "sequences"],
    datasets: ["hold-out.ts", "images", "transforms", "sequences", "batches"],
    "browser.ts": [
      ...["bytes", "audio", "cochlea", "encoders", "images", "transforms", "sequences", "spikes", "hdf5"],
      ...["events", "event-transforms", "camera", "frames", "batches", "datasets"],
    ],
    "node/check-stop.ts": [],
    "node/dataset-spec.ts": ["images", "spikes", "events"],
    "node/files": [],
    "node/archives": ["bytes", "node/files"],
    "node/contents": ["bytes", "node/files"],
    "node/spikes": ["spikes", "hdf5", "node/files"],
    "node/events": [
      ...["natural-order.ts", "bytes", "events"],
      ...["node/check-stop.ts", "node/dataset-spec.ts", "node/files", "node/archives"],
    ],
    "node/generated": ["bytes", "events", "node/dataset-spec.ts", "node/files", "node/events"],
    "node/registry": [
      ...["bytes", "images", "spikes", "hdf5", "events", "camera", "node/dataset-spec.ts"],
      ...["node/files", "node/archives", "node/contents", "node/spikes", "node/events", "node/generated"],
    ],
    "node/find": ["node/dataset-spec.ts", "node/files", "node/registry"],
    "node/speech": [
      ...["random.ts", "audio", "cochlea", "spikes"],
      ...["node/check-stop.ts", "node/files", "node/archives", "node/spikes", "node/registry", "node/find"],
    ],
    "node/load": [
      ...["images", "spikes", "events", "camera", "frames"],
      ...["node/check-stop.ts", "node/dataset-spec.ts", "node/generated", "node/registry", "node/find"],
    ],
    "node/download": [
      ...["node/check-stop.ts", "node/dataset-spec.ts", "node/files", "node/contents"],
      ...["node/generated", "node/registry", "node/find", "node/load"],
    ],
    "node/index.ts": [
      ...["node/dataset-spec.ts", "node/contents", "node/spikes", "node/events", "node/generated"],
      ...["node/find", "node/speech", "node/load", "node/download"],
    ],
    "index.ts": ["browser.ts", "node/index.ts"],
  },
  exchange: {
    "problem.ts": [],
    "python.ts": [],
    pickle: ["problem.ts"],
    torch: ["problem.ts", "pickle"],
    neurons: [],
    weights: ["python.ts", "neurons", "torch"],
    nir: ["problem.ts"],
    node: ["problem.ts", "nir"],
    tensorboard: [],
    neurobench: ["weights"],
    twin: ["python.ts"],
    "browser.ts": ["neurons", "nir", "tensorboard"],
    "index.ts": ["browser.ts", "neurobench", "node", "torch", "twin", "weights"],
  },
  myelin: {
    "format.ts": [],
    recipe: ["format.ts"],
    records: ["format.ts", "recipe"],
    model: ["format.ts", "recipe", "records"],
    run: ["format.ts", "recipe", "records", "model"],
    reproduce: ["format.ts", "recipe", "records"],
    neuron: [],
    report: ["format.ts", "recipe", "records", "reproduce", "neuron"],
    cli: ["format.ts", "recipe", "records", "model", "run", "reproduce", "neuron", "report"],
    "browser.ts": [],
    "index.ts": [],
  },
};

/** Files that may import each other in a circle, types included, and why. Paths are below `packages/core/src`. */
export const CIRCLES: readonly (readonly string[])[] = [
  // A tensor names its engine, an engine makes tensors, and the tape between them names both.
  ["check-tensor", "current", "engine", "gradients", "padding", "streaming", "tape", "tensor"].map(
    (name) => `engine/${name}`,
  ),
  // The checks of an operation know the type of its options.
  ["engine/ops/attention", "engine/ops/attention-checks"],
  ["engine/ops/delay", "engine/ops/delay-checks"],
  ["engine/ops/neuron", "engine/ops/neuron-checks"],
  // A graph simplifies what it is given, and what is simplified becomes nodes of the graph.
  ["equations/graph/graph", "equations/graph/simplify"],
  ["neurons/defaults", "neurons/surrogate"],
];

/** Packages that a package may import by name. */
export const PACKAGES: Record<string, readonly string[]> = {
  core: [],
  data: ["@myelin/core"],
  exchange: ["@myelin/core", "@myelin/data"],
  myelin: ["@myelin/core", "@myelin/data", "@myelin/exchange"],
};
