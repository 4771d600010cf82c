import { MyelinError } from "@myelin/core";
import { isPlainObject, refuse } from "@myelin/core/checks";
import type { TensorData } from "@myelin/core/io";
import type { StateDict } from "../torch/index.ts";

/** New names of layers or tensors by their old ones. */
export type Renames = Readonly<Record<string, string>>;

/** Checks what came from outside. */
export function checkRenames(symbol: string, rename: Renames): Renames {
  const isTexts = isPlainObject(rename) && Object.values(rename).every((name) => typeof name === "string");
  return isTexts ? rename : refuse(symbol, 'an object of names such as { fc1: "0" }', rename);
}

/** Tensors under other names. `owner` has the old ones, for messages. */
export function renamed(symbol: string, tensors: StateDict, rename: Renames, owner: string): StateDict {
  const rules = Object.entries(rename);
  const used = new Set<string>();
  const result = new Map<string, TensorData>();
  for (const [name, value] of tensors) {
    const rule = rules.find(([old]) => name === old || name.startsWith(`${old}.`));
    if (rule) used.add(rule[0]);
    const next = rule ? rule[1] + name.slice(rule[0].length) : name;
    if (result.has(next)) {
      throw new MyelinError(`${symbol}: expected different names, got "${next}" for two tensors.`);
    }
    result.set(next, value);
  }
  const idle = rules.find(([old]) => !used.has(old));
  if (idle === undefined) return result;
  throw new MyelinError(`${symbol}: expected names of the ${owner}, got "${idle[0]}".`);
}
