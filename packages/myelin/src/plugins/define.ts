/** Parts of one's own for recipes. */
import { defineNeuron, type Module, MyelinError, type NeuronDefinition, type Tensor } from "@myelin/core";
import { isPlainObject, nearestName } from "@myelin/core/checks";
import type { NeuronClass } from "@myelin/core/neurons";
import type { Dataset, Transform } from "@myelin/data";
import type { z } from "zod";

/** The options of a part by name, each with its schema of zod. */
export type OptionSchemas = Readonly<Record<string, z.ZodType>>;

/** The options as they are in a recipe, checked, with defaults filled in. */
export type OptionsOf<S extends OptionSchemas> = { readonly [Name in keyof S]: z.output<S[Name]> };

interface WithOptions<S extends OptionSchemas> {
  /** What a recipe may say beside the name; nothing if left out. */
  readonly options?: S;
}

/** A surrogate: the expression of its derivative, perhaps made of options. */
export interface OwnSurrogate<S extends OptionSchemas = OptionSchemas> extends WithOptions<S> {
  /** @returns g'(u), such as `1 / (1 + (3 * u) ** 2)` */
  readonly derivative: (options: OptionsOf<S>) => string;
}

/** What reaches a layer of one's own. */
export interface LayerPlace {
  /** One sample, or one time step of it: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  /** How many time steps there are, if all samples have the same. */
  readonly steps: number | undefined;
}

/** A layer of a `sequential` network. */
export interface OwnLayer<S extends OptionSchemas = OptionSchemas> extends WithOptions<S> {
  /** @returns the layer; with the shape of its output where that is not the input's */
  readonly build: (
    options: OptionsOf<S>,
    place: LayerPlace,
  ) => Module | { readonly module: Module; readonly output: readonly number[] };
}

/** A loss of outputs [T, B, K] and labels [B], or class probabilities [B, K]. */
export interface OwnLoss<S extends OptionSchemas = OptionSchemas> extends WithOptions<S> {
  readonly loss: (outputs: Tensor, labels: Tensor, options: OptionsOf<S>) => Tensor;
  /** Scores [B, K] whose highest is the predicted class; the mean over time if left out. */
  readonly scores?: (outputs: Tensor, options: OptionsOf<S>) => Tensor;
}

/** A data set. */
export interface OwnDataset<S extends OptionSchemas = OptionSchemas> extends WithOptions<S> {
  /** Loads a part, as `createDataset` of `@myelin/data` makes it. */
  readonly load: (
    options: OptionsOf<S>,
    part: { readonly split: "train" | "test"; readonly dataDir: string | undefined },
  ) => Dataset | Promise<Dataset>;
}

/** A random change of training images. */
export interface OwnTransform<S extends OptionSchemas = OptionSchemas> extends WithOptions<S> {
  readonly transform: (options: OptionsOf<S>) => Transform;
}

type Schemas = Readonly<Record<string, OptionSchemas>>;

/** What `definePlugin` takes: each part by the name that recipes give it. */
export interface PluginDefinition<
  S extends Schemas = Schemas,
  L extends Schemas = Schemas,
  F extends Schemas = Schemas,
  D extends Schemas = Schemas,
  T extends Schemas = Schemas,
> {
  /** `defineNeuron` makes them; their options are their parameters. */
  readonly neurons?: Readonly<Record<string, NeuronClass | NeuronDefinition>>;
  /** Expressions of `u`, or what makes them of options. */
  readonly surrogates?: { readonly [Name in keyof S]: string | OwnSurrogate<S[Name]> };
  readonly layers?: { readonly [Name in keyof L]: OwnLayer<L[Name]> };
  readonly losses?: { readonly [Name in keyof F]: OwnLoss<F[Name]> };
  readonly datasets?: { readonly [Name in keyof D]: OwnDataset<D[Name]> };
  readonly transforms?: { readonly [Name in keyof T]: OwnTransform<T[Name]> };
}

/** Parts of one's own, as a plugin file exports them. */
export interface Plugin {
  readonly parts: PluginDefinition;
}

const MADE = new WeakSet<object>();

/** Which function a part of each kind has; neurons and surrogates may be something else. */
const KINDS = {
  ...{ neurons: undefined, surrogates: "derivative" },
  ...{ layers: "build", losses: "loss", datasets: "load", transforms: "transform" },
} as const;

/** The kinds of parts. */
export type PartKind = keyof typeof KINDS;

/** The kinds of parts, by the names that plugins give them. */
export const PART_KINDS = Object.keys(KINDS) as PartKind[];

/**
 * The default export of a plugin file, which a recipe names under `plugins`.
 *
 * @throws MyelinError for an unknown kind of part, a name that is none, or a part without what makes it
 * @example
 * export default definePlugin({
 *   neurons: { Leaky: defineNeuron({ name: "Leaky", state: { v: 0 }, parameters: { tau: 2 }, equations: "..." }) },
 * });
 */
export function definePlugin<
  const S extends Schemas,
  const L extends Schemas,
  const F extends Schemas,
  const D extends Schemas,
  const T extends Schemas,
>(parts: PluginDefinition<S, L, F, D, T>): Plugin {
  if (!isPlainObject(parts)) fail("definePlugin", "parts by kind, such as { neurons: { ... } }", parts);
  for (const [kind, named] of Object.entries(parts) as [PartKind, unknown][]) checkKind(kind, named);
  const plugin = { parts: parts as unknown as PluginDefinition };
  MADE.add(plugin);
  return plugin;
}

/** Whether something was made by `definePlugin`. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && MADE.has(value);
}

function checkKind(kind: PartKind, named: unknown): void {
  if (!PART_KINDS.includes(kind)) {
    const near = nearestName(kind, PART_KINDS);
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    throw new MyelinError(`definePlugin: expected ${PART_KINDS.join(", ")}, got "${kind}".${hint}`);
  }
  if (named === undefined) return;
  if (!isPlainObject(named)) fail(`definePlugin.${kind}`, "parts by name", named);
  for (const [name, part] of Object.entries(named))
    checkPart(`definePlugin.${kind}.${name}`, kind, name, part);
}

function checkPart(symbol: string, kind: PartKind, name: string, part: unknown): void {
  if (!/^[A-Za-z][\w-]*$/.test(name)) fail(symbol, "a name of letters, digits, - and _", name);
  if (kind === "surrogates" && typeof part === "string") return;
  if (kind === "neurons") {
    const { definition = part } = (part ?? {}) as { readonly definition?: unknown };
    const { inputs = ["x"] } = defineNeuron(definition as NeuronDefinition).definition;
    if (inputs.length !== 1) fail(symbol, "a neuron of one input, as a layer has one", inputs.join(", "));
    return;
  }
  const maker = KINDS[kind];
  const { [maker]: make, options } = (part ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof make !== "function") fail(`${symbol}.${maker}`, "a function", make);
  if (options === undefined) return;
  if (!isPlainObject(options)) fail(`${symbol}.options`, "a schema of zod for each option", options);
  for (const [option, schema] of Object.entries(options)) {
    if (typeof (schema as { readonly safeParse?: unknown } | null)?.safeParse === "function") continue;
    fail(`${symbol}.options.${option}`, "a schema of zod, such as z.number().default(1)", schema);
  }
}

function fail(symbol: string, expected: string, got: unknown): never {
  const text = typeof got === "string" ? `"${got}"` : got === null ? "null" : typeof got;
  throw new MyelinError(`${symbol}: expected ${expected}, got ${text}.`);
}
