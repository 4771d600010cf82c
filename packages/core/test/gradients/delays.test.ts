import { describe, expect, test } from "vitest";
import type { DelayKernel, DelaySize } from "../../src/engine/backend/index.ts";
import { bumpAt, delay } from "../../src/engine/backends/reference/delay.ts";
import { expectRightGradients, normal, zeros } from "./finite-differences.ts";

const SIZE: DelaySize = {
  ...{ steps: 9, outSteps: 11, batch: 2, inputs: 3, outputs: 2, taps: 5, kernelCount: 2 },
  sharedPositions: false,
};

/** The specification's example: Kd = 7, P = 0.6, W = 0.8. */
const GRADIENT = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7];

describe("bumps as in the specification", () => {
  test.each<[DelayKernel["shape"], number, number[], number, number]>([
    [
      "gauss",
      0.5,
      [0, 0.00000087, 0.00385945, 0.31435573, 0.46896364, 0.01281383, 0.00000641],
      -0.63589445,
      -0.12486135,
    ],
    [
      "gauss",
      2.27,
      [0.04612112, 0.08417299, 0.12652141, 0.15662957, 0.15969889, 0.13410609, 0.09274991],
      0.03982528,
      0.19240614,
    ],
    ["max", 1, [0, 0, 0, 0.32, 0.48, 0, 0], -0.72, -0.14],
    ["max", 2.5, [0, 0, 0.11803278, 0.24918032, 0.27540983, 0.14426229, 0.01311475], -0.00214996, 0.11639344],
  ])("%s, width %d", (shape, sigma, taps, gPosition, gWeight) => {
    const bump = bumpAt({ shape, sigma, rounded: false }, 7, 0.6);
    const along = (values: Float64Array) => values.reduce((sum, value, s) => sum + value * GRADIENT[s]!, 0);
    taps.forEach((tap, s) => expect(0.8 * bump.taps[s]!).toBeCloseTo(tap, 6));
    expect(0.8 * along(bump.slope)).toBeCloseTo(gPosition, 6);
    expect(along(bump.taps)).toBeCloseTo(gWeight, 6);
  });

  test.each([
    [0.5, 0],
    [1.5, 2],
    [-0.5, 0],
    [-2.5, -2],
    [9, 3],
    [-9, -3],
    [1.2, 1],
  ])("a position of %d rounds to %d", (position, rounded) => {
    const { taps } = bumpAt({ shape: "max", sigma: 1, rounded: true }, 7, position);
    expect(taps.findIndex((value) => value > 0)).toBe(rounded + 3);
    expect(taps[rounded + 3]).toBeCloseTo(1, 6);
  });
});

describe("gradients of layers with delays", () => {
  const kernels: DelayKernel[] = [
    { shape: "gauss", sigma: 0.5, rounded: false },
    { shape: "gauss", sigma: 3, rounded: false },
    { shape: "max", sigma: 1, rounded: false },
    { shape: "max", sigma: 2.6, rounded: false },
  ];
  const layouts = { "a synapse": SIZE, "an axon": { ...SIZE, sharedPositions: true } };
  const cases = kernels.flatMap((kernel) =>
    Object.entries(layouts).map(([per, size]) => [kernel.shape, kernel.sigma, per, kernel, size] as const),
  );
  test.each(cases)("%s, width %d, a delay %s", (_, __, ___, kernel, size) => {
    const { steps, outSteps, batch, inputs, outputs, kernelCount } = size;
    const weights = outputs * inputs * kernelCount;
    const positions = size.sharedPositions ? inputs * kernelCount : weights;
    expectRightGradients({
      inputs: {
        x: normal(steps * batch * inputs, 1),
        weight: normal(weights, 2),
        position: normal(positions, 3),
      },
      forward: ({ x, weight, position }) => {
        const y = zeros(outSteps * batch * outputs);
        delay.forward(size, { x: x!, weight: weight!, position: position!, y }, { kernel, keep: false });
        return { y };
      },
      backward: ({ x, weight, position }, { y: gy }) => {
        const [gx, gWeight, gPosition] = [zeros(x!.length), zeros(weights), zeros(positions)];
        const given = { x: x!, weight: weight!, position: position!, gy: gy! };
        const buffers = { ...given, gx, gWeight, gPosition };
        delay.backward(size, buffers, { kernel, memory: undefined });
        return { x: gx, weight: gWeight, position: gPosition };
      },
    });
  });
});
