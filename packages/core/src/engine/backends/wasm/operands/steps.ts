/**
 * Time steps of images one by one.
 * For products whose choice of a path changes the last bits, in evaluation: see `SeparateSteps`.
 * Not measured by itself: what it calls is.
 */
import { type Buffers, convInput, convOutput, type ConvSize } from "../../../backend/index.ts";
import { partOf, type WasmStorage } from "../runtime/storage.ts";

/** Runs `work` for each of `steps` steps that the planes of `size` are divided into; at once if they are not. */
export function eachStep(
  size: ConvSize,
  { x, y }: Buffers<"x" | "y">,
  steps: number | undefined,
  work: (size: ConvSize, buffers: Buffers<"x" | "y">) => void,
): void {
  if (steps === undefined || steps === 1) {
    work(size, { x, y });
    return;
  }
  const step = { ...size, planes: size.planes / steps, separateSteps: 1 };
  const [inputs, outputs] = [convInput(step), convOutput(step)];
  for (let t = 0; t < steps; t++) {
    work(step, {
      x: partOf(x as WasmStorage, t * inputs, inputs),
      y: partOf(y as WasmStorage, t * outputs, outputs),
    });
  }
}
