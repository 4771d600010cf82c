import {
  checkArray,
  checkInteger,
  checkNumbers,
  checkOneOf,
  checkOptions,
  checkShape,
  isPlainObject,
  refuse,
} from "../checks.ts";
import {
  type CarriedState,
  describeShape,
  type Engine,
  type Format,
  sizeOf,
  type Tensor,
} from "../engine/index.ts";
import { MyelinError } from "../errors.ts";

/** One part of what a layer carries, such as a potential. */
export interface StoredPart {
  readonly shape: readonly number[];
  readonly format: Format;
  readonly values: readonly number[];
}

/** A saved stream: plain data, which JSON and structured clones keep as it is. */
export interface StreamState {
  /** The parameters of the network that it belongs to, by name and shape. */
  readonly network: readonly string[];
  /** How many streams ran side by side. */
  readonly batch: number;
  /** How many steps were taken. */
  readonly steps: number;
  /** By how many steps the network lengthens sequences. */
  readonly added: number;
  /** What each layer with a memory carries, in the order in which they run. */
  readonly layers: readonly Readonly<Record<string, StoredPart>>[];
}

const KNOWN = { network: true, batch: true, steps: true, added: true, layers: true } as const;
const PART = { shape: true, format: true, values: true } as const;
const EXAMPLE = "one that `await stream.state()` has given";

/** What tells networks apart: names and shapes of parameters. */
export function signatureOf(network: { namedParameters(): [string, Tensor][] }): string[] {
  return network.namedParameters().map(([name, { shape }]) => `${name} ${describeShape(shape)}`);
}

/** What a layer carries, as plain data. */
export async function storedLayer(state: CarriedState): Promise<Readonly<Record<string, StoredPart>>> {
  const parts = Object.entries(state).map(async ([name, part]) => {
    const { shape, format } = part;
    return [name, { shape, format, values: [...(await part.data())] }] as const;
  });
  return Object.fromEntries(await Promise.all(parts));
}

/** What `storedLayer` has stored, in persistent memory. */
export function loadedLayer(engine: Engine, layer: Readonly<Record<string, StoredPart>>): CarriedState {
  const parts = Object.entries(layer).map(([name, { shape, format, values }]) => {
    const part = engine.persistent(shape, format);
    part.set(values);
    return [name, part] as const;
  });
  return Object.fromEntries(parts);
}

/**
 * Requires the state of a stream of this network.
 *
 * @param current what the layers carry now; nothing before the first step
 * @throws MyelinError for the state of another network, or for what is none
 */
export function checkState(
  symbol: string,
  state: StreamState,
  expected: { readonly network: readonly string[]; readonly batch: number },
  current: readonly CarriedState[],
): void {
  checkOptions<StreamState>(symbol, state, KNOWN, EXAMPLE);
  const { network, batch, steps, added, layers } = state;
  checkArray(`${symbol}.network`, network, "an array of names and shapes");
  checkNetwork(symbol, network, expected.network);
  checkInteger(`${symbol}.batch`, batch, { min: 1 });
  if (batch !== expected.batch) {
    throw new MyelinError(
      `${symbol}: expected the state of a stream with batch ${expected.batch}, got one with batch ${batch}. ` +
        "Make a stream with that batch.",
    );
  }
  checkInteger(`${symbol}.steps`, steps, { min: 0 });
  checkInteger(`${symbol}.added`, added, { min: 0 });
  checkArray(`${symbol}.layers`, layers, "an array of what layers carry", (name, layer) =>
    checkLayer(name, layer),
  );
  if (current.length > 0 && layers.length > 0) checkSameShapes(symbol, layers, current);
}

function checkNetwork(symbol: string, given: readonly string[], expected: readonly string[]): void {
  const length = Math.max(given.length, expected.length);
  for (let i = 0; i < length; i++) {
    if (given[i] === expected[i]) continue;
    const [own, other] = [expected[i] ?? "no more parameters", given[i] ?? "no more parameters"];
    throw new MyelinError(
      `${symbol}: expected the state of a network with ${own}, got that of one with ${other}. ` +
        "A state fits the network whose stream gave it, and others of the same layers.",
    );
  }
}

function checkLayer(symbol: string, layer: Readonly<Record<string, StoredPart>>): void {
  if (!isPlainObject(layer)) refuse(symbol, "what a layer carries", layer);
  for (const [name, part] of Object.entries(layer)) {
    const place = `${symbol}.${name}`;
    checkOptions<StoredPart>(place, part, PART, "{ shape, format, values }");
    checkShape(`${place}.shape`, part.shape, 0);
    checkOneOf(`${place}.format`, part.format, ["plain", "image"]);
    checkNumbers(`${place}.values`, part.values);
    const size = sizeOf(part.shape);
    if (part.values.length !== size) refuse(`${place}.values`, `${size} numbers`, part.values);
  }
}

/** A stream that runs already knows the shapes of what its layers carry. */
function checkSameShapes(
  symbol: string,
  layers: StreamState["layers"],
  current: readonly CarriedState[],
): void {
  const own = current.map(shapesOf).join("; ");
  const given = layers.map(shapesOf).join("; ");
  if (own === given) return;
  throw new MyelinError(
    `${symbol}: expected a state of the shapes ${own}, got ${given}. Inputs of one stream share a shape.`,
  );
}

function shapesOf(parts: Readonly<Record<string, { readonly shape: readonly number[] }>>): string {
  return Object.entries(parts)
    .map(([name, { shape }]) => `${name} ${describeShape(shape)}`)
    .join(", ");
}
