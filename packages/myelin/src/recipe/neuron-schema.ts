import { NEURON_DEFAULTS } from "@myelin/core/defaults";
import { neuronOfEquations, zooNameOf } from "@myelin/core/neurons";
import { z } from "zod";
import { NO_PARTS, type Parts } from "../plugins/index.ts";
import { ownNeuronSchema, parametersOf } from "./own-parts.ts";
import { surrogateSchemaFor, type SurrogateSchema } from "./surrogate-schema.ts";
import { parameterSchema, ZOO_NAMES, ZOO_PARAMETERS, zooSchemas } from "./zoo-schema.ts";

const { KLIF, ALIF, LIF } = NEURON_DEFAULTS;

/** A neuron of equations, as `defineNeuron` takes it. */
const equationFields = {
  equations: z.string(),
  /** What the neuron is called. */
  name: z.string().min(1),
  /** The states with their values at rest, or with the names of the parameters that say them. */
  state: z.record(z.string(), z.union([z.number(), z.string()])),
  parameters: z.record(z.string(), parameterSchema),
  /** What the layer gives: `[s]` unless said. */
  outputs: z.array(z.string()).min(1),
};

/** The built-in types that a recipe may name. */
export const NEURON_TYPES = ["IF", "LIF", "PLIF", "KLIF", "ALIF", "equations", ...ZOO_NAMES] as const;

/** Options of the neurons, without defaults; names as in the papers and in SpikingJelly. */
const fields = {
  type: z.enum(NEURON_TYPES),
  /** Time constant in time steps, 1 means no memory; PLIF: initial value of the learned one. */
  tau: z.number().min(1),
  decayInput: z.boolean(),
  vThreshold: z.number().positive(),
  /** Potential after a spike; null subtracts the threshold instead (soft reset). */
  vReset: z.number().nullable(),
  detachReset: z.boolean(),
  /** KLIF: initial value of the learned scale. */
  k: z.number().positive(),
  scaleReset: z.boolean(),
  /** ALIF: time constant of the threshold, in time steps, and its weight. */
  tauAdaptation: z.number().positive(),
  beta: z.number().nonnegative(),
};

function byEquations(surrogate: SurrogateSchema) {
  return z
    .strictObject({
      type: z.literal("equations").optional(),
      ...equationFields,
      name: equationFields.name.optional(),
      parameters: equationFields.parameters.default({}),
      outputs: equationFields.outputs.optional(),
      surrogate: surrogate.prefault({}),
    })
    .superRefine(({ type: _, surrogate: __, name: ___, ...definition }, context) => {
      try {
        neuronOfEquations(definition);
      } catch (error) {
        const { path, text } = placed((error as Error).message);
        context.addIssue({ code: "custom", message: text, path, params: { isWhole: true } });
      }
    })
    .transform((recipe) => ({ ...recipe, type: "equations" as const }));
}

/** What the core says of a definition: `neuron.equations, line 2, column 7: expected ...`, by place and text. */
function placed(message: string): { readonly path: string[]; readonly text: string } {
  const [, names = "", text = message] = /^neuron((?:\.[^\s:,.]+)+)(?:: |, )(.*)$/s.exec(message) ?? [];
  return { path: names.split(".").slice(1), text };
}

/** The neurons that recipes may have, those of plugins among them; one with equations needs no type. */
function neuronSchemaWith({ neurons, surrogates }: Parts) {
  const slope = surrogateSchemaFor(surrogates);
  const spiking = {
    vThreshold: fields.vThreshold.default(LIF.vThreshold),
    vReset: fields.vReset.default(LIF.vReset),
    detachReset: fields.detachReset.default(LIF.detachReset),
    surrogate: slope.prefault({}),
  };
  const leaky = {
    ...spiking,
    tau: fields.tau.default(LIF.tau),
    decayInput: fields.decayInput.default(LIF.decayInput),
  };
  return z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("IF"), ...spiking }),
    z.strictObject({ type: z.literal("LIF"), ...leaky }),
    z.strictObject({
      type: z.literal("PLIF"),
      ...leaky,
      tau: z.number().gt(1).default(NEURON_DEFAULTS.PLIF.tau),
    }),
    z.strictObject({
      type: z.literal("KLIF"),
      ...leaky,
      k: fields.k.default(KLIF.k),
      scaleReset: fields.scaleReset.default(KLIF.scaleReset),
    }),
    z.strictObject({
      type: z.literal("ALIF"),
      ...leaky,
      tauAdaptation: fields.tauAdaptation.default(ALIF.tauAdaptation),
      beta: fields.beta.default(ALIF.beta),
    }),
    byEquations(slope),
    ...zooSchemas(slope.prefault({})),
    // What comes out is a neuron of equations, which the type above has already.
    ...Object.entries(neurons).map(
      ([name, definition]) =>
        ownNeuronSchema(name, definition, slope.prefault({})) as unknown as ReturnType<typeof byEquations>,
    ),
  ]);
}

/** What parameters of the zoo are depends on the neuron, of which a layer alone does not know. */
const anything = Object.fromEntries(ZOO_PARAMETERS.map((name) => [name, z.unknown()]));

/** What a single layer may say about its neurons: the rest comes from `network.neuron`. */
function overrideSchemaWith({ neurons, surrogates }: Parts, neuron: ReturnType<typeof neuronSchemaWith>) {
  const own = Object.fromEntries(parametersOf(neurons).map((name) => [name, z.unknown()]));
  const type = z.enum([...NEURON_TYPES, ...Object.keys(neurons)]) as unknown as typeof fields.type;
  const surrogate = surrogateSchemaFor(surrogates);
  const all = z
    .strictObject({ ...own, ...fields, surrogate, ...equationFields, ...anything, type })
    .partial();
  return all.transform((override, context): typeof override => {
    if (override.type === undefined || !Object.hasOwn(neurons, override.type)) return override;
    const { data, error } = neuron.safeParse(override);
    for (const issue of error?.issues ?? []) context.issues.push(issue as z.core.$ZodRawIssue);
    return data as typeof override;
  });
}

const made = new WeakMap<Parts, ReturnType<typeof make>>();

function make(parts: Parts) {
  const neuronSchema = neuronSchemaWith(parts);
  return { neuronSchema, neuronOverrideSchema: overrideSchemaWith(parts, neuronSchema) };
}

/** The schemas of neurons with those of plugins. */
export function neuronSchemasFor(parts: Parts): ReturnType<typeof make> {
  const schemas = made.get(parts) ?? make(parts);
  made.set(parts, schemas);
  return schemas;
}

/** A spiking neuron layer; one with equations needs no type. */
export const { neuronSchema } = neuronSchemasFor(NO_PARTS);

/** Gives neurons their proper names in a recipe, which is changed: `neuron: cuba-lif` is `{ type: CubaLIF }`. */
export function nameNeurons(section: object): void {
  for (const [key, value] of Object.entries(section) as [string, unknown][]) {
    const isNeuron = key === "neuron" || key === "recurrent";
    const here = section as Record<string, unknown>;
    if (isNeuron && typeof value === "string") here[key] = { type: properName(value) };
    else if (typeof value === "object" && value !== null) {
      if (isNeuron && "type" in value && typeof value.type === "string") value.type = properName(value.type);
      nameNeurons(value);
    }
  }
}

function properName(type: string): string {
  return (type !== "" && zooNameOf(type)) || type;
}

/** Options of a spiking neuron layer, defaults filled in. */
export type NeuronRecipe = z.output<typeof neuronSchema>;

/** What neurons are called: their type, or the name of those of equations. */
export function neuronTitle(neuron: NeuronRecipe): string {
  return neuron.type === "equations" ? (neuron.name ?? neuron.type) : neuron.type;
}

type NeuronOverride = z.output<ReturnType<typeof overrideSchemaWith>>;

/**
 * The neurons of one layer: its own options before those of `network.neuron`.
 * A layer that names its own type, or equations, takes nothing from there.
 */
export function layerNeuron(shared: NeuronRecipe, override: NeuronOverride): unknown {
  return override.type === undefined && override.equations === undefined
    ? { ...shared, ...override }
    : override;
}
