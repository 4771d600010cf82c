import type { ConvSize } from "../backend.ts";
import type { DelayBackend, DelaySize } from "../backend-delays.ts";
import { convInput, imageLength, patchLength } from "./images.ts";
import { type LengthsOf, nothing } from "./lengths.ts";

/** Operands of layers with delays. */
export const DELAY_LENGTHS: LengthsOf<DelayBackend> = {
  forward: (size, _kernel, { x, weight, position, y }) => ({
    x: [x, inputLength(size)],
    weight: [weight, weightLength(size)],
    position: [position, positionLength(size)],
    y: [y, outputLength(size)],
  }),
  backward: (size, _kernel, buffers) => ({
    x: [buffers.x, inputLength(size)],
    weight: [buffers.weight, weightLength(size)],
    position: [buffers.position, positionLength(size)],
    gy: [buffers.gy, outputLength(size)],
    gx: [buffers.gx, inputLength(size)],
    gWeight: [buffers.gWeight, weightLength(size)],
    gPosition: [buffers.gPosition, positionLength(size)],
  }),
  clampPositions: nothing,
  patches: (size, x, rows) => ({ x: [x, convInput(size)], rows: [rows, patchesLength(size)] }),
  patchesBackward: (size, gRows, gx) => ({ gRows: [gRows, patchesLength(size)], gx: [gx, convInput(size)] }),
  rowsToImage: (size, rows, image) => ({
    rows: [rows, imageLength(size)],
    image: [image, imageLength(size)],
  }),
  imageToRows: (size, image, rows) => ({
    image: [image, imageLength(size)],
    rows: [rows, imageLength(size)],
  }),
};

function inputLength({ steps, batch, inputs }: DelaySize): number {
  return steps * batch * inputs;
}

function outputLength({ outSteps, batch, outputs }: DelaySize): number {
  return outSteps * batch * outputs;
}

function weightLength({ outputs, inputs, kernelCount }: DelaySize): number {
  return outputs * inputs * kernelCount;
}

function positionLength(size: DelaySize): number {
  return size.sharedPositions ? size.inputs * size.kernelCount : weightLength(size);
}

/** A patch of each output pixel. */
function patchesLength(size: ConvSize): number {
  return size.planes * size.outHeight * size.outWidth * patchLength(size);
}
