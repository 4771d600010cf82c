import {
  Adam,
  type countActivity,
  DelayLinear,
  LIF,
  Linear,
  type Module,
  Random,
  Sequential,
  tensor,
  Tensor,
  Trainer,
  rateCrossEntropy,
} from "../../src/index.ts";
import { sum } from "../../src/entries/ops.ts";
import { Connections, type SparsePattern } from "../../src/entries/sparse.ts";
import { backward } from "../../src/engine/index.ts";
import { type Door, instance, type Kind, kind, list, method, module, tensorOf } from "./kinds.ts";

/** A network small enough to be made for every call. */
export function smallNetwork(): Sequential {
  return new Sequential(new Linear(4, 3), new LIF());
}

export const network: Kind = module(smallNetwork);
export const random: Kind = instance(Random, () => new Random(1));
export const optimizer: Kind = instance(Adam, () => new Adam(smallNetwork().parameters()));

/** Three of the six places of a [2, 3] weight. */
export function pattern(): SparsePattern {
  return { outputs: 2, columns: 3, block: 1, places: Int32Array.of(0, 2, 4) };
}

/** Sparse patterns, whose entries are checked one by one elsewhere. */
export const patternKind: Kind = kind(pattern, () => false);

/** Connections of a [2, 3] weight. */
export function connections(): Connections {
  return new Connections(pattern(), { denseShape: [2, 3], parameters: { weight: tensor([1, 2, 3]) } });
}

/** Parameters with gradients. */
export function parametersWithGradients(): Linear {
  const layer = new Linear(4, 2);
  backward(sum(layer.forward(tensor([1, 1, 1, 1], [1, 4]))));
  return layer;
}

export const batch = { inputs: new Float32Array(16), shape: [2, 2, 4], labels: Float32Array.of(0, 1) };

/** A trainer of a small network on two batches. */
export function trainer(): Trainer {
  const net = smallNetwork();
  return new Trainer({
    network: net,
    optimizer: new Adam(net.parameters()),
    loss: rateCrossEntropy,
    batches: () => [batch],
  });
}

export const batches: Kind = list(
  () => [batch],
  () => false,
);

export const delayLayer: Kind = instance(DelayLinear, () => new DelayLinear(3, 2, { maxDelay: 3 }));

/** What `countActivity` says about a small network. */
export const activity = {
  ...{ samples: 1, spikes: 1, neuronUpdates: 1, nasfr: 1, dense: 1, mac: 1, ac: 1 },
  ...{ spiking: {}, synaptic: {} },
} satisfies Awaited<ReturnType<typeof countActivity>>;

/** An object of another function, whose keys are not ours to check. */
export function opaque(make: () => object): Kind {
  return kind(make, () => false);
}

/** The size of a kernel, or both of its sizes. */
export const kernel = kind(
  () => 3,
  (value) =>
    Number.isSafeInteger(value) ||
    (Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n))),
);

/** The method `forward` on a tensor of that shape. */
export function forward<M extends Module>(make: () => M, ...sizes: number[]): Door {
  return method(make, "forward", tensorOf(...sizes));
}

/** The method `synapticOperations` on a tensor of that shape. */
export function counting(
  make: () => { synapticOperations(active: Tensor): Promise<unknown> },
  ...sizes: number[]
): Door {
  return method(make, "synapticOperations", tensorOf(...sizes));
}

/** A number of a neuron, or one per channel or neuron; at least `least`. */
export function neuronNumber(right: number, least = -Infinity): Kind {
  const fits = (value: unknown): boolean =>
    typeof value === "number" && Number.isFinite(value) && value >= least;
  const isList = (value: unknown): value is readonly unknown[] =>
    Array.isArray(value) || ArrayBuffer.isView(value);
  return kind(
    () => right,
    (value) =>
      fits(value) ||
      value instanceof Tensor ||
      (isList(value) && value.length > 0 && Array.from(value).every(fits)),
  );
}
