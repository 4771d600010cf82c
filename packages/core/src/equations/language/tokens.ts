/** The words and signs of equations. */
import { describeValue } from "../../describe-value.ts";
import { EquationError, type Place } from "./equation-error.ts";

export interface Token extends Place {
  readonly kind: "name" | "number" | "sign" | "newline" | "end";
  /** What stands there; empty at the end. */
  readonly text: string;
}

/** Longest text that is read: a thousand lines. */
export const MAX_TEXT = 50_000;

const BLANK = /[^\S\n]+|#[^\n]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const SIGN = /\*\*|[<>]=?|[-+*/(),=]/y;

/**
 * Cuts a text into tokens. Line breaks inside parentheses are blanks.
 *
 * @throws EquationError at a character that has no meaning, or for a text that is too long
 */
export function tokenise(owner: string, text: string): Token[] {
  if (text.length > MAX_TEXT) {
    const got = `expected at most ${MAX_TEXT} characters, got ${text.length}.`;
    throw new EquationError(owner, { line: 1, column: 1 }, `${got} A neuron is a few lines.`);
  }
  const tokens: Token[] = [];
  let open = 0;
  let [at, line, lineStart] = [0, 1, 0];
  while (at < text.length) {
    const place = { line, column: at - lineStart + 1 };
    const [kind, found] = tokenAt(text, at) ?? unknownCharacter(owner, text, at, place);
    at += found.length;
    if (kind === "newline") [line, lineStart] = [line + 1, at];
    if (found === "(") open++;
    if (found === ")") open = Math.max(0, open - 1);
    if (kind === "blank" || (kind === "newline" && open > 0)) continue;
    tokens.push({ kind, text: found, ...place });
  }
  tokens.push({ kind: "end", text: "", line, column: at - lineStart + 1 });
  return tokens;
}

function tokenAt(text: string, at: number): [Token["kind"] | "blank", string] | undefined {
  if (text[at] === "\n") return ["newline", "\n"];
  const kinds = [
    ["blank", BLANK],
    ["number", NUMBER],
    ["name", NAME],
    ["sign", SIGN],
  ] as const;
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [kind, found[0]];
  }
  return undefined;
}

function unknownCharacter(owner: string, text: string, at: number, place: Place): never {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const known = "expected a name, a number or one of + - * / ** < <= > >= ( ) , =";
  throw new EquationError(owner, place, `${known}, got ${describeValue(character)}. Remove it.`);
}
