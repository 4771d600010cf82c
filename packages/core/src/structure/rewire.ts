import type { Random, Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import type { Optimizer } from "../optim/index.ts";
import { formerSlots } from "./pattern.ts";
import type { SparseLayer } from "./sparse-layer.ts";

/**
 * Moves a layer to other places: weights and optimiser state of connections that stay move along, fresh
 * connections get the layer's initial value and no optimiser state.
 *
 * @throws MyelinError if the number of connections differs, which would change the density
 */
export async function rewire(
  layer: SparseLayer,
  optimizer: Optimizer,
  places: Int32Array,
  random: Random,
): Promise<void> {
  const { connections } = layer;
  const former = connections.pattern;
  if (places.length !== former.places.length) {
    const got = `${places.length}`;
    throw new MyelinError(
      `${layer.label}: expected ${former.places.length} connections after an update, got ${got}.`,
    );
  }
  connections.setPlaces(places);
  const slots = formerSlots(former, connections.pattern);
  for (const [name, values] of Object.entries(connections.parameters)) {
    await move(values, slots, () => connections.initialValue(name, random));
    for (const state of slotsOf(optimizer, values).values()) await move(state, slots, () => 0);
    values.grad = undefined;
  }
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
