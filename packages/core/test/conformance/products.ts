import type { LinearSize } from "../../src/engine/backend/index.ts";
import type { Bench, Case } from "./bench.ts";
import { DENSITIES, dyadic, dyadicNonZero, sparse, spikes, SWEEP, withValue } from "./inputs.ts";

/** Linear layers: forward pass and both gradients, dense and sparse. All inputs are dyadic, so all results are exact. */
export function productCases(): Case[] {
  return [
    ...denseSizes().flatMap((size) => linear(size, "dense", dyadic(size.rows * size.inputs, 3))),
    ...sparseSizes().flatMap((size) => DENSITIES.flatMap((density) => sparseInputs(size, density))),
    ...notFinite(),
  ];
}

/** Each dimension through the sweep, and some large enough to be shared out among threads. */
function denseSizes(): LinearSize[] {
  const around = SWEEP.flatMap((n) => [
    { rows: n, inputs: 13, outputs: 7 },
    { rows: 5, inputs: n, outputs: 11 },
    { rows: 6, inputs: 9, outputs: n },
    { rows: n, inputs: n, outputs: n },
  ]);
  return [...around, { rows: 128, inputs: 257, outputs: 131 }, { rows: 512, inputs: 96, outputs: 64 }];
}

function sparseSizes(): LinearSize[] {
  return [
    { rows: 1, inputs: 67, outputs: 33 },
    { rows: 19, inputs: 131, outputs: 10 },
    { rows: 64, inputs: 256, outputs: 96 },
    { rows: 150, inputs: 300, outputs: 65 },
  ];
}

function sparseInputs(size: LinearSize, density: number): Case[] {
  const length = size.rows * size.inputs;
  const percent = `${density * 100} %`;
  return [
    ...linear(size, `spikes, ${percent}`, spikes(length, density)),
    ...linear(size, `sparse, ${percent}`, sparse(length, density)),
  ];
}

function linear(size: LinearSize, kind: string, x: Float32Array): Case[] {
  const name = `${size.rows} x ${size.inputs} -> ${size.outputs}, ${kind}`;
  return [
    { name: `linearForward ${name}`, tolerance: 0, run: (bench) => forward(bench, size, x) },
    { name: `linear gradients ${name}`, tolerance: 0, run: (bench) => gradients(bench, size, x) },
  ];
}

function forward(bench: Bench, size: LinearSize, x: Float32Array, weight = weightOf(size)): void {
  const { backend } = bench;
  const length = size.rows * size.outputs;
  const bias = bench.in(dyadic(size.outputs, 6));
  const given = { x: bench.in(x), weight: bench.in(weight) };
  backend.linear.forward(size, { ...given, bias, y: bench.out("y", length) });
  backend.linear.forward(size, { ...given, y: bench.out("y without bias", length) });
}

function gradients(bench: Bench, size: LinearSize, x: Float32Array, gy = gradientOf(size)): void {
  const { backend } = bench;
  const input = bench.in(x);
  const gradient = bench.in(gy);
  const rows = { planes: size.rows, channels: size.outputs, positions: 1 };
  const gx = bench.out("gx", size.rows * size.inputs);
  const given = { gy: gradient, x: input };
  backend.linear.usefulInputGradient(size, { ...given, weight: bench.in(weightOf(size)), gx });
  const gWeight = bench.out("gWeight", size.outputs * size.inputs);
  backend.linear.weightGradient(size, { ...given, gWeight });
  backend.reduce.sumPerChannel(rows, { x: gradient, out: bench.out("gBias", size.outputs) });
}

function weightOf({ inputs, outputs }: LinearSize): Float32Array {
  return dyadic(outputs * inputs, 5);
}

function gradientOf({ rows, outputs }: LinearSize): Float32Array {
  return dyadic(rows * outputs, 7);
}

/** One value that is not finite reaches exactly the results that depend on it. */
function notFinite(): Case[] {
  const size = { rows: 9, inputs: 21, outputs: 13 };
  const x = dyadicNonZero(size.rows * size.inputs, 3);
  return [NaN, Infinity].flatMap((value) => [
    {
      name: `linearForward with an input of ${value}`,
      tolerance: 0,
      run: (bench: Bench) => {
        const weight = dyadicNonZero(size.outputs * size.inputs, 5);
        forward(bench, size, withValue(x, 4 * size.inputs + 2, value), weight);
      },
    },
    {
      name: `linear gradients with a gradient of ${value}`,
      tolerance: 0,
      run: (bench: Bench) =>
        gradients(bench, size, x, withValue(gradientOf(size), 5 * size.outputs + 3, value)),
    },
  ]);
}
