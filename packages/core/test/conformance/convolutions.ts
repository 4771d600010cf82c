import type { ConvSize } from "../../src/engine/backend/index.ts";
import type { Bench, Case } from "./bench.ts";
import { DENSITIES, dyadic, dyadicNonZero, SHORT_SWEEP, sparse, spikes, withValue } from "./inputs.ts";

/** Convolutions: forward pass and both gradients, dense and sparse, with dyadic inputs. */
export function convolutionCases(): Case[] {
  return [
    ...denseSizes().flatMap((size) => convolution(size, "dense", dyadic(inputLength(size), 3))),
    ...sparseSizes().flatMap((size) => DENSITIES.flatMap((density) => sparseInputs(size, density))),
    ...bulkSparse(),
    ...fewEvents(),
    ...minimalFiltering(),
    ...notFinite(),
  ];
}

/** Completes a size: everything not given is small; the output size follows. */
function convSize(given: Partial<ConvSize>): ConvSize {
  const size = { planes: 2, inChannels: 3, inHeight: 7, inWidth: 6, outChannels: 4, ...given };
  const { kernelHeight = 3, kernelWidth = 3, stride = 1, padding = 0, groups = 1 } = given;
  const along = (n: number, kernel: number) => Math.floor((n + 2 * padding - kernel) / stride) + 1;
  return {
    ...size,
    outHeight: along(size.inHeight, kernelHeight),
    outWidth: along(size.inWidth, kernelWidth),
    ...{ kernelHeight, kernelWidth, stride, padding, groups },
  };
}

function windows(given: Partial<ConvSize>): ConvSize[] {
  const kernels = [
    [1, 1],
    [3, 3],
    [5, 5],
    [3, 1],
  ] as const;
  return kernels.flatMap(([kernelHeight, kernelWidth]) =>
    [1, 2, 3].flatMap((stride) =>
      [0, 1, 2].map((padding) => convSize({ ...given, kernelHeight, kernelWidth, stride, padding })),
    ),
  );
}

function denseSizes(): ConvSize[] {
  const channels = SHORT_SWEEP.flatMap((n) => [
    convSize({ inChannels: n, padding: 1 }),
    convSize({ outChannels: n, padding: 1 }),
    convSize({ inWidth: n + 2, inHeight: 4 }),
    convSize({ planes: n, inHeight: 4, inWidth: 4 }),
  ]);
  const groups = [
    convSize({ inChannels: 6, outChannels: 4, groups: 2, padding: 1 }),
    convSize({ inChannels: 6, outChannels: 9, groups: 3, stride: 2, padding: 1 }),
    convSize({ inChannels: 8, outChannels: 8, groups: 8, padding: 1 }),
    convSize({ inChannels: 5, outChannels: 10, groups: 5, kernelHeight: 5, kernelWidth: 5, padding: 2 }),
    convSize({ inChannels: 16, outChannels: 32, groups: 2, kernelHeight: 1, kernelWidth: 1 }),
  ];
  const threaded = convSize({
    planes: 16,
    inChannels: 8,
    inHeight: 10,
    inWidth: 10,
    outChannels: 16,
    padding: 1,
  });
  return [...windows({}), ...channels, ...groups, threaded];
}

function sparseSizes(): ConvSize[] {
  return [
    convSize({ planes: 5, inChannels: 2, inHeight: 13, inWidth: 13, outChannels: 8, padding: 1 }),
    convSize({ planes: 6, inChannels: 6, inHeight: 7, outChannels: 9, stride: 2, padding: 1, groups: 3 }),
    convSize({ planes: 4, inWidth: 9, outChannels: 5, kernelHeight: 5, kernelWidth: 5, padding: 2 }),
  ];
}

/** So few events that a path may go from these to what they reach: every kind of window, and of panel. */
function fewEvents(): Case[] {
  const outputs = [1, 3, 16, 33, 50].map((outChannels) => convSize({ outChannels, inWidth: 9, padding: 1 }));
  return [...windows({ inWidth: 9, outChannels: 3 }), ...outputs].flatMap((size) =>
    convolution(size, "sparse, 3 %", sparse(inputLength(size), 0.03)),
  );
}

/** Large enough for any path that only pays in bulk. */
function bulkSparse(): Case[] {
  const size = convSize({ planes: 12, inChannels: 16, inHeight: 9, inWidth: 9, outChannels: 20, padding: 1 });
  const panelWide = { ...size, inChannels: 3, outChannels: 32 };
  return [size, panelWide].flatMap((one) =>
    [0.01, 0.1].flatMap((density) =>
      convolution(one, `${density * 100} %`, spikes(inputLength(one), density)),
    ),
  );
}

/**
 * Kernels of 3 x 3 and many channels, which have a method of their own with other sums: close, not equal. Maps of odd
 * and even sides, with what hangs over each border.
 */
function minimalFiltering(): Case[] {
  const sides = [4, 5, 7].map((n) => ({ inHeight: n, inWidth: n + 1 }));
  const sizes = [0, 1, 2].flatMap((padding) =>
    sides.map((side) => convSize({ planes: 3, inChannels: 8, outChannels: 12, padding, ...side })),
  );
  const channels = [16, 36, 140].flatMap((n) => [
    convSize({ planes: 1, inChannels: n, outChannels: 8, padding: 1 }),
    convSize({ planes: 1, inChannels: 8, outChannels: n, padding: 1 }),
  ]);
  return [...sizes, ...channels].flatMap((size) =>
    convolution(size, "dense", dyadic(inputLength(size), 3)).map((one) => ({ ...one, tolerance: 1e-5 })),
  );
}

function sparseInputs(size: ConvSize, density: number): Case[] {
  const percent = `${density * 100} %`;
  return [
    ...convolution(size, `spikes, ${percent}`, spikes(inputLength(size), density)),
    ...convolution(size, `sparse, ${percent}`, sparse(inputLength(size), density)),
  ];
}

function convolution(size: ConvSize, kind: string, x: Float32Array): Case[] {
  const name = `${describeSize(size)}, ${kind}`;
  return [
    { name: `conv2dForward ${name}`, tolerance: 0, run: (bench) => forward(bench, size, x) },
    { name: `conv2d gradients ${name}`, tolerance: 0, run: (bench) => gradients(bench, size, x) },
  ];
}

function forward(bench: Bench, size: ConvSize, x: Float32Array, weight = weightOf(size)): void {
  const { backend } = bench;
  const { length, image } = outputOf(size);
  const bias = bench.in(dyadic(size.outChannels, 6));
  const input = bench.in(x, inputOf(size));
  const given = { x: input, weight: bench.in(weight) };
  backend.conv.forward(size, { ...given, bias, y: bench.out("y", length, image) });
  backend.conv.forward(size, { ...given, y: bench.out("y without bias", length, image) });
}

function gradients(bench: Bench, size: ConvSize, x: Float32Array, gy = gradientOf(size)): void {
  const { backend } = bench;
  const { image } = outputOf(size);
  const input = bench.in(x, inputOf(size));
  const gradient = bench.in(gy, image);
  const weight = weightOf(size);
  const gx = bench.out("gx", x.length, inputOf(size));
  const given = { gy: gradient, x: input };
  backend.conv.usefulInputGradient(size, { ...given, weight: bench.in(weight), gx });
  backend.conv.weightGradient(size, { ...given, gWeight: bench.out("gWeight", weight.length) });
  backend.reduce.sumPerChannel(image, { x: gradient, out: bench.out("gBias", size.outChannels) });
}

/**
 * One value that is not finite reaches exactly the results that depend on it. It lies inside the feature map: at the
 * border a backend may multiply it with the zeros of the padding.
 */
function notFinite(): Case[] {
  const size = convSize({ inChannels: 3, outChannels: 5, padding: 1 });
  const x = dyadicNonZero(inputLength(size), 3);
  const weight = dyadicNonZero(weightOf(size).length, 5);
  return [NaN, Infinity].flatMap((value) => [
    {
      name: `conv2dForward with an input of ${value}`,
      tolerance: 0,
      run: (bench: Bench) => forward(bench, size, withValue(x, 60, value), weight),
    },
    {
      name: `conv2d gradients with a gradient of ${value}`,
      tolerance: 0,
      run: (bench: Bench) => gradients(bench, size, x, withValue(gradientOf(size), 62, value)),
    },
  ]);
}

function inputOf({ planes, inChannels, inHeight, inWidth }: ConvSize) {
  return { planes, channels: inChannels, positions: inHeight * inWidth };
}

function outputOf({ planes, outChannels, outHeight, outWidth }: ConvSize) {
  const image = { planes, channels: outChannels, positions: outHeight * outWidth };
  return { image, length: planes * outChannels * outHeight * outWidth };
}

function inputLength(size: ConvSize): number {
  return size.planes * size.inChannels * size.inHeight * size.inWidth;
}

function weightOf(size: ConvSize): Float32Array {
  const { inChannels, outChannels, groups, kernelHeight, kernelWidth } = size;
  return dyadic((outChannels * inChannels * kernelHeight * kernelWidth) / groups, 5);
}

function gradientOf(size: ConvSize): Float32Array {
  return dyadic(outputOf(size).length, 7);
}

function describeSize(size: ConvSize): string {
  const from = `${size.planes}x${size.inChannels}x${size.inHeight}x${size.inWidth}`;
  const kernel = `kernel ${size.kernelHeight}x${size.kernelWidth}, stride ${size.stride}, padding ${size.padding}`;
  return `${from} -> ${size.outChannels}, ${kernel}, groups ${size.groups}`;
}
