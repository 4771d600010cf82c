import {
  checkFunction,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  isPlainObject,
  refuse,
} from "../checks.ts";
import { surrogateFunction, type SurrogateKind } from "../equations/index.ts";
import { SURROGATE_ALPHA, type SurrogateName } from "./defaults.ts";
import { expressionOf } from "./surrogate-expressions.ts";

/**
 * Stands in for the derivative of the Heaviside step in the backward pass. The forward pass always
 * fires exactly at z >= 0, z = potential - threshold.
 */
export interface Surrogate {
  readonly name: string;
  readonly kind: SurrogateKind;
  /** Steepness; dimensionless. */
  readonly alpha: number;
  /** g'(z), used for ds/dz. */
  readonly derivative: (z: number) => number;
  /** A smooth step g(z) with that slope, known up to a constant. */
  readonly primitive?: (z: number) => number;
  /** The derivative as an expression of `u`, which is compiled with the neuron. */
  readonly expression?: string;
}

/** Option of every built-in surrogate. */
export interface SurrogateOptions {
  /** Steepness, > 0; dimensionless. */
  readonly alpha?: number;
}

type Factory = (options?: SurrogateOptions) => Surrogate;

/** @param primitive a smooth step whose slope is the expression of that name */
function factory(name: SurrogateName, primitive: (z: number, alpha: number) => number): Factory {
  return (options = {}) => {
    checkOptions(name, options, { alpha: true });
    const alpha = checkNumber(`${name}.alpha`, options.alpha ?? SURROGATE_ALPHA[name], { above: 0 });
    return {
      name,
      kind: name,
      alpha,
      derivative: surrogateFunction(expressionOf(name), [alpha]),
      primitive: (z) => primitive(z, alpha),
    };
  };
}

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/**
 * g'(z) = (alpha / 2) / (1 + (pi / 2 alpha z)^2); alpha 2 unless given.
 * @source Fang et al., ICCV 2021 (PLIF); SpikingJelly `surrogate.ATan`
 */
export const atan = factory("atan", (z, alpha) => Math.atan((Math.PI / 2) * alpha * z) / Math.PI + 0.5);

/**
 * g'(z) = alpha y (1 - y), y = 1 / (1 + exp(-alpha z)); alpha 4 unless given.
 * @source SpikingJelly `surrogate.Sigmoid`
 */
export const sigmoid = factory("sigmoid", (z, alpha) => logistic(alpha * z));

/**
 * g'(z) = max(0, alpha - alpha^2 |z|); alpha 1 unless given.
 * @source Esser et al., PNAS 2016; SpikingJelly `surrogate.PiecewiseQuadratic`
 */
export const piecewiseQuadratic = factory("piecewiseQuadratic", (z, alpha) => {
  const u = clamp(alpha * z, -1, 1);
  return 0.5 + u - (u * Math.abs(u)) / 2;
});

/**
 * g'(z) = max(0, 1 - |alpha z|); alpha 1 unless given. The height stays 1, `alpha` narrows it.
 * @source Bellec et al., NeurIPS 2018 (LSNN), which multiplies it by a dampening factor gamma = 0.3
 */
export const triangle = factory("triangle", (z, alpha) => {
  const u = clamp(alpha * z, -1, 1);
  return (0.5 + u - (u * Math.abs(u)) / 2) / alpha;
});

/**
 * g'(z) = alpha where |z| < 0.5 / alpha, else 0; alpha 1 unless given.
 * @source Wu et al. 2018 (STBP)
 */
export const rectangle = factory("rectangle", (z, alpha) => clamp(alpha * z + 0.5, 0, 1));

/**
 * g'(z) = 1 / (1 + alpha |z|)^2; alpha 25 unless given.
 * @source Zenke & Ganguli 2018 (SuperSpike); snnTorch `surrogate.fast_sigmoid`
 */
export const fastSigmoid = factory("fastSigmoid", (z, alpha) => z / (1 + alpha * Math.abs(z)));

const BUILT_IN: Readonly<Record<SurrogateName, Factory>> = {
  atan,
  sigmoid,
  piecewiseQuadratic,
  triangle,
  rectangle,
  fastSigmoid,
};

/** How a surrogate of one's own is described. */
const CUSTOM = '{ name: "gauss", derivative: (z) => Math.exp(-z * z) }';

/**
 * A surrogate of one's own. Its derivative is called once for every neuron and step of a backward
 * pass, so it runs slower than the built-in ones.
 *
 * @example customSurrogate({ name: "gauss", derivative: (z) => Math.exp(-z * z) })
 */
export function customSurrogate(options: {
  name: string;
  derivative: (z: number) => number;
  primitive?: (z: number) => number;
}): Surrogate {
  checkOptions("customSurrogate", options, { name: true, derivative: true, primitive: true }, CUSTOM);
  checkText("customSurrogate.name", options.name);
  checkFunction("customSurrogate.derivative", options.derivative, "a function of z");
  if (options.primitive !== undefined) {
    checkFunction("customSurrogate.primitive", options.primitive, "a function of z");
  }
  return { ...options, kind: "custom", alpha: 1 };
}

/**
 * The surrogate itself, or the built-in one of that name.
 * @throws MyelinError for an unknown name
 */
export function resolveSurrogate(surrogate: Surrogate | SurrogateName, symbol = "surrogate"): Surrogate {
  if (typeof surrogate === "string") {
    return BUILT_IN[checkOneOf(symbol, surrogate, Object.keys(BUILT_IN) as SurrogateName[])]();
  }
  const known: unknown =
    isPlainObject(surrogate) && [...Object.keys(BUILT_IN), "custom"].includes(surrogate.kind);
  if (known !== true) {
    refuse(
      symbol,
      'a surrogate such as atan() or "atan"',
      surrogate,
      `Make your own with customSurrogate(${CUSTOM}).`,
    );
  }
  checkNumber(`${symbol}.alpha`, surrogate.alpha, { above: 0 });
  checkFunction(`${symbol}.derivative`, surrogate.derivative, "a function of z");
  return surrogate;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
