/** What every operation computes, and its derivative: the one place that knows. */

export type OperationName =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "negate"
  | "power"
  | "min"
  | "max"
  | "exp"
  | "log"
  | "sqrt"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "sin"
  | "cos"
  | "abs"
  | "relu"
  | "less"
  | "lessEqual"
  | "select"
  | "detach"
  | "spike";

/** Values that operations work on: numbers, or expressions that stand for them. */
export interface Algebra<V> {
  constant(value: number): V;
  apply(operation: OperationName, ...operands: V[]): V;
}

/**
 * Gradients of the operands of one operation.
 *
 * @param g the gradient of its result
 * @param operands their values
 * @param result its value
 * @returns the gradient of each operand; none where no gradient flows
 */
type Rule = <V>(algebra: Algebra<V>, g: V, operands: readonly V[], result: V) => readonly (V | undefined)[];

interface Operation {
  readonly arity: number;
  /** Conditions are 1 and 0 here. */
  readonly evaluate: (...operands: number[]) => number;
  readonly gradient: Rule;
}

/**
 * All operations. At switches the gradient follows the branch taken: `relu`, `abs` have none at 0, `min` and `max` pass
 * it to the second operand on a tie. NaN stays NaN in all but conditions. The gradient of `spike` is the surrogate's,
 * which `reverse` multiplies in.
 */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  add: { arity: 2, evaluate: (a, b) => a + b, gradient: (_, g) => [g, g] },
  subtract: { arity: 2, evaluate: (a, b) => a - b, gradient: (m, g) => [g, m.apply("negate", g)] },
  multiply: {
    arity: 2,
    evaluate: (a, b) => a * b,
    gradient: (m, g, [a, b]) => [m.apply("multiply", g, b!), m.apply("multiply", g, a!)],
  },
  divide: {
    arity: 2,
    evaluate: (a, b) => a / b,
    gradient: (m, g, [, b], result) => {
      const share = m.apply("divide", g, b!);
      return [share, m.apply("negate", m.apply("multiply", share, result))];
    },
  },
  negate: { arity: 1, evaluate: (a) => -a, gradient: (m, g) => [m.apply("negate", g)] },
  // The exponent is a constant.
  power: {
    arity: 2,
    evaluate: (a, n) => a ** n,
    gradient: (m, g, [a, n]) => {
      const lower = m.apply("power", a!, m.apply("subtract", n!, m.constant(1)));
      return [m.apply("multiply", g, m.apply("multiply", n!, lower)), undefined];
    },
  },
  min: { arity: 2, evaluate: Math.min, gradient: (m, g, [a, b]) => branches(m, m.apply("less", a!, b!), g) },
  max: { arity: 2, evaluate: Math.max, gradient: (m, g, [a, b]) => branches(m, m.apply("less", b!, a!), g) },
  exp: { arity: 1, evaluate: Math.exp, gradient: (m, g, _, result) => [m.apply("multiply", g, result)] },
  log: { arity: 1, evaluate: Math.log, gradient: (m, g, [a]) => [m.apply("divide", g, a!)] },
  sqrt: {
    arity: 1,
    evaluate: Math.sqrt,
    gradient: (m, g, _, result) => [m.apply("divide", g, m.apply("multiply", m.constant(2), result))],
  },
  tanh: {
    arity: 1,
    evaluate: Math.tanh,
    gradient: (m, g, _, result) => {
      const square = m.apply("multiply", result, result);
      return [m.apply("multiply", g, m.apply("subtract", m.constant(1), square))];
    },
  },
  sigmoid: {
    arity: 1,
    evaluate: logistic,
    gradient: (m, g, _, result) => {
      const rest = m.apply("subtract", m.constant(1), result);
      return [m.apply("multiply", g, m.apply("multiply", result, rest))];
    },
  },
  softplus: {
    arity: 1,
    evaluate: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    gradient: (m, g, [a]) => [m.apply("multiply", g, m.apply("sigmoid", a!))],
  },
  sin: {
    arity: 1,
    evaluate: Math.sin,
    gradient: (m, g, [a]) => [m.apply("multiply", g, m.apply("cos", a!))],
  },
  cos: {
    arity: 1,
    evaluate: Math.cos,
    gradient: (m, g, [a]) => [m.apply("negate", m.apply("multiply", g, m.apply("sin", a!)))],
  },
  abs: {
    arity: 1,
    evaluate: Math.abs,
    gradient: (m, g, [a]) => {
      const zero = m.constant(0);
      const negative = m.apply("select", m.apply("less", a!, zero), m.apply("negate", g), zero);
      return [m.apply("select", m.apply("less", zero, a!), g, negative)];
    },
  },
  relu: {
    arity: 1,
    evaluate: (a) => Math.max(a, 0),
    gradient: (m, g, [a]) => branches(m, m.apply("less", m.constant(0), a!), g).slice(0, 1),
  },
  less: { arity: 2, evaluate: (a, b) => Number(a < b), gradient: () => [] },
  lessEqual: { arity: 2, evaluate: (a, b) => Number(a <= b), gradient: () => [] },
  select: {
    arity: 3,
    evaluate: (condition, a, b) => (condition === 0 ? b : a),
    gradient: (m, g, [condition]) => [undefined, ...branches(m, condition!, g)],
  },
  detach: { arity: 1, evaluate: (a) => a, gradient: () => [] },
  spike: { arity: 1, evaluate: (u) => Number(u >= 0), gradient: (_, g) => [g] },
};

/** Operations whose result is a condition. */
export const CONDITIONS: ReadonlySet<OperationName> = new Set(["less", "lessEqual"]);

/** Operations on plain numbers, as the table above has them. */
export const NUMBERS: Algebra<number> = {
  constant: (value) => value,
  apply: (operation, ...operands) => OPERATIONS[operation].evaluate(...operands),
};

function branches<V>(m: Algebra<V>, condition: V, g: V): [V, V] {
  const zero = m.constant(0);
  return [m.apply("select", condition, g, zero), m.apply("select", condition, zero, g)];
}

function logistic(a: number): number {
  return 1 / (1 + Math.exp(-a));
}
