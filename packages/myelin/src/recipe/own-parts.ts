/** Schemas of the parts that plugins bring along. */
import type { NeuronDefinition } from "@myelin/core";
import type { ParameterDescription } from "@myelin/core/neurons";
import { z } from "zod";
import type { OptionSchemas } from "../plugins/index.ts";
import { parameterSchema } from "./zoo-schema.ts";

type WithOptions = Readonly<Record<string, { readonly options?: OptionSchemas }>>;

/** A section for each part: its name under a key, and its options beside it. */
export function ownSections(key: string, parts: WithOptions, shared: OptionSchemas = {}): z.ZodObject[] {
  return Object.entries(parts).map(([name, { options = {} }]) =>
    z.strictObject({ [key]: z.literal(name), ...shared, ...options }),
  );
}

/** What a recipe says of a part beside its name. */
export function optionsIn(section: object, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(section).filter(([name]) => !names.includes(name)));
}

/** The names of the parameters of neurons. */
export function parametersOf(neurons: Readonly<Record<string, NeuronDefinition>>): string[] {
  return [...new Set(Object.values(neurons).flatMap(({ parameters = {} }) => Object.keys(parameters)))];
}

/** A neuron of a plugin, which becomes one of equations: the run needs the plugin no more. */
export function ownNeuronSchema(
  type: string,
  { parameters = {}, name, equations, state, inputs: _, outputs }: NeuronDefinition,
  surrogate: z.ZodType,
) {
  const named = Object.keys(parameters).map((key) => [key, parameterSchema.optional()] as const);
  const section = z.strictObject({ type: z.literal(type), ...Object.fromEntries(named), surrogate });
  const defaults = Object.entries(parameters).map(([key, given]): [string, ParameterDescription] => {
    if (typeof given === "number") return [key, given];
    return [key, { learnable: given.value as number, per: given.per }];
  });
  return section.transform((recipe) => {
    const { surrogate: slope, ...given } = optionsIn(recipe, "type");
    return {
      ...{ type: "equations" as const, name, equations: trimmed(equations), state: { ...state } },
      parameters: { ...Object.fromEntries(defaults), ...given },
      ...(outputs && { outputs: [...outputs] }),
      surrogate: slope,
    };
  });
}

/** A line per equation, as YAML shows it best. */
function trimmed(equations: string): string {
  const lines = equations.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join("\n");
}
