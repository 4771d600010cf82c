import { BINDING, COMPARISON, type Equation, type Expression, NEGATIVE, POWER } from "./syntax.ts";

/** Equations as text, one per line; `parseEquations` reads them back. */
export function printEquations(equations: readonly Equation[]): string {
  return equations.map(({ name, expression }) => `${name} = ${printExpression(expression)}`).join("\n");
}

/** An expression as text, without parentheses that say nothing. */
export function printExpression(expression: Expression): string {
  return print(expression, COMPARISON);
}

/** @param binding how tightly the text has to hold together where it goes */
function print(expression: Expression, binding: number): string {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "name":
      return expression.name;
    case "call":
      return `${expression.name}(${expression.operands.map(printExpression).join(", ")})`;
    case "negative":
      return enclosed(`-${print(expression.operand, NEGATIVE)}`, NEGATIVE, binding);
    case "binary": {
      const own = BINDING[expression.operator];
      // Powers go on to the right, the others to the left; comparisons do not go on.
      const left = print(expression.left, own === POWER || own === COMPARISON ? own + 1 : own);
      const right = own === POWER ? exponent(expression.right) : print(expression.right, own + 1);
      return enclosed(`${left} ${expression.operator} ${right}`, own, binding);
    }
  }
}

function exponent(expression: Expression): string {
  return expression.kind === "negative"
    ? `-${print(expression.operand, NEGATIVE)}`
    : print(expression, POWER);
}

function enclosed(text: string, own: number, binding: number): string {
  return own < binding ? `(${text})` : text;
}
