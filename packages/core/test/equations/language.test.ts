/** What the language says, and what it refuses: one clear error each, with its place. */
import { describe, expect, test } from "vitest";
import { EquationError } from "../../src/equations/language/equation-error.ts";
import { parseExpression } from "../../src/equations/language/parse.ts";
import { printExpression } from "../../src/equations/language/print.ts";
import { lower, type ModelSource, readModel, readSurrogate } from "../../src/equations/index.ts";

const LIF: ModelSource = {
  name: "LIF",
  equations: "h = v + (x - v) / tau\ns = spike(h - 1)\nv = h * (1 - s)",
  state: { v: 0 },
  parameters: ["tau"],
};

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}

describe("expressions are read with the usual precedence:", () => {
  test.each([
    ["a + b * c", "a + b * c"],
    ["(a + b) * c", "(a + b) * c"],
    ["a - (b - c)", "a - (b - c)"],
    ["(a - b) - c", "a - b - c"],
    ["a / (b * c)", "a / (b * c)"],
    ["-a ** 2", "-a ** 2"],
    ["(-a) ** 2", "(-a) ** 2"],
    ["a ** 3 ** 2", "a ** 3 ** 2"],
    ["(a ** 3) ** 2", "(a ** 3) ** 2"],
    ["2 ** -1", "2 ** -1"],
    ["-a * b", "-a * b"],
    ["-(a * b)", "-(a * b)"],
    ["a - -b", "a - -b"],
    ["where((a < b), a, ((b)))", "where(a < b, a, b)"],
    ["1e-3 + .5 + 2.", "0.001 + 0.5 + 2"],
    ["a +\n  # the rest\n b", "a + b"],
  ])("%s", (text, printed) => expect(printExpression(parseExpression("test", text))).toBe(printed));
});

describe("neurons", () => {
  test("have comments, empty lines, and lines broken inside parentheses", () => {
    const equations = `
      # charge
      h = v + (x -   # the input
               v) / tau\r
      s = spike(h - 1)

      v = h * (1 - s)  # reset`;
    expect(readModel({ ...LIF, equations }).text).toBe(readModel(LIF).text);
  });

  test("may use every name of two letters of Greek", () => {
    const equations = LIF.equations.replaceAll("tau", "τ_m");
    expect(readModel({ ...LIF, equations, parameters: ["τ_m"] }).parameters).toEqual(["τ_m"]);
  });

  test("give s, or what outputs say", () => {
    expect(readModel(LIF).outputs.map(({ name }) => name)).toEqual(["s"]);
    expect(readModel({ ...LIF, outputs: ["v", "h"] }).outputs.map(({ name }) => name)).toEqual(["v", "h"]);
  });
});

describe("a text is refused in one line that tells the place:", () => {
  test.each<[string, string, string]>([
    [
      "an unknown name",
      "v = x + tua",
      'line 1, column 9: expected a name that is known here, got "tua". Did you mean tau?',
    ],
    [
      "a name before it exists",
      "v = x + h * tau\nh = v",
      'line 1, column 9: expected a name that is known here, got "h".',
    ],
    [
      "an unknown function",
      "v = sigmod(x) / tau",
      'column 5: expected a function, got "sigmod". Did you mean sigmoid?',
    ],
    ["a missing product", "v = tau(x)", 'column 5: expected a function, got "tau". Products need their `*`.'],
    [
      "a function without operands",
      "v = exp + x * tau",
      "column 5: expected a value, got the function exp. Write exp(a).",
    ],
    ["too few operands", "v = min(x) / tau", "column 5: expected 2 operands of min, got 1. Write min(a, b)."],
    ["too many operands", "v = exp(x, tau)", "column 5: expected 1 operand of exp, got 2. Write exp(a)."],
    ["no operand", "v = exp() * x / tau", "column 5: expected 1 operand of exp, got 0. Write exp(a)."],
    ["a missing operand", "v = x + ", "column 9: expected a name, a number or `(`, got the end of the line."],
    ["a missing operator", "v = x tau", 'column 7: expected an operator or the end of the line, got "tau".'],
    ["an open parenthesis", "v = (x + tau", 'column 13: expected ")" for the "(" at line 1, column 5'],
    [
      "a parenthesis too many",
      "v = x + tau)",
      'column 12: expected an operator or the end of the line, got ")".',
    ],
    ["no assignment", "x + tau", 'column 3: expected "=" after x, got "+".'],
    ["a number assigned to", "3 = x + tau", 'column 1: expected a name to assign, got "3".'],
    ["two assignments", "v = w = x", 'column 7: expected an operator or the end of the line, got "=".'],
    [
      "an input assigned",
      "x = v + tau",
      "column 1: expected a state or a name of the step, got an input, x.",
    ],
    [
      "a parameter assigned",
      "tau = v + x",
      "column 1: expected a state or a name of the step, got a parameter, tau.",
    ],
    ["a function assigned", "exp = x + tau\nv = exp", "column 1: expected a name of its own, got exp."],
    ["a constant assigned", "pi = x + tau\nv = pi", "column 1: expected a name of its own, got pi."],
    ["a condition for a number", "v = (x > 0) + tau", "column 8: expected a number, got a condition."],
    [
      "a condition for a state",
      "v = x > tau",
      "column 1: expected a number for the state v, got a condition.",
    ],
    ["a number for a condition", "v = where(x, 1, tau)", "column 11: expected a condition, got a number."],
    ["two comparisons", "v = where(0 < x < 1, 1, tau)", 'column 17: expected one comparison, got "<".'],
    ["a varying exponent", "v = x ** tau", "column 10: expected a constant exponent, got one that varies."],
    ["a huge exponent", "v = x ** 5000 + tau", "column 10: expected an exponent of at most 1024, got 5000."],
    ["a division by zero", "v = x / (1 - 1) + tau", "column 7: expected a divisor other than 0, got 0."],
    ["zero to a negative power", "v = x + tau + 0 ** -1", "column 17: expected a base other than 0, got 0."],
    [
      "a constant beyond all bounds",
      "v = x + tau + exp(1000)",
      "column 15: expected a finite number, got Infinity.",
    ],
    ["a constant that is none", "v = x + tau + sqrt(-2)", "column 15: expected a finite number, got NaN."],
    ["a number beyond all bounds", "v = x + tau + 1e999", "column 15: expected a finite number, got 1e999."],
    [
      "a state that is never assigned",
      "h = v + x / tau",
      "line 1, column 5: expected a line that assigns the state v, got none.",
    ],
    ["an unused parameter", "v = v + x", "line 1, column 1: expected a use of the parameter tau, got none."],
    ["an unused input", "v = v / tau", "line 1, column 1: expected a use of the input x, got none."],
    [
      "a character without a meaning",
      "v = x % tau",
      "column 7: expected a name, a number or one of + - * / **",
    ],
    ["no equation", "# nothing", "line 1, column 1: expected equations, got none."],
    [
      "10,000 parentheses",
      `v = ${"(".repeat(10_000)}x${")".repeat(10_000)} + tau`,
      "expected at most 100 levels of nesting",
    ],
    ["10,000 signs", `v = ${"-".repeat(10_000)}x + tau`, "expected at most 100 levels of nesting"],
    ["10,000 powers", `v = x${" ** 1".repeat(3000)} + tau`, "expected at most 100 levels of nesting"],
    ["10,000 terms", `v = tau${"+x".repeat(8000)}`, "expected at most 2000 names, numbers and operations"],
    ["a text of 1 MB", "v = v + x / tau\n".repeat(65536), "expected at most 50000 characters, got 1048576."],
  ])("%s", (_, equations, message) => {
    const start = performance.now();
    const error = thrownBy(() => readModel({ ...LIF, equations, outputs: ["v"] }));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(error).toBeInstanceOf(EquationError);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^LIF\.equations, line \d+, column \d+: expected .*, got .*\. .+/);
    expect(error.message).not.toContain("\n");
  });

  test("the hint may be a name that is like the state", () => {
    const error = thrownBy(() => readModel({ ...LIF, equations: "V = v + (x - v) / tau", outputs: ["V"] }));
    expect(error.message).toContain("Is V meant to be v?");
  });
});

describe("what stands around the text is refused too:", () => {
  test.each<[string, Partial<ModelSource>, string]>([
    [
      "no output",
      { equations: "v = v + x / tau" },
      'LIF.outputs: expected names that a line assigns a number, got "s". Without `s`',
    ],
    ["an unknown output", { outputs: ["hh"] }, 'got "hh". Did you mean h?'],
    ["no outputs at all", { outputs: [] }, "LIF.outputs: expected at least one name"],
    ["an output twice", { outputs: ["s", "s"] }, "LIF.outputs: expected each name once"],
    ["a state without a number", { state: { v: NaN } }, "LIF.state.v: expected a finite number, got NaN."],
    [
      "a name that is none",
      { parameters: ["2tau"] },
      'LIF.parameters: expected names of letters, digits and _, got "2tau".',
    ],
    [
      "a name with two meanings",
      { parameters: ["v"] },
      'LIF.parameters: expected a name that is not in state, got "v".',
    ],
    [
      "a name of the language",
      { parameters: ["exp"] },
      'LIF.parameters: expected a name of its own, got "exp".',
    ],
  ])("%s", (_, change, message) => {
    expect(thrownBy(() => readModel({ ...LIF, ...change })).message).toContain(message);
  });

  test("spike without a surrogate", () => {
    const error = thrownBy(() => lower(readModel(LIF), undefined));
    expect(error.message).toBe("LIF.surrogate: expected a surrogate for `spike`, got undefined. Use atan().");
  });
});

describe("surrogates", () => {
  test("are expressions of u, pi and their own numbers", () => {
    const text = "alpha / (2 * (1 + (pi / 2 * alpha * u) ** 2))";
    expect(readSurrogate("surrogate", text, ["alpha"]).text).toBe(text);
    expect(thrownBy(() => readSurrogate("surrogate", "1 / (1 + z * z)")).message).toContain(
      'surrogate, line 1, column 10: expected a name that is known here, got "z".',
    );
  });

  test("have no spikes", () => {
    expect(thrownBy(() => readSurrogate("surrogate", "spike(u)")).message).toContain(
      "expected a smooth expression",
    );
  });
});
