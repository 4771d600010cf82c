import type { SparsePattern, Tensor } from "../engine/index.ts";
import { checkModule, type Module } from "../nn/index.ts";
import { Connections } from "./connections.ts";

/** A layer whose weight exists at chosen places only; made by `sparsify`. */
export interface SparseLayer extends Module {
  readonly connections: Connections;
  /** The weights that exist, [connections]. */
  readonly weight: Tensor;
  /** Where they are. */
  readonly pattern: SparsePattern;
  /** Share of the dense weight that exists. */
  readonly density: number;
}

/** Hint for those who construct one by hand. */
export const MADE_BY = "`sparsify(network, options)` makes sparse layers.";

/** Whether a module is a sparse layer. */
export function isSparseLayer(module: Module): module is SparseLayer {
  checkModule("isSparseLayer", module);
  return "connections" in module && module.connections instanceof Connections;
}

/** The sparse layers of a network with their dotted names. */
export function sparseLayers(network: Module): [string, SparseLayer][] {
  checkModule("sparseLayers", network);
  return network.namedModules().filter((entry): entry is [string, SparseLayer] => isSparseLayer(entry[1]));
}
