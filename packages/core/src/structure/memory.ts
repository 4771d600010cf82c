import type { Tensor } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { checkEvolution } from "./check-evolution.ts";
import { slotsOf } from "./rewire.ts";
import { sparseLayers } from "./sparse-layer.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** What a sparse layer's connections take in memory, and what those of the dense layer would. */
export interface ConnectionBytes {
  readonly name: string;
  /** Parameters, optimiser state, places and the backend's index, once the layer has been used. */
  readonly bytes: number;
  /** Parameters and optimiser state. */
  readonly denseBytes: number;
}

/** Memory of the connections of every sparse layer with its state in `optimizer`. */
export function connectionMemory(network: Module, optimizer: Optimizer): ConnectionBytes[] {
  checkEvolution("connectionMemory", network, optimizer);
  return sparseLayers(network).map(([name, { connections }]) => {
    const { pattern, density } = connections;
    const numbers = Object.values(connections.parameters).reduce(
      (sum, values) => sum + numbersWith(values, optimizer),
      0,
    );
    const index = connections.parameters.weight.engine.backend.patterns.indexBytes(pattern);
    const bytes = BYTES * numbers + pattern.places.byteLength + index;
    return { name, bytes, denseBytes: (BYTES * numbers) / density };
  });
}

/** Numbers of a parameter and its optimiser state. */
function numbersWith(parameter: Tensor, optimizer: Optimizer): number {
  return parameter.size * (1 + slotsOf(optimizer, parameter).size);
}
