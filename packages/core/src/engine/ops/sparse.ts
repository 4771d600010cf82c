import { checkFunction, checkOptions, checkShape } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { record } from "../autograd.ts";
import type { ConvSize, SparsePattern } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import {
  lastAxis,
  requireImage,
  requireOptional,
  requirePlain,
  separateStepsOf,
  shapeError,
} from "./arguments.ts";
import { checkValues, requireDense } from "./pattern-checks.ts";
import { type Conv2dSettings, convSize } from "./conv.ts";

/** The dense gradient of a sparse weight, computed row by row when somebody asks, within the step. */
export interface DenseGradient {
  /** Only all rows can be asked for. */
  readonly whole: boolean;
  /** False once the step has ended. */
  readonly isAlive: boolean;
  /** Rows (outputs) first .. first + count, [count, columns]. */
  rows(first: number, count: number): Tensor;
}

/** What sparse products take besides their tensors. */
export interface SparseOptions {
  /** Called in the backward pass with the dense gradient of the weight. */
  readonly onGradient?: ((gradient: DenseGradient) => void) | undefined;
}

/**
 * The dense weight: `values` at the places of the pattern, zero elsewhere.
 *
 * @param values f32 [numbers of the pattern]
 * @param shape shape of the result, outputs first
 */
export function expandSparse(
  values: Tensor,
  pattern: SparsePattern,
  shape: readonly number[],
  options: SparseOptions = {},
): Tensor {
  const { onGradient } = checkSparse("expandSparse", options);
  checkValues("expandSparse", pattern, values);
  checkShape("expandSparse.shape", shape);
  requireDense("expandSparse.shape", pattern, shape);
  const { engine } = values;
  const dense = engine.empty(shape);
  const { sparse } = engine.backend;
  sparse.expand(pattern, { values: values.storage, dense: dense.storage });
  record([values], [dense], ([gradient]) => {
    onGradient?.(gradientRows(copyOf(gradient as Tensor), pattern));
    const gValues = engine.empty(values.shape);
    sparse.compress(pattern, { dense: (gradient as Tensor).storage, values: gValues.storage });
    return [gValues];
  });
  return dense;
}

/**
 * `linear` with a sparse weight [O, I].
 *
 * @param x f32 [..., I]
 * @param values f32 [numbers of the pattern]
 * @param bias f32 [O]
 * @returns f32 [..., O]
 * @throws ShapeError when the last axis of `x` is not I
 */
export function sparseLinear(
  x: Tensor,
  values: Tensor,
  pattern: SparsePattern,
  bias?: Tensor,
  options: SparseOptions = {},
): Tensor {
  const owner = scopeOr("sparseLinear");
  checkSparse("sparseLinear", options);
  requirePlain(owner, x);
  checkValues(owner, pattern, values);
  const { outputs, columns: inputs } = pattern;
  if (lastAxis(x) !== inputs) {
    shapeError(
      owner,
      `an input whose last axis is ${inputs}`,
      x.shape,
      `The weight is [${outputs}, ${inputs}].`,
    );
  }
  const size = rowsAsImages(x.size / inputs, inputs, outputs);
  const y = x.engine.empty([...x.shape.slice(0, -1), outputs]);
  return sparseProduct(size, x, values, pattern, bias, y, options);
}

/**
 * `conv2d` with a sparse weight [O, C / groups, kH, kW].
 *
 * @param x f32 image [T, B, C, H, W] or [B, C, H, W]
 * @param values f32 [numbers of the pattern]
 * @param weightShape shape of the dense weight
 * @param bias f32 [O]
 * @returns f32 image as `conv2d` gives it
 * @throws ShapeError when channels, groups or kernel do not fit the input
 */
export function sparseConv2d(
  x: Tensor,
  values: Tensor,
  pattern: SparsePattern,
  weightShape: readonly number[],
  bias?: Tensor,
  options: SparseOptions & Conv2dSettings = {},
): Tensor {
  const owner = scopeOr("sparseConv2d");
  const known = { onGradient: true, stride: true, padding: true, groups: true } as const;
  checkOptions("sparseConv2d", options, known);
  const { onGradient, ...conv } = options;
  checkSparse("sparseConv2d", { onGradient });
  requireImage(owner, x);
  checkValues(owner, pattern, values);
  checkShape(`${owner}.weightShape`, weightShape);
  requireDense(`${owner}.weightShape`, pattern, weightShape);
  const size = convSize(owner, x, weightShape, conv);
  const shape = [...x.shape.slice(0, -3), size.outChannels, size.outHeight, size.outWidth];
  return sparseProduct(size, x, values, pattern, bias, x.engine.empty(shape, "image"), { onGradient });
}

/** What all sparse products take. */
function checkSparse(symbol: string, options: SparseOptions): SparseOptions {
  const { onGradient } = checkOptions(symbol, options, { onGradient: true });
  if (onGradient !== undefined)
    checkFunction(`${symbol}.onGradient`, onGradient, "a function of the gradient");
  return { onGradient };
}

/** A dense gradient that is there. */
function gradientRows(gradient: Tensor, { columns }: SparsePattern): DenseGradient {
  return {
    whole: false,
    get isAlive() {
      return gradient.isAlive;
    },
    rows(first, count) {
      const { engine } = gradient;
      const rows = engine.empty([count, columns]);
      const range = { length: rows.size, from: first * columns, to: 0 };
      engine.backend.elementwise.copyRange(range, { x: gradient.storage, out: rows.storage });
      return rows;
    },
  };
}

/** The dense gradient of a product of `x`; `gy` stays as it is until the step ends. */
function gradientOfProduct(size: ConvSize, x: Tensor, gy: Tensor, { columns }: SparsePattern): DenseGradient {
  return {
    whole: size.groups > 1,
    get isAlive() {
      return gy.isAlive;
    },
    rows: (first, count) => {
      const { engine } = x;
      const gradient = engine.empty([count, columns]);
      const buffers = { gy: gy.storage, x: x.storage, gWeight: gradient.storage };
      engine.backend.sparse.denseGradient(size, buffers, { first, count });
      return gradient;
    },
  };
}

/** Rows of vectors as images of one pixel. */
function rowsAsImages(rows: number, inputs: number, outputs: number): ConvSize {
  const pixel = { inHeight: 1, inWidth: 1, outHeight: 1, outWidth: 1, kernelHeight: 1, kernelWidth: 1 };
  return {
    planes: rows,
    inChannels: inputs,
    outChannels: outputs,
    ...pixel,
    stride: 1,
    padding: 0,
    groups: 1,
  };
}

function sparseProduct(
  size: ConvSize,
  x: Tensor,
  values: Tensor,
  pattern: SparsePattern,
  bias: Tensor | undefined,
  y: Tensor,
  { onGradient }: SparseOptions,
): Tensor {
  requireOptional("bias", bias, size.outChannels, x);
  const given = { x: x.storage, values: values.storage, bias: bias?.storage };
  const parts = bias ? [x, values, bias] : [x, values];
  const separateSteps = separateStepsOf(x, parts);
  x.engine.backend.sparse.forward({ ...size, separateSteps }, { ...given, y: y.storage }, pattern);
  record(parts, [y], ([gy]) => {
    const gradient = gy as Tensor;
    onGradient?.(gradientOfProduct(size, x, copyOf(gradient), pattern));
    return productBackward(size, x, values, pattern, bias, gradient);
  });
  return y;
}

function productBackward(
  size: ConvSize,
  x: Tensor,
  values: Tensor,
  pattern: SparsePattern,
  bias: Tensor | undefined,
  gy: Tensor,
): (Tensor | undefined)[] {
  const { engine } = x;
  const { sparse, reduce } = engine.backend;
  const gx = x.requiresGrad ? engine.empty(x.shape, x.format) : undefined;
  const gValues = values.requiresGrad ? engine.empty(values.shape) : undefined;
  const gBias = bias?.requiresGrad ? engine.empty(bias.shape) : undefined;
  const maps = { planes: size.planes, channels: size.outChannels, positions: size.outHeight * size.outWidth };
  const given = { gy: gy.storage, x: x.storage };
  if (gValues) sparse.weightGradient(size, { ...given, gValues: gValues.storage }, pattern);
  if (gBias) reduce.sumPerChannel(maps, { x: gy.storage, out: gBias.storage });
  if (gx) sparse.usefulInputGradient(size, { ...given, values: values.storage, gx: gx.storage }, pattern);
  return bias ? [gx, gValues, gBias] : [gx, gValues];
}

/** The gradient itself is given back while the backward pass goes on. */
function copyOf(gradient: Tensor): Tensor {
  const copy = gradient.engine.empty(gradient.shape, gradient.format);
  gradient.engine.backend.elementwise.copy(copy.size, { x: gradient.storage, out: copy.storage });
  return copy;
}
