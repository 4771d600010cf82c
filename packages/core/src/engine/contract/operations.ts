import type { Backend, SequenceSize, Storage } from "../backend.ts";
import { ShapeError } from "../../errors.ts";
import { imageLength } from "./images.ts";
import { type LengthsOf, nothing, type Operands } from "./lengths.ts";
import { LOSS_LENGTHS } from "./losses.ts";
import { NEURON_LENGTHS } from "./neurons.ts";
import { PRODUCT_LENGTHS } from "./products.ts";

/** Operands of every operation of a backend, but for those of its parts. */
export const OPERATION_LENGTHS: LengthsOf<Backend> = {
  ...PRODUCT_LENGTHS,
  ...NEURON_LENGTHS,
  ...LOSS_LENGTHS,

  allocate: (length) => {
    requireLength(length);
    return {};
  },
  release: nothing,
  endStep: nothing,
  reclaim: nothing,
  dispose: nothing,
  memory: nothing,
  view: (storage, offset, length) => {
    requirePart(storage, offset, length);
    return {};
  },
  write: (storage, data, image) => ({
    data: [data, storage.length],
    storage: [storage, image ? imageLength(image) : storage.length],
  }),
  read: (storage, image) => ({ storage: [storage, image ? imageLength(image) : storage.length] }),

  fill: nothing,
  copy: (x, out) => ({ x: [x, out.length] }),
  add: (a, b, out) => ({ a: [a, out.length], b: [b, out.length] }),
  scale: (x, _factor, out) => ({ x: [x, out.length] }),
  scaleBy: (x, factor, out) => ({ x: [x, out.length], factor: [factor, 1] }),
  multiply: (a, b, out) => ({ a: [a, out.length], b: [b, out.length] }),
  map: (x, _f, out) => ({ x: [x, out.length] }),
  imageToPlain: (size, x, out) => ({ x: [x, imageLength(size)], out: [out, imageLength(size)] }),
  plainToImage: (size, x, out) => ({ x: [x, imageLength(size)], out: [out, imageLength(size)] }),
  sum: (_x, out) => ({ out: [out, 1] }),
  sumOfSquares: nothing,
  countNonZero: nothing,
  findOutside: nothing,

  dropout: ({ steps, batch, channels, positions }, _options, x, y) => ({
    x: [x, steps * batch * channels * positions],
    y: [y, steps * batch * channels * positions],
  }),

  repeatOverTime: (size, x, y) => ({ x: [x, size.size], y: [y, size.steps * size.size] }),
  sumOverTime: (size, _factor, x, y) => ({ x: [x, size.steps * size.size], y: [y, size.size] }),
  maxOverTime: (size, x, y, winner) => ({
    x: [x, size.steps * size.size],
    y: [y, size.size],
    winner: [winner, size.size],
  }),
  maxOverTimeBackward: (size, gy, winner, gx) => ({
    gy: [gy, size.size],
    winner: [winner, size.size],
    gx: [gx, size.steps * size.size],
  }),

  bernoulli: (size, _key, x, y, image) => ({
    ...encoded(size, x, y),
    image: [x, image ? imageLength(image) : size.size],
  }),
  latency: encoded,
  delta: (size, _threshold, _signed, x, y) => ({
    x: [x, size.steps * size.size],
    y: [y, size.steps * size.size],
  }),

  sgd: (_options, parameter, gradient, momentum) => ({
    gradient: [gradient, parameter.length],
    momentum: [momentum, parameter.length],
  }),
  adam: (_options, parameter, gradient, m, v) => ({
    gradient: [gradient, parameter.length],
    m: [m, parameter.length],
    v: [v, parameter.length],
  }),
};

function encoded({ steps, size }: SequenceSize, x: Storage, y: Storage): Operands {
  return { x: [x, size], y: [y, steps * size] };
}

function requireLength(length: number): void {
  if (Number.isSafeInteger(length) && length >= 0) return;
  throw new ShapeError(
    `backend.allocate: expected a whole number of values, got ${length}. Check the shape of the tensor.`,
  );
}

function requirePart(storage: Storage, offset: number, length: number): void {
  const isWhole = Number.isInteger(offset) && Number.isInteger(length);
  if (isWhole && offset >= 0 && length >= 0 && offset + length <= storage.length) return;
  throw new ShapeError(
    `backend.view: expected a part of ${storage.length} numbers, got offset ${offset}, length ${length}. ` +
      "Check the shape of the view.",
  );
}
