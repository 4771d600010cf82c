import { NEURON_DEFAULTS, SURROGATE_ALPHA } from "@myelin/core/defaults";
import type { SurrogateName } from "@myelin/core/neurons";
import { z } from "zod";
import { NO_PARTS, type Parts } from "../plugins/index.ts";
import { optionsIn, ownSections } from "./own-parts.ts";

/** The names of the built-in surrogates. */
export const SURROGATE_NAMES = Object.keys(SURROGATE_ALPHA) as SurrogateName[];

function schemaWith(own: Parts["surrogates"]) {
  const sections = ownSections("type", own).map((section) =>
    section.transform((recipe, context) => {
      const derivative = own[recipe["type"] as string]?.derivative;
      try {
        return { type: "expression" as const, expression: String(derivative?.(optionsIn(recipe, "type"))) };
      } catch (error) {
        context.addIssue({
          code: "custom",
          message: `a surrogate that can be made: ${(error as Error).message}`,
        });
        return z.NEVER;
      }
    }),
  );
  return z.discriminatedUnion("type", [
    z
      .strictObject({
        type: z.enum(SURROGATE_NAMES).optional(),
        /** Steepness; each surrogate has its own default. */
        alpha: z.number().positive().optional(),
      })
      .transform(({ type = NEURON_DEFAULTS.LIF.surrogate, alpha }) => ({
        type,
        ...(alpha !== undefined && { alpha }),
      })),
    /** The derivative as an expression of `u`. */
    z.strictObject({ type: z.literal("expression"), expression: z.string() }),
    ...sections,
  ]);
}

const made = new WeakMap<object, SurrogateSchema>();

/** A surrogate of a recipe, those of plugins among them, which become expressions. */
export function surrogateSchemaFor(own: Parts["surrogates"] = NO_PARTS.surrogates): SurrogateSchema {
  const schema = made.get(own) ?? schemaWith(own);
  made.set(own, schema);
  return schema;
}

/** The schema of surrogates. */
export type SurrogateSchema = ReturnType<typeof schemaWith>;
