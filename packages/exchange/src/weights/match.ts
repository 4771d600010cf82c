import { FormatError } from "@myelin/core";
import type { TensorData } from "@myelin/core/io";
import type { StateDict } from "../torch/index.ts";
import { splitName, type NamedTensor } from "./names.ts";

/** A tensor of a file and the one of the network that it goes to. */
export interface Match {
  readonly theirs: string;
  readonly ours: string;
  readonly shape: readonly number[];
}

/** What fits, and what is left on either side. */
export interface Matching {
  readonly matches: readonly Match[];
  /** Tensors of the network that the file has not. */
  readonly missing: readonly string[];
  /** Tensors of the file that the network has not. */
  readonly unused: readonly string[];
}

/**
 * Finds the place of each tensor: by its name; or, if not all names are the same, layer by layer in the order of both,
 * where those that are the same come together.
 *
 * @throws FormatError if neither fits
 */
export function matchTensors(theirs: StateDict, ours: readonly NamedTensor[]): Matching {
  const names = new Map(ours.map((one) => [one.torch, one]));
  const same = [...theirs.keys()].filter((name) => names.has(name));
  if (same.length === theirs.size && same.length === ours.length) return byName(theirs, names);
  const ordered = byOrder(theirs, ours);
  const isInOrder = ordered?.every(({ theirs, ours }) => (names.get(theirs)?.ours ?? ours) === ours) ?? false;
  if (ordered && isInOrder) return { matches: ordered, missing: [], unused: [] };
  return same.length > 0 ? byName(theirs, names) : refuseNames(theirs, ours);
}

function byName(theirs: StateDict, names: ReadonlyMap<string, NamedTensor>): Matching {
  const matches: Match[] = [];
  const unused: string[] = [];
  const differing: string[] = [];
  for (const [name, { shape }] of theirs) {
    const own = names.get(name);
    if (!own) unused.push(name);
    else if (!sameShape(shape, own.tensor.shape)) {
      differing.push(`${name} [${shape.join(", ")}] for [${own.tensor.shape.join(", ")}]`);
    } else matches.push({ theirs: name, ours: own.ours, shape });
  }
  if (differing.length > 0) {
    throw new FormatError(
      `loadWeights: expected tensors of the network's shapes, got ${differing.join("; ")}. Is it another network?`,
    );
  }
  const missing = [...names.values()].filter(({ torch }) => !theirs.has(torch)).map(({ ours }) => ours);
  return { matches, missing, unused };
}

function byOrder(theirs: StateDict, ours: readonly NamedTensor[]): Match[] | undefined {
  const [left, right] = [theirLayers(theirs), ourLayers(ours)];
  if (left.length !== right.length) return undefined;
  const matches = left.map((layer, i) => pair(layer, right[i]!));
  return matches.every((found) => found !== undefined) ? matches.flat() : undefined;
}

function refuseNames(theirs: StateDict, ours: readonly NamedTensor[]): never {
  throw new FormatError(
    `loadWeights: expected the same names, or the same layers in the same order, got ` +
      `${describe(theirLayers(theirs))} for ${describe(ourLayers(ours))}. Say which is which with the option rename.`,
  );
}

function theirLayers(theirs: StateDict): Layer[] {
  return layersOf([...theirs].map(([name, { shape }]) => ({ name, key: name, shape })));
}

function ourLayers(ours: readonly NamedTensor[]): Layer[] {
  return layersOf(ours.map((one) => ({ name: one.ours, key: one.torch, shape: one.tensor.shape })));
}

interface Entry {
  readonly name: string;
  /** Name in PyTorch's terms. */
  readonly key: string;
  readonly shape: readonly number[];
}

type Layer = ReadonlyMap<string, Entry>;

/** Tensors by the layer they belong to, layers in the order in which they come first. */
function layersOf(entries: readonly Entry[]): Layer[] {
  const layers = new Map<string, Map<string, Entry>>();
  for (const entry of entries) {
    const [layer, tensor] = splitName(entry.key);
    const members = layers.get(layer) ?? new Map<string, Entry>();
    layers.set(layer, members.set(tensor, entry));
  }
  return [...layers.values()];
}

function pair(theirs: Layer, ours: Layer): Match[] | undefined {
  if (theirs.size !== ours.size) return undefined;
  const matches = [...theirs].map(([tensor, { name, shape }]): Match | undefined => {
    const own = ours.get(tensor);
    return own && sameShape(shape, own.shape) ? { theirs: name, ours: own.name, shape } : undefined;
  });
  return matches.every((match) => match !== undefined) ? matches : undefined;
}

function describe(layers: readonly Layer[]): string {
  const all = layers.flatMap((layer) => [...layer.values()]);
  const shown = all.slice(0, 8).map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
  const rest = all.length > shown.length ? ` and ${all.length - shown.length} more` : "";
  return all.length === 0 ? "no tensors" : shown.join(", ") + rest;
}

function sameShape(a: TensorData["shape"], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}
