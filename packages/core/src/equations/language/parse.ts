import { describeValue } from "../../describe-value.ts";
import { EquationError, type Place } from "./equation-error.ts";
import {
  BINDING,
  COMPARISON,
  type Equation,
  type Expression,
  isBinaryOperator,
  NEGATIVE,
  POWER,
} from "./syntax.ts";
import { type Token, tokenise } from "./tokens.ts";

/** Deepest nesting of parentheses, signs and powers. */
export const MAX_DEPTH = 100;
/** Most numbers, names and operations of one text. */
export const MAX_TERMS = 2000;

/**
 * Reads equations, one assignment per line.
 *
 * @param owner whose equations they are, for messages
 * @throws EquationError that tells the first place that cannot be read
 */
export function parseEquations(owner: string, text: string): Equation[] {
  const parser = new Parser(owner, tokenise(owner, text));
  const equations: Equation[] = [];
  for (parser.skipEmptyLines(); !parser.isAtEnd; parser.skipEmptyLines()) equations.push(parser.equation());
  if (equations.length > 0) return equations;
  throw new EquationError(
    owner,
    { line: 1, column: 1 },
    "expected equations, got none. Write one per line: `v = 0.9 * v + x`.",
  );
}

/**
 * Reads a single expression, which may run over several lines.
 *
 * @throws EquationError that tells the first place that cannot be read
 */
export function parseExpression(owner: string, text: string): Expression {
  const tokens = tokenise(owner, text).filter(({ kind }) => kind !== "newline");
  const parser = new Parser(owner, tokens);
  const expression = parser.expression();
  parser.endOfLine();
  return expression;
}

/** Goes through the tokens once; each method reads what it is named after. */
class Parser {
  readonly #owner: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(owner: string, tokens: readonly Token[]) {
    this.#owner = owner;
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#next.kind === "end";
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  skipEmptyLines(): void {
    while (this.#next.kind === "newline") this.#at++;
  }

  equation(): Equation {
    const { kind, text: name, line, column } = this.#take();
    if (kind !== "name") this.#unexpected("a name to assign", -1, "A line reads `name = expression`.");
    if (this.#next.text !== "=")
      this.#unexpected(`"=" after ${name}`, 0, "A line reads `name = expression`.");
    this.#at++;
    const expression = this.expression();
    this.endOfLine();
    return { name, line, column, expression };
  }

  endOfLine(): void {
    const { kind, text } = this.#next;
    if (kind === "newline" || kind === "end") return;
    const hint = text === "=" ? "One assignment per line." : "Products need their `*`.";
    this.#unexpected("an operator or the end of the line", 0, hint);
  }

  expression(): Expression {
    return this.#binary(COMPARISON);
  }

  /** Operands joined by operators that bind at least so tightly, the left ones first. */
  #binary(binding: number): Expression {
    let left = this.#operand();
    for (;;) {
      const { text: operator, line, column } = this.#next;
      if (!isBinaryOperator(operator) || BINDING[operator] < binding) return left;
      this.#at++;
      const right = this.#right(BINDING[operator]);
      left = this.#term({ kind: "binary", operator, left, right, line, column });
      if (BINDING[operator] === COMPARISON) this.#refuseSecondComparison();
    }
  }

  #right(binding: number): Expression {
    // A power takes all powers to its right, and a sign before its exponent.
    return binding === POWER ? this.#nested(() => this.#binary(POWER)) : this.#binary(binding + 1);
  }

  #refuseSecondComparison(): void {
    const { text } = this.#next;
    if (!isBinaryOperator(text) || BINDING[text] !== COMPARISON) return;
    this.#unexpected("one comparison", 0, "Join two with `where(a < b, where(b < c, ...), ...)`.");
  }

  #operand(): Expression {
    const { kind, text, line, column } = this.#take();
    if (kind === "number") return this.#number(text, { line, column });
    if (text === "-") {
      const operand = this.#nested(() => this.#binary(NEGATIVE));
      return this.#term({ kind: "negative", operand, line, column });
    }
    if (text === "(") {
      const inner = this.#nested(() => this.expression());
      this.#close({ line, column });
      return inner;
    }
    if (kind !== "name") this.#unexpected("a name, a number or `(`", -1, "An operand is missing here.");
    if (this.#next.text !== "(") return this.#term({ kind: "name", name: text, line, column });
    const operands = this.#operands();
    return this.#term({ kind: "call", name: text, operands, line, column });
  }

  #number(text: string, place: Place): Expression {
    const value = Number(text);
    if (Number.isFinite(value)) return this.#term({ kind: "number", value, ...place });
    throw new EquationError(this.#owner, place, `expected a finite number, got ${text}. Use a smaller one.`);
  }

  /** Operands of a function, with their parentheses. */
  #operands(): Expression[] {
    const open = this.#take();
    const operands: Expression[] = [];
    while (this.#next.text !== ")") {
      operands.push(this.#nested(() => this.expression()));
      if (this.#next.text !== ",") break;
      this.#at++;
    }
    this.#close(open);
    return operands;
  }

  #close({ line, column }: Place): void {
    if (this.#next.text !== ")") {
      this.#unexpected(
        `")" for the "(" at line ${line}, column ${column}`,
        0,
        "Close it, or join the operands.",
      );
    }
    this.#at++;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      const text = `expected at most ${MAX_DEPTH} levels of nesting, got more. Give the inner part a line of its own.`;
      throw new EquationError(this.#owner, this.#next, text);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  #term<E extends Expression>(expression: E): E {
    if (++this.#terms <= MAX_TERMS) return expression;
    const text = `expected at most ${MAX_TERMS} names, numbers and operations, got more. A neuron is a few lines.`;
    throw new EquationError(this.#owner, expression, text);
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** @param offset 0 for the next token, -1 for the one just taken */
  #unexpected(expected: string, offset: 0 | -1, hint: string): never {
    const next = this.#next;
    const token = next.kind === "end" ? next : this.#tokens[this.#at + offset]!;
    const got =
      token.kind === "end" || token.kind === "newline" ? "the end of the line" : describeValue(token.text);
    throw new EquationError(this.#owner, token, `expected ${expected}, got ${got}. ${hint}`);
  }
}
