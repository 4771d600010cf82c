/** Collects what a case got and where that differs from what it should have got. */
import type { Tensor } from "@myelin/core";
import type { GoldenCase } from "./format.ts";

/** How far a backend may be off, relative to the largest magnitude of the expected tensor. */
export interface Tolerances {
  readonly tensor: number;
  /** For losses over several training steps. */
  readonly curve: number;
}

export class Comparison {
  readonly differences: string[] = [];
  readonly #golden: GoldenCase;
  readonly #tolerances: Tolerances;

  constructor(golden: GoldenCase, tolerances: Tolerances) {
    this.#golden = golden;
    this.#tolerances = tolerances;
  }

  /** Compares with the golden tensor of that name. */
  async tensor(name: string, actual: Tensor | undefined): Promise<void> {
    if (!actual) this.differences.push(`${name}: expected a result, got none`);
    else this.#compare(name, await actual.data(), this.#tolerances.tensor);
  }

  /** Compares with the golden tensor of that name. */
  numbers(name: string, actual: ArrayLike<number>): void {
    this.#compare(name, actual, this.#tolerances.tensor);
  }

  /** Compares spikes: all must be the same. */
  async spikes(name: string, actual: Tensor): Promise<void> {
    this.#compare(name, await actual.data(), 0);
  }

  /** Compares a curve of losses. */
  curve(name: string, actual: ArrayLike<number>): void {
    this.#compare(name, actual, this.#tolerances.curve);
  }

  /** Notes the place that is furthest off. */
  #compare(name: string, actual: ArrayLike<number>, tolerance: number): void {
    const expected = this.#golden.tensor(name).data;
    if (actual.length !== expected.length) {
      this.differences.push(`${name}: expected ${expected.length} numbers, got ${actual.length}`);
      return;
    }
    const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const errors = expected.map((value, i) => Math.abs(value - actual[i]!));
    const worst = errors.reduce((at, error, i) => (error <= errors[at]! ? at : i), 0);
    if (expected.length === 0 || errors[worst]! <= tolerance * largest) return;
    const relative = (errors[worst]! / largest).toExponential(1);
    this.differences.push(
      `${name}[${worst}]: expected ${expected[worst]}, got ${actual[worst]} (off by ${relative}, allowed ${tolerance})`,
    );
  }
}
