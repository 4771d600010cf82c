import type { Random, SparsePattern, Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import type { Optimizer } from "../optim/index.ts";
import { exchangePlaces, formerSlots } from "./pattern.ts";
import type { SparseLayer } from "./sparse-layer.ts";

/** Connections that go and come in one update, as many of each. */
export interface Exchange {
  /** Indices among the places, ascending. */
  readonly removed: Int32Array;
  /** Places without a connection once the removed ones are gone, ascending. */
  readonly added: Int32Array;
}

/**
 * Exchanges connections of a layer: weights and optimiser state of those that stay move along. Fresh ones get the
 * layer's initial value and no optimiser state, also at a place that has just been removed.
 *
 * @returns for each value of the layer the slot that it had before, or -1
 * @throws MyelinError if more come than go, or fewer, which would change the density
 */
export async function rewire(
  layer: SparseLayer,
  optimizer: Optimizer,
  { removed, added }: Exchange,
  random: Random,
): Promise<Int32Array> {
  const { connections } = layer;
  const former = connections.pattern;
  if (added.length !== removed.length) {
    throw new MyelinError(
      `${layer.label}: expected ${removed.length} connections to come in an update, got ${added.length}.`,
    );
  }
  connections.setPlaces(exchangePlaces(former.places, removed, added));
  const slots = formerSlots(former, connections.pattern, removed);
  for (const [name, values] of Object.entries(connections.parameters)) {
    await move(values, slots, () => connections.initialValue(name, random));
    for (const state of slotsOf(optimizer, values).values()) await move(state, slots, () => 0);
    values.grad = undefined;
  }
  return slots;
}

/** The exchange in which connections that would go and come back stay as they are. */
export function withoutReturns(pattern: SparsePattern, removed: Int32Array, added: Int32Array): Exchange {
  const leaves = new Set(removed.map((i) => pattern.places[i] as number));
  const comes = new Set(added);
  return {
    removed: removed.filter((i) => !comes.has(pattern.places[i] as number)),
    added: added.filter((place) => !leaves.has(place)),
  };
}

/** State tensors of an optimiser that belong to a parameter, by name. */
export function slotsOf(optimizer: Optimizer, parameter: Tensor): Map<string, Tensor> {
  const prefix = `${optimizer.parameters.indexOf(parameter)}.`;
  const state = optimizer.stateTensors().filter(([name]) => name.startsWith(prefix));
  return new Map(state.map(([name, value]) => [name.slice(prefix.length), value]));
}

async function move(values: Tensor, slots: Int32Array, fresh: () => number): Promise<void> {
  const former = await values.data();
  const moved = new Float32Array(slots.length);
  for (let i = 0; i < moved.length; i++) {
    const slot = slots[i] as number;
    moved[i] = slot < 0 ? fresh() : (former[slot] as number);
  }
  values.set(moved);
}
