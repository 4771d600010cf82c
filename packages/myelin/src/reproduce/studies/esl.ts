import { batchSizeFor, limits, type Study, type Variant } from "../study.ts";

/** In percent; 100 is the dense twin of all of them. */
const DENSITIES = [50, 20, 10, 5, 2] as const;

/** How connections change: a fixed random mask, SET, RigL. */
const RULES = {
  static: { label: "fixed mask", evolution: { prune: "none" } },
  set: { label: "SET", evolution: { prune: "set", grow: "random", fraction: 0.3 } },
  rigl: { label: "RigL", evolution: { prune: "magnitude", grow: "gradient", fraction: 0.3 } },
} as const;
type Rule = keyof typeof RULES;
const NAMES = Object.keys(RULES) as Rule[];

const sparse = NAMES.flatMap((rule): Variant[] =>
  DENSITIES.map((percent) => ({ id: `${rule}-${percent}`, label: `${RULES[rule].label}, ${percent} %` })),
);

/** Sparse from scratch at several densities against the dense twin, everything else equal. */
export const esl: Study = {
  name: "esl",
  title: "Sparse from scratch: density and evolution",
  claim:
    "The claim (Shen et al., AAAI 2023): at 10 % density little accuracy is lost, and connections that evolve are " +
    "better than a fixed random mask.",
  budget:
    "10 epochs (mlp) or 8 (conv) at T = 4, 10 % of the training samples held out; the paper trains larger networks for " +
    "300 epochs. On one core about an hour and three quarters for --data mlp, and three hours for --data conv --limit 10000.",
  tasks: ["mlp", "conv"],
  variantTitle: "connections",
  variants: [{ id: "dense", label: "dense" }, ...sparse],
  columns: [
    ...(["testAccuracy", "firingRate", "activeParameters", "operations"] as const),
    ...(["seconds", "memory", "checkpoint"] as const),
  ],
  comparisons: [
    ...NAMES.map((rule) => ({ variant: `${rule}-10`, against: "dense", column: "testAccuracy" }) as const),
    ...[10, 5, 2].flatMap((percent) =>
      (["set", "rigl"] as const).map(
        (rule) =>
          ({
            variant: `${rule}-${percent}`,
            against: `static-${percent}`,
            column: "testAccuracy",
          }) as const,
      ),
    ),
  ],
  sweep: {
    label: "density",
    ticks: ["100 %", ...DENSITIES.map((percent) => `${percent} %`)],
    curves: NAMES.map((rule) => ({
      name: RULES[rule].label,
      variants: ["dense", ...DENSITIES.map((percent) => `${rule}-${percent}`)],
    })),
  },
  recipe: (task, variant, { epochs, limit }) => {
    const { structure, ...training } = task === "mlp" ? MLP : CONV;
    return {
      data: {
        name: "fashion-mnist",
        validation: 0.1,
        normalise: true,
        ...limits(limit),
      },
      timeSteps: 4,
      ...training,
      ...structureOf(variant, structure),
      ...(epochs !== undefined && { epochs }),
      batchSize: batchSizeFor(128, { limit }),
    };
  },
};

const NEURON = { type: "LIF", tau: 2, detachReset: true, surrogate: { type: "atan", alpha: 2 } };
const LOSS = { type: "rateCrossEntropy" };

const MLP = {
  network: { type: "mlp", neuron: NEURON, hidden: [1000, 1000], batchNorm: true, output: "potential" },
  loss: LOSS,
  optimizer: { type: "adam", lr: 1e-3, schedule: { type: "cosine", every: "step" } },
  epochs: 10,
  structure: { updateInterval: 100 },
};

const CONV = {
  network: {
    type: "sequential",
    neuron: NEURON,
    layers: [
      ...convolution(32),
      ...convolution(64),
      { flatten: {} },
      { linear: { outFeatures: 512, bias: false } },
      { batchNorm: {} },
      { neuron: {} },
      { linear: { outFeatures: "classes" } },
      { leakyIntegrator: { tau: 2 } },
    ],
  },
  loss: LOSS,
  optimizer: { type: "adam", lr: 2e-3, schedule: { type: "cosine", every: "step" } },
  epochs: 8,
  /** The first convolution stays dense: it has few weights and sees every pixel. */
  structure: { updateInterval: 50, exclude: ["conv1"] },
};

function convolution(outChannels: number): object[] {
  return [
    { conv2d: { outChannels, kernelSize: 3, padding: 1, bias: false } },
    { batchNorm: {} },
    { neuron: {} },
    { maxPool2d: { kernelSize: 2 } },
  ];
}

/**
 * Weights are not scaled up for the connections that are missing: behind them, batch normalisation does that, and Adam,
 * whose steps do not know how large a weight is, changes large ones too slowly.
 */
function structureOf(variant: string, options: object): object {
  const [rule = "", percent] = variant.split("-");
  if (!(rule in RULES)) return {};
  const { evolution } = RULES[rule as Rule];
  const density = Number(percent) / 100;
  return { structure: { density, distribution: "er", rescale: false, ...options, ...evolution } };
}
