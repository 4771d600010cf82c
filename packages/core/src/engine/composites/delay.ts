import type { DelayBackend, DelayKernel, DelaySize, RequiredGroups, Storage } from "../backend/index.ts";
import { overlapAdd, patchesOf } from "./conv.ts";
import { Values } from "./values.ts";

/** Added to the sum that a bump is divided by. */
const EPSILON = 1e-7;

/** Layers with delays as products over the last Kd steps of the input; equations: backend/delay.ts. */
export function delay(backend: RequiredGroups): DelayBackend {
  const { linear } = backend;
  return {
    forward(size, { x, weight, position, y }, { kernel }) {
      Values.within(backend, (v) => {
        const { taps } = bumpsOf(v, size, kernel, position);
        linear.forward(productOf(size), {
          x: history(v, size, x),
          weight: matrixOf(v, size, weight, taps),
          y,
        });
      });
      return undefined;
    },
    backward: (size, { x, weight, position, gy, gx, gWeight, gPosition }, { kernel }) =>
      Values.within(backend, (v) => {
        const { taps, slope } = bumpsOf(v, size, kernel, position);
        if (gx) inputGradient(v, size, matrixOf(v, size, weight, taps), gy, gx);
        if (!gWeight && !gPosition) return;
        const gKernel = kernelGradient(v, size, x, gy);
        const along = (bump: Storage): Storage => v.sum(v.combine("multiply", gKernel, bump), size.taps);
        if (gWeight) backend.elementwise.copy(gWeight.length, { x: along(taps), out: gWeight });
        if (!gPosition) return;
        const perBump = v.combine("multiply", weight, along(slope));
        v.sum(perBump, size.sharedPositions ? size.outputs : 1, 1, gPosition);
      }),
    patches: (size, { x, rows }) =>
      Values.within(backend, (v) => void patchesOf(v, { ...size, groups: 1 }, x, 0, rows)),
    patchesBackward: (size, { gRows, gx }) =>
      Values.within(backend, (v) => overlapAdd(v, { ...size, groups: 1 }, gRows, gx)),
  };
}

/** X[s] of each bump (o, i, k) and its derivative with respect to the position, [Kd, O I K]. */
function bumpsOf(
  v: Values,
  size: DelaySize,
  kernel: DelayKernel,
  position: Storage,
): Readonly<Record<"taps" | "slope", Storage>> {
  const { taps: steps, outputs, sharedPositions } = size;
  const all = sharedPositions ? v.repeat(position, outputs) : position;
  const half = (steps - 1) / 2;
  const count = all.length;
  if (kernel.rounded) return rounded(v, steps, all);
  const centre = v.affine(v.repeat(all, steps), 1, half);
  const distance = v.combine(
    "subtract",
    v.of(steps * count, (i) => Math.floor(i / count)),
    centre,
  );
  const [e, de] =
    kernel.shape === "gauss" ? gauss(v, distance, kernel.sigma) : triangle(v, distance, kernel.sigma);
  const z = v.repeat(v.affine(v.sum(e, steps), 1, EPSILON), steps);
  const taps = v.combine("divide", e, z);
  const share = v.combine("multiply", taps, v.repeat(v.sum(de, steps), steps));
  return { taps, slope: v.combine("divide", v.combine("subtract", de, share), z) };
}

/** exp(-d^2 / (2 sigma^2)) and its derivative with respect to p, at distances d = s - c. */
function gauss(v: Values, distance: Storage, sigma: number): [Storage, Storage] {
  const squares = v.combine("multiply", distance, distance);
  const e = v.apply("exp", v.affine(squares, -1 / (2 * sigma * sigma)));
  return [e, v.affine(v.combine("multiply", e, distance), 1 / (sigma * sigma))];
}

/** max(0, sigma - |d|) and its derivative with respect to p. */
function triangle(v: Values, distance: Storage, sigma: number): [Storage, Storage] {
  const sign = v.combine("subtract", v.compare(distance, "greater", 0), v.compare(distance, "less", 0));
  const size = v.combine("multiply", distance, sign);
  const isInside = v.compare(size, "less", sigma);
  return [v.clamp(v.affine(size, -1, sigma), 0, Infinity), v.combine("multiply", sign, isInside)];
}

/** All weight on the nearest tap, of two equally near ones on the one whose delay is even. */
function rounded(v: Values, steps: number, position: Storage): Readonly<Record<"taps" | "slope", Storage>> {
  const half = (steps - 1) / 2;
  const count = position.length;
  const placed = v.repeat(v.clamp(position, -half, half), steps);
  const tap = (i: number): number => Math.floor(i / count) - half;
  const distance = v.combine("subtract", v.of(steps * count, tap), placed);
  const square = v.combine("multiply", distance, distance);
  const isNearest = v.compare(square, "less", 0.25);
  const isEven = v.of(steps * count, (i) => Number(tap(i) % 2 === 0));
  const isTie = v.combine("multiply", v.compare(square, "equal", 0.25), isEven);
  const taps = v.affine(v.combine("add", isNearest, isTie), 1 / (1 + EPSILON));
  return { taps, slope: v.filled(taps.length, 0) };
}

/** K as the matrix of a product, [O, Kd I], from bumps [Kd, O I K]. */
function matrixOf(v: Values, size: DelaySize, weight: Storage, bumps: Storage): Storage {
  const { taps, inputs, outputs, kernelCount } = size;
  const weighted = v.combine("multiply", bumps, v.repeat(weight, taps));
  const length = outputs * taps * inputs;
  const terms = v.gather(weighted, kernelCount * length, (at) => {
    const [k, i] = [Math.floor(at / length), at % inputs];
    const [s, o] = [Math.floor(at / inputs) % taps, Math.floor((at % length) / (taps * inputs))];
    return ((s * outputs + o) * inputs + i) * kernelCount + k;
  });
  return v.sum(terms, kernelCount);
}

function productOf({ outSteps, batch, inputs, outputs, taps }: DelaySize) {
  return { rows: outSteps * batch, inputs: taps * inputs, outputs };
}

/** The last Kd steps before each output step, [outSteps, batch, Kd, I]. */
function history(v: Values, size: DelaySize, x: Storage): Storage {
  const { steps, batch, inputs, taps, outSteps } = size;
  return v.gather(x, outSteps * batch * taps * inputs, (at) => {
    const [i, s] = [at % inputs, Math.floor(at / inputs) % taps];
    const row = Math.floor(at / (inputs * taps));
    const from = Math.floor(row / batch) + s - (taps - 1);
    return from < 0 || from >= steps ? -1 : (from * batch + (row % batch)) * inputs + i;
  });
}

/** dL/dK for each bump, [Kd, O I K]. */
function kernelGradient(v: Values, size: DelaySize, x: Storage, gy: Storage): Storage {
  const { taps, inputs, outputs, kernelCount } = size;
  const gWeight = v.room(outputs * taps * inputs);
  v.backend.linear.weightGradient(productOf(size), { gy, x: history(v, size, x), gWeight });
  const bumps = outputs * inputs * kernelCount;
  return v.gather(gWeight, taps * bumps, (at) => {
    const [s, synapse] = [Math.floor(at / bumps), Math.floor((at % bumps) / kernelCount)];
    return (Math.floor(synapse / inputs) * taps + s) * inputs + (synapse % inputs);
  });
}

function inputGradient(v: Values, size: DelaySize, matrix: Storage, gy: Storage, gx: Storage): void {
  const { steps, outSteps, batch, inputs, taps } = size;
  const { rows, inputs: columns, outputs } = productOf(size);
  const turned = v.gather(matrix, matrix.length, (i) => (i % outputs) * columns + Math.floor(i / outputs));
  const gRows = v.room(rows * columns);
  v.backend.linear.forward({ rows, inputs: outputs, outputs: columns }, { x: gy, weight: turned, y: gRows });
  const count = steps * batch * inputs;
  const terms = v.gather(gRows, taps * count, (at) => {
    const [s, i, row] = [Math.floor(at / count), at % inputs, Math.floor((at % count) / inputs)];
    const t = Math.floor(row / batch) + taps - 1 - s;
    return t < outSteps ? ((t * batch + (row % batch)) * taps + s) * inputs + i : -1;
  });
  v.sum(terms, taps, 1, gx);
}
