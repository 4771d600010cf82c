/**
 * Surrogate derivatives g'(z), z = potential - threshold, and the smooth functions g whose slope they are.
 * A neuron fires with the step function; only the backward pass uses g'. The primitives serve gradient checks.
 * The specification: test/conformance holds other backends against it.
 */
import { BackendError } from "../../../errors.ts";
import type { SurrogateKind } from "../../backend/index.ts";

/** The step function: 1 if z >= 0 else 0. */
export function heaviside(z: number): number {
  return z >= 0 ? 1 : 0;
}

/** A built-in surrogate, by its name in `SurrogateKind`. */
export type BuiltInSurrogate = Exclude<SurrogateKind, "custom">;

interface Surrogate {
  /** g'(z) with slope a. */
  derivative(z: number, a: number): number;
  /** g(z) with slope a and g(0) = 1/2. */
  primitive(z: number, a: number): number;
}

/** All built-in surrogates. */
export const surrogates: Readonly<Record<BuiltInSurrogate, Surrogate>> = {
  atan: {
    derivative: (z, a) => a / 2 / (1 + ((Math.PI / 2) * a * z) ** 2),
    primitive: (z, a) => Math.atan((Math.PI / 2) * a * z) / Math.PI + 1 / 2,
  },
  sigmoid: {
    derivative: (z, a) => a * logistic(a * z) * (1 - logistic(a * z)),
    primitive: (z, a) => logistic(a * z),
  },
  piecewiseQuadratic: {
    derivative: (z, a) => Math.max(0, a - a ** 2 * Math.abs(z)),
    primitive: (z, a) => 1 / 2 + areaOfTriangle(a * z),
  },
  triangle: {
    derivative: (z, a) => Math.max(0, 1 - Math.abs(a * z)),
    primitive: (z, a) => 1 / 2 + areaOfTriangle(a * z) / a,
  },
  rectangle: {
    derivative: (z, a) => (Math.abs(z) < 0.5 / a ? a : 0),
    primitive: (z, a) => Math.min(1, Math.max(0, 1 / 2 + a * z)),
  },
  fastSigmoid: {
    derivative: (z, a) => 1 / (1 + a * Math.abs(z)) ** 2,
    primitive: (z, a) => 1 / 2 + z / (1 + a * Math.abs(z)),
  },
};

/**
 * g'(z) of one element: of the built-in surrogate, or what the caller's table holds for "custom".
 *
 * @param fromTable g' at this element, undefined without a table
 * @throws BackendError for surrogate "custom" without a table
 */
export function surrogateDerivative(
  kind: SurrogateKind,
  alpha: number,
  z: number,
  fromTable: number | undefined,
): number {
  if (kind !== "custom") return surrogates[kind].derivative(z, alpha);
  if (fromTable === undefined) {
    throw new BackendError(
      'backend.neuron.backward: expected a table of derivatives for surrogate "custom", got none. Pass `derivative`.',
    );
  }
  return fromTable;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The integral of max(0, 1 - |x|) from 0 to x. */
function areaOfTriangle(x: number): number {
  const inside = Math.min(1, Math.abs(x));
  return Math.sign(x) * (inside - inside ** 2 / 2);
}
