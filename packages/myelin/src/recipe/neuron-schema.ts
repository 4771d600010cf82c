import { NEURON_DEFAULTS, SURROGATE_ALPHA } from "@myelin/core/defaults";
import { neuronOfEquations, type SurrogateName, zooNameOf } from "@myelin/core/neurons";
import { z } from "zod";
import { parameterSchema, ZOO_NAMES, ZOO_PARAMETERS, zooSchemas } from "./zoo-schema.ts";

const surrogates = Object.keys(SURROGATE_ALPHA) as SurrogateName[];
const { KLIF, ALIF, LIF } = NEURON_DEFAULTS;

/** A neuron of equations, as `defineNeuron` takes it. */
const equationFields = {
  equations: z.string(),
  /** The states with their values at rest. */
  state: z.record(z.string(), z.number()),
  parameters: z.record(z.string(), parameterSchema),
  /** What the layer gives: `[s]` unless said. */
  outputs: z.array(z.string()).min(1),
};

/** Options of the neurons, without defaults; names as in the papers and in SpikingJelly. */
const fields = {
  type: z.enum(["IF", "LIF", "PLIF", "KLIF", "ALIF", "equations", ...ZOO_NAMES]),
  /** Time constant in time steps, 1 means no memory; PLIF: initial value of the learned one. */
  tau: z.number().min(1),
  decayInput: z.boolean(),
  vThreshold: z.number().positive(),
  /** Potential after a spike; null subtracts the threshold instead (soft reset). */
  vReset: z.number().nullable(),
  detachReset: z.boolean(),
  surrogate: z.strictObject({
    type: z.enum(surrogates).default(LIF.surrogate),
    /** Steepness; each surrogate has its own default. */
    alpha: z.number().positive().optional(),
  }),
  /** KLIF: initial value of the learned scale. */
  k: z.number().positive(),
  scaleReset: z.boolean(),
  /** ALIF: time constant of the threshold, in time steps, and its weight. */
  tauAdaptation: z.number().positive(),
  beta: z.number().nonnegative(),
};

const spiking = {
  vThreshold: fields.vThreshold.default(LIF.vThreshold),
  vReset: fields.vReset.default(LIF.vReset),
  detachReset: fields.detachReset.default(LIF.detachReset),
  surrogate: fields.surrogate.prefault({}),
};
const leaky = {
  ...spiking,
  tau: fields.tau.default(LIF.tau),
  decayInput: fields.decayInput.default(LIF.decayInput),
};

/** What the core says of a definition: `neuron.equations, line 2, column 7: expected ...`, by place and text. */
function placed(message: string): { readonly path: string[]; readonly text: string } {
  const [, names = "", text = message] = /^neuron((?:\.[^\s:,.]+)+)(?:: |, )(.*)$/s.exec(message) ?? [];
  return { path: names.split(".").slice(1), text };
}

const byEquations = z
  .strictObject({
    type: z.literal("equations").optional(),
    ...equationFields,
    parameters: equationFields.parameters.default({}),
    outputs: equationFields.outputs.optional(),
    surrogate: fields.surrogate.prefault({}),
  })
  .superRefine(({ type: _, surrogate: __, ...definition }, context) => {
    try {
      neuronOfEquations(definition);
    } catch (error) {
      const { path, text } = placed((error as Error).message);
      context.addIssue({ code: "custom", message: text, path, params: { isWhole: true } });
    }
  })
  .transform((recipe) => ({ ...recipe, type: "equations" as const }));

/** A spiking neuron layer; one with equations needs no type. */
export const neuronSchema = z.discriminatedUnion("type", [
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
  byEquations,
  ...zooSchemas(fields.surrogate.prefault({})),
]);

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

/** What parameters of the zoo are depends on the neuron, of which a layer alone does not know. */
const anything = Object.fromEntries(ZOO_PARAMETERS.map((name) => [name, z.unknown()]));

/** What a single layer may say about its neurons: the rest comes from `network.neuron`. */
export const neuronOverrideSchema = z.strictObject({ ...fields, ...equationFields, ...anything }).partial();

/** Options of a spiking neuron layer, defaults filled in. */
export type NeuronRecipe = z.output<typeof neuronSchema>;
type NeuronOverride = z.output<typeof neuronOverrideSchema>;

/**
 * The neurons of one layer: its own options before those of `network.neuron`.
 * A layer that names its own type, or equations, takes nothing from there.
 */
export function layerNeuron(shared: NeuronRecipe, override: NeuronOverride): unknown {
  return override.type === undefined && override.equations === undefined
    ? { ...shared, ...override }
    : override;
}
