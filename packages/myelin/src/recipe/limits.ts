/** How large a recipe may be: those that come with Myelin have less than a tenth of each of these. */
import { CST, Lexer } from "yaml";
import { RecipeError } from "./recipe-error.ts";

/** Bytes of a recipe file, or of a value behind `--set`. */
export const MOST_BYTES = 65_536;
/** Keys and list items, as they are written. */
const MOST_ENTRIES = 2000;
/** The same with aliases written out. */
const MOST_VALUES = 20_000;
/** Sections and lists inside each other. */
const MOST_LEVELS = 32;

/**
 * Looks at YAML before it is parsed, in a time that grows with its length alone: the parser compares every key with all
 * others of its section and calls itself for every level.
 *
 * @param where names the text in messages
 * @throws RecipeError if it is too large
 */
export function requireSmallText(text: string, where: string): void {
  if (Buffer.byteLength(text) > MOST_BYTES) throw tooMany(where, `${MOST_BYTES} bytes`);
  let entries = 0;
  let flow = 0;
  let inLine = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    // What follows this mark is text, whatever it looks like.
    const type = isScalar ? "scalar" : CST.tokenType(token);
    isScalar = !isScalar && token === CST.SCALAR;
    if (type === "newline") inLine = 0;
    if (type === "flow-map-start" || type === "flow-seq-start") flow++;
    if (type === "flow-map-end" || type === "flow-seq-end") flow--;
    if (type === "seq-item-ind" || type === "explicit-key-ind") inLine++;
    if (type === "map-value-ind" || type === "comma" || type === "seq-item-ind") entries++;
    if (entries > MOST_ENTRIES) throw tooMany(where, `${MOST_ENTRIES} keys and list items`);
    if (Math.max(flow, inLine) > MOST_LEVELS) throw tooDeep(where);
  }
}

/**
 * Looks at parsed values, in which an alias stands for all that it names.
 *
 * @throws RecipeError if there are too many, too deep inside each other, or a section holds itself
 */
export function requireSmallValues(value: unknown, where: string): void {
  let values = 0;
  const visit = (part: unknown, above: readonly unknown[]): void => {
    if (++values > MOST_VALUES) throw tooMany(where, `${MOST_VALUES} values with its aliases written out`);
    if (typeof part !== "object" || part === null) return;
    if (above.includes(part)) {
      throw new RecipeError(
        `${where}: expected a recipe, got a section that holds itself. Take its alias (*) out.`,
      );
    }
    if (above.length === MOST_LEVELS) throw tooDeep(where);
    for (const inner of Object.values(part)) visit(inner, [...above, part]);
  };
  visit(value, []);
}

/** @throws RecipeError for a path of more keys than a recipe may have levels */
export function requireShortPath(path: readonly unknown[], where: string): void {
  if (path.length > MOST_LEVELS) throw tooDeep(where);
}

function tooMany(where: string, most: string): RecipeError {
  return new RecipeError(`${where}: expected a recipe of at most ${most}, got more. Check what it is.`);
}

function tooDeep(where: string): RecipeError {
  return new RecipeError(
    `${where}: expected sections and lists at most ${MOST_LEVELS} levels deep, got more. Check what it is.`,
  );
}
