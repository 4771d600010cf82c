import { ZOO, type ZooName } from "@myelin/core/neurons";
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

/** The names of the zoo. */
export const ZOO_NAMES = Object.keys(ZOO) as ZooName[];

/** The names of all parameters in the zoo. */
export const ZOO_PARAMETERS: readonly string[] = [...new Set(ZOO_NAMES.flatMap(parametersOf)), "set"];

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

function parametersOf(name: ZooName): string[] {
  return Object.keys(ZOO[name].definition.parameters ?? {});
}
