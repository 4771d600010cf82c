/**
 * Sparse weights as dense ones.
 * Where weights are dense enough for the products of `linear.ts` and `conv.ts` to win; images of one pixel are rows.
 * Measured in bench/LAB.md, Sparse weights.
 */
import type { ConvBackend, ConvSize, LinearBackend, LinearSize } from "../../../backend/index.ts";

/** Dense products for sizes that describe images of one pixel too, which are rows of a linear layer. */
export function denseProducts(linear: LinearBackend, conv: ConvBackend): ConvBackend {
  return {
    forward(size, buffers) {
      const rows = rowsOf(size);
      if (rows) linear.forward(rows, buffers);
      else conv.forward(size, buffers);
    },
    usefulInputGradient(size, buffers) {
      const rows = rowsOf(size);
      if (rows) linear.usefulInputGradient(rows, buffers);
      else conv.usefulInputGradient(size, buffers);
    },
    weightGradient(size, buffers) {
      const rows = rowsOf(size);
      if (rows) linear.weightGradient(rows, buffers);
      else conv.weightGradient(size, buffers);
    },
  };
}

function rowsOf(size: ConvSize): LinearSize | undefined {
  const { inHeight, inWidth, kernelHeight, kernelWidth, padding, groups } = size;
  if (inHeight * inWidth * kernelHeight * kernelWidth * groups !== 1 || padding !== 0) return undefined;
  const { planes: rows, inChannels: inputs, outChannels: outputs, separateSteps } = size;
  return { rows, inputs, outputs, separateSteps };
}
