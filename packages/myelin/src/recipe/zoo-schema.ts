import { learnable, type Learnable, ZOO, type ZooName } from "@myelin/core";
import { z } from "zod";

/** A parameter that training changes. */
const learnableSchema = z.strictObject({
  /** Where it begins: a number, one per channel or neuron, or `{ uniform: [5, 10] }`, which draws each. */
  learnable: z.union([
    z.number(),
    z.array(z.number()).min(1),
    z.strictObject({ uniform: z.tuple([z.number(), z.number()]) }),
  ]),
  per: z.enum(["layer", "channel", "neuron"]).default("layer"),
});

/** A parameter of equations: a number, one per channel or neuron, or `{ learnable: 20, per: channel }`. */
export const parameterSchema = z.union([z.number(), z.array(z.number()).min(1), learnableSchema]);

/** A parameter as a recipe says it. */
export type ParameterRecipe = z.output<typeof parameterSchema>;

/** A parameter as layers take it. */
export function parameterOption(recipe: ParameterRecipe): number | readonly number[] | Learnable {
  if (typeof recipe !== "object" || Array.isArray(recipe)) return recipe;
  const { learnable: value, per } = recipe;
  return learnable(value, { per });
}

/** The names of the zoo. */
export const ZOO_NAMES = Object.keys(ZOO) as ZooName[];

/** The names of all parameters in the zoo. */
export const ZOO_PARAMETERS: readonly string[] = [...new Set(ZOO_NAMES.flatMap(parametersOf)), "set"];

/** A neuron of the zoo: its parameters, and perhaps the name of a set of them. */
export interface ZooRecipe<Surrogate> {
  readonly type: ZooName;
  readonly set?: string | undefined;
  readonly surrogate: Surrogate;
}

/** The schema of each neuron of the zoo. */
export function zooSchemas<S extends z.ZodType>(surrogate: S) {
  return ZOO_NAMES.map((name) => {
    const sets = Object.keys(ZOO[name].notes.sets ?? {});
    // The keys are known when this runs, not when it is compiled.
    const schema: unknown = z.strictObject({
      type: z.literal(name),
      ...Object.fromEntries(parametersOf(name).map((key) => [key, parameterSchema.optional()])),
      ...(sets.length > 0 && { set: z.enum(sets).optional() }),
      surrogate,
    });
    return schema as z.ZodObject<{ type: z.ZodLiteral<ZooName>; surrogate: S }>;
  });
}

/** A layer of a neuron of the zoo. */
export function zooNeuron<Surrogate>(
  { type, set, surrogate: _, ...parameters }: ZooRecipe<Surrogate>,
  options: { readonly surrogate: object; readonly features: readonly number[] },
) {
  const Neuron = ZOO[type];
  const given = Object.entries(parameters as Record<string, ParameterRecipe>).map(
    ([name, value]) => [name, parameterOption(value)] as const,
  );
  const named = set === undefined ? {} : Neuron.notes.sets?.[set];
  return new Neuron({ ...named, ...Object.fromEntries(given), ...options } as object);
}

function parametersOf(name: ZooName): string[] {
  return Object.keys(ZOO[name].definition.parameters ?? {});
}
