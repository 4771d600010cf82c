import {
  checkArray,
  checkInteger,
  checkOneOf,
  checkOptions,
  checkShape,
  checkText,
  isPlainObject,
  refuse,
} from "../checks.ts";
import { located, MyelinError, ShapeError } from "../errors.ts";
import { checkModule, Module, Residual, Sequential } from "../nn/index.ts";
import { sparsify } from "../structure/index.ts";
import { type Built, LEAVES, type LeafType, type OwnLayer, type Place } from "./layers.ts";
import type { LayerDescription, LayerOptions, NetworkDescription } from "./network-description.ts";
import { describeShape, requireFlat, shapeOf, sizesOf } from "./shape.ts";

const TYPES = [...Object.keys(LEAVES), "residual"];

/** Whether a type of layer is one of the core's. */
export function isLayerType(type: string): boolean {
  return TYPES.includes(type);
}

const EXAMPLE = '{ input: [784], layers: [{ name: "fc1", type: "linear", outFeatures: 10 }] }';

/**
 * Builds the network of a description in the current engine, with fresh weights. In go images [B, C, H, W] or vectors
 * [B, N], or sequences of them, [T, B, ...]; out comes what the last layer gives. Layers have the names that the
 * description gives them: `fc1.weight`, `residual1.branch.conv1.weight`.
 *
 * @param options `layers`: what makes layers of types of one's own, by type
 * @throws ShapeError if a layer cannot take what the one before it gives, or the output is not one value per class
 * @throws MyelinError for an unknown layer, an unknown option or a value out of range; the message names the layer
 * @example
 * const network = await buildNetwork({
 *   input: [784],
 *   layers: [
 *     { name: "fc1", type: "linear", outFeatures: 128 },
 *     { name: "repeat1", type: "repeat", steps: 8 },
 *     { name: "neuron1", type: "neuron", neuron: { type: "LIF", tau: 2 } },
 *     { name: "fc2", type: "linear", outFeatures: 10 },
 *   ],
 * });
 */
export async function buildNetwork(
  description: NetworkDescription,
  options: { readonly layers?: Readonly<Record<string, OwnLayer>> | undefined } = {},
): Promise<Sequential> {
  const known = { input: true, steps: true, layers: true, classes: true, structure: true } as const;
  checkOptions<NetworkDescription>("buildNetwork", description, known, EXAMPLE);
  const { input, steps, layers, classes, structure } = description;
  checkShape("buildNetwork.input", input);
  if (steps !== undefined) checkInteger("buildNetwork.steps", steps, { min: 1 });
  checkOptions("buildNetwork.options", options, { layers: true }, "{ layers: { mine: ... } }");
  const start = { where: "network", shape: shapeOf(input), steps, own: options.layers ?? {} };
  const { module, shape } = sequence("network", layers, start);
  if (classes !== undefined) requireClasses(requireFlat("network", shape), classes);
  if (structure !== undefined) await sparsify(module, structure);
  return module;
}

function requireClasses(outputs: number, classes: number): void {
  checkInteger("buildNetwork.classes", classes, { min: 1 });
  if (outputs === classes) return;
  throw new ShapeError(
    `network: expected ${classes} outputs, one for each label from 0 to ${classes - 1}, got ${outputs}. ` +
      `Set the last layer to ${classes} features.`,
  );
}

/** A list of layers, each with what the one before it gives. */
function sequence(
  path: string,
  layers: readonly LayerDescription[],
  start: Place,
): Built & { readonly module: Sequential } {
  const { own } = start;
  const types = [...TYPES, ...Object.keys(own)];
  checkArray(`${path}.layers`, layers, "an array of layers", (symbol, layer) =>
    checkLayer(symbol, layer, types),
  );
  const modules: Record<string, Module> = {};
  let { shape, steps: first } = start;
  let added = 0;
  for (const layer of layers) {
    const { name, type } = layer;
    if (Object.hasOwn(modules, name)) {
      refuse(`${path}.${name}`, "a name of its own for each layer", name, "Number them: fc1, fc2.");
    }
    const steps = first === undefined ? undefined : first + added;
    const place = { where: `${path}.${name} (${type})`, shape, steps, own };
    const built = inLayer(place.where, () => build(layer, `${path}.${name}`, place));
    modules[name] = built.module;
    shape = built.shape;
    added += built.added ?? 0;
    if (built.steps !== undefined) [first, added] = [built.steps, 0];
  }
  return { module: new Sequential(modules), shape, added };
}

function checkLayer(symbol: string, layer: LayerDescription, types: readonly string[]): void {
  if (!isPlainObject(layer)) refuse(symbol, 'a layer such as { name: "fc1", type: "linear" }', layer);
  checkText(`${symbol}.name`, layer.name);
  checkOneOf<string>(`${symbol}.type`, layer.type, types);
}

/** What a layer's class says about its options, with the layer's name ahead. */
function inLayer<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof MyelinError) || cause.message.startsWith("network")) throw cause;
    throw located(cause, where);
  }
}

function build({ name: _, ...layer }: LayerDescription, path: string, place: Place): Built {
  const { type, ...options } = layer;
  if (layer.type === "residual") return residual(options as LayerOptions["residual"], path, place);
  const own = Object.hasOwn(place.own, type) ? place.own[type] : undefined;
  if (own !== undefined) return ofOwn(own, options, place);
  // The table has a function per type, and the options are those of the type.
  const make = LEAVES[type as LeafType] as (options: LayerOptions[LeafType], place: Place) => Built;
  return make(options, place);
}

function residual(options: LayerOptions["residual"], path: string, place: Place): Built {
  const known = { branch: true, shortcut: true } as const;
  const { branch, shortcut } = checkOptions(place.where, options, known, "{ branch: [...] }");
  const side = sequence(`${path}.branch`, branch, place);
  const other = shortcut && sequence(`${path}.shortcut`, shortcut, place);
  const [first, second] = [outputText(side), outputText(other ?? place)];
  if (first !== second) {
    throw new ShapeError(
      `${place.where}: expected branch and shortcut to give the same shape, got ${first} ` +
        `and ${second}. Change the branch or give a shortcut.`,
    );
  }
  return { ...side, module: new Residual(side.module, other?.module) };
}

function ofOwn(make: OwnLayer, options: object, { where, shape, steps }: Place): Built {
  const built = make(options, { input: sizesOf(shape), steps });
  const { module, output } = built instanceof Module ? { module: built, output: undefined } : built;
  checkModule(where, module);
  return { module, shape: output === undefined ? shape : shapeOf(checkShape(`${where}.output`, output)) };
}

/** The output of a side, with the steps that delays have added. */
function outputText({ shape, added = 0 }: Pick<Built, "shape" | "added">): string {
  return describeShape(shape) + (added === 0 ? "" : `, ${added} steps longer`);
}
