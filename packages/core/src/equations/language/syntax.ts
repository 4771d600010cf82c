/** Equations as trees. */
import type { Place } from "./equation-error.ts";

export type BinaryOperator = "+" | "-" | "*" | "/" | "**" | "<" | "<=" | ">" | ">=";

/** An expression; its place is that of its operator or name. */
export type Expression = Place &
  (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "negative"; readonly operand: Expression }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
  );

/** `name = expression`; its place is that of the name. */
export interface Equation extends Place {
  readonly name: string;
  readonly expression: Expression;
}

/** How tightly operators bind; a minus before an operand binds between products and powers. */
export const BINDING: Readonly<Record<BinaryOperator, number>> = {
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "+": 2,
  "-": 2,
  "*": 3,
  "/": 3,
  "**": 5,
};

export const COMPARISON = 1;
export const NEGATIVE = 4;
export const POWER = 5;

/** Whether a token's text is an operator between two operands. */
export function isBinaryOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(BINDING, text);
}
