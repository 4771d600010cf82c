import { checkArray, checkNumber, checkOptions, checkText } from "../checks.ts";
import type { SparsePattern } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import type { Module } from "../nn/index.ts";
import { Bitmap } from "./bitmap.ts";
import { roomOf } from "./pattern.ts";
import { type SparseLayer, sparseLayers } from "./sparse-layer.ts";

/** What is known about a layer's structure. */
export interface StructureMetrics {
  readonly name: string;
  readonly density: number;
  /** Share of all possible connections that have existed at some time (the ITOP rate). */
  readonly everActive: number;
  /** Share of the connections that the last update brought to places that had none before it. */
  readonly turnover: number;
  /** Multiplications per sample and time step when every input is active. */
  readonly operations: number;
}

/** A sparse layer and the history of its connections. */
export interface EvolvingLayer {
  readonly name: string;
  readonly layer: SparseLayer;
  /** Places that have been connected at some time. */
  everActive: Bitmap;
  /** Share of the connections that the last update brought to places that had none before it. */
  turnover: number;
}

/** The history of a layer as JSON. */
export interface LayerState {
  readonly name: string;
  readonly everActive: string;
  readonly turnover: number;
}

/**
 * The sparse layers of a network that evolve.
 *
 * @param owner for messages
 * @param names default: all
 * @throws MyelinError without sparse layers, or for a name that is none
 */
export function evolvingLayers(
  owner: string,
  network: Module,
  names: readonly string[] | undefined,
): EvolvingLayer[] {
  if (names !== undefined) checkArray(`${owner}.layers`, names, "an array of names", checkText);
  const sparse = sparseLayers(network);
  const known = sparse.map(([name]) => name);
  if (sparse.length === 0) {
    throw new MyelinError(`${owner}: expected a network with sparse layers, got none. Call sparsify first.`);
  }
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const hint = "Name layers that sparsify has made sparse.";
    throw new MyelinError(`${owner}.layers: expected some of ${known.join(", ")}, got "${unknown}". ${hint}`);
  }
  const chosen = names ? sparse.filter(([name]) => names.includes(name)) : sparse;
  return chosen.map(([name, layer]) => ({
    name,
    layer,
    everActive: bitmapOf(layer.pattern, layer.pattern.places),
    turnover: 0,
  }));
}

/** A set of places of a pattern's weight. */
export function bitmapOf(pattern: SparsePattern, places: Int32Array): Bitmap {
  const set = new Bitmap(roomOf(pattern));
  for (let i = 0; i < places.length; i++) set.add(places[i] as number);
  return set;
}

/** Remembers the places that an update has brought; `former` is the pattern before it. */
export function recordUpdate(evolving: EvolvingLayer, former: SparsePattern): void {
  const { places } = evolving.layer.pattern;
  const known = bitmapOf(former, former.places);
  let brought = 0;
  for (const place of places) {
    if (known.has(place)) continue;
    evolving.everActive.add(place);
    brought++;
  }
  evolving.turnover = brought / places.length;
}

/** What is known about a layer's structure. */
export function metricsOf({ name, layer, everActive, turnover }: EvolvingLayer): StructureMetrics {
  const { density, operations } = layer.connections;
  return { name, density, everActive: everActive.count / everActive.size, turnover, operations };
}

/** What `restoreLayers` takes back. */
export function layerState({ name, everActive, turnover }: EvolvingLayer): LayerState {
  return { name, everActive: everActive.encode(), turnover };
}

const LAYER_STATE = { name: true, everActive: true, turnover: true, positive: true } as const;

/** @throws MyelinError if the states belong to other layers */
export function restoreLayers(
  owner: string,
  layers: readonly EvolvingLayer[],
  states: readonly LayerState[],
): void {
  checkArray(`${owner}.setState.layers`, states, "an array of layers", (symbol, state) => {
    checkOptions<object>(symbol, state, LAYER_STATE, "that of getState()");
    checkNumber(`${symbol}.turnover`, state.turnover, { min: 0 });
  });
  const [wanted, got] = [layers, states].map((list) => list.map(({ name }) => name).join(", "));
  if (wanted !== got) throw new MyelinError(`${owner}.setState: expected the layers ${wanted}, got ${got}.`);
  const bitmaps = layers.map(({ everActive }, i) =>
    Bitmap.decode(everActive.size, (states[i] as LayerState).everActive),
  );
  layers.forEach((evolving, i) => {
    evolving.everActive = bitmaps[i] as Bitmap;
    evolving.turnover = (states[i] as LayerState).turnover;
  });
}
