/** Gradients held against central differences along random directions, in float64. */
import { expect } from "vitest";
import { Random } from "../../src/engine/random.ts";

/** Arrays by name. */
export type Arrays = Readonly<Record<string, Float64Array>>;

/** A function of several arrays and its backward pass. */
export interface Differentiable {
  readonly inputs: Arrays;
  readonly forward: (inputs: Arrays) => Arrays;
  /** Gradients of the inputs, given those of the outputs. */
  readonly backward: (inputs: Arrays, gradients: Arrays) => Arrays;
}

const DIRECTIONS = 3;
const STEP = 1e-5;
const TOLERANCE = 1e-6;

/** Standard normal numbers. */
export function normal(length: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length }, () => random.normal());
}

/** An array of a size, to be written to. */
export function zeros(length: number): Float64Array {
  return new Float64Array(length);
}

/** Checks the gradient of a random weighting of all outputs with respect to each input. */
export function expectRightGradients({ inputs, forward, backward }: Differentiable): void {
  const gradients = mapArrays(forward(inputs), (output, i) => normal(output.length, 100 + i));
  const outgoing = backward(inputs, gradients);
  const lossAt = (point: Arrays) => sumOfProducts(forward(point), gradients);
  for (const name of Object.keys(inputs)) {
    for (let seed = 1; seed <= DIRECTIONS; seed++) {
      const direction = normal(inputs[name]!.length, 200 + seed);
      const moved = (step: number) => ({ ...inputs, [name]: along(inputs[name]!, direction, step) });
      const difference = (step: number) => (lossAt(moved(step)) - lossAt(moved(-step))) / (2 * step);
      // Richardson's extrapolation: a difference alone is off by the square of its step, 3e-5 where 1 / x is steep.
      const slope = (4 * difference(STEP / 2) - difference(STEP)) / 3;
      expectClose(name, dot(outgoing[name]!, direction), slope);
    }
  }
}

/** Asserts that a slope along a direction is what it should be. */
export function expectClose(name: string, actual: number, expected: number): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  expect(error, `gradient of ${name}: ${actual} instead of ${expected}`).toBeLessThan(TOLERANCE);
}

/** `sum_i a[i] b[i]`. */
export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function sumOfProducts(outputs: Arrays, weights: Arrays): number {
  return Object.entries(outputs).reduce((sum, [name, output]) => sum + dot(output, weights[name]!), 0);
}

function along(point: Float64Array, direction: Float64Array, step: number): Float64Array {
  return point.map((value, i) => value + step * direction[i]!);
}

function mapArrays(arrays: Arrays, f: (array: Float64Array, index: number) => Float64Array): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array], i) => [name, f(array, i)]));
}
