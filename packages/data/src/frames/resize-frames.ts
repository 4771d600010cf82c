import { checkInteger, checkOptions } from "@myelin/core/checks";
import { bilinearShares } from "@myelin/core/runs";
import type { SensorSize } from "../event-transforms/index.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { checkFrames, POLARITIES, type SparseFrames } from "./sparse-frames.ts";

const MAX_SIDE = 65_536;

/**
 * Resizes frames bilinearly, each axis on its own, so that nothing is lost between the pixels of smaller frames. With
 * the weights w of `bilinearShares` for rows and columns:
 *
 *   out[v, u] = sum over y, x of w[v, y] w[u, x] in[y, x]
 *
 * @returns frames [T, 2, height, width]
 * @source the bilinear filter of the Python Imaging Library, with which TET's code resizes CIFAR10-DVS
 */
export function resizeFrames(frames: SparseFrames, size: SensorSize): SparseFrames {
  checkFrames("resizeFrames", frames);
  const { width, height } = checkOptions(
    "resizeFrames",
    size,
    { width: true, height: true },
    "{ width: 48, height: 48 }",
  );
  checkInteger("resizeFrames.width", width, { min: 1, max: MAX_SIDE }, "It is in pixels.");
  checkInteger("resizeFrames.height", height, { min: 1, max: MAX_SIDE }, "It is in pixels.");
  const columns = bilinearShares(frames.width, width);
  const rows = bilinearShares(frames.height, height);
  const builder = new FrameBuilder(height, width);
  const plane = frames.height * frames.width;
  for (let step = 0; step < frames.steps; step++) {
    for (let k = frames.offsets[step]!; k < frames.offsets[step + 1]!; k++) {
      const cell = frames.cells[k]!;
      const polarity = cell < plane ? 0 : POLARITIES - 1;
      const pixel = cell - polarity * plane;
      const x = pixel % frames.width;
      for (const row of rows[(pixel - x) / frames.width]!) {
        const begin = (polarity * height + row.to) * width;
        const value = frames.values[k]! * row.weight;
        for (const column of columns[x]!) builder.add(begin + column.to, value * column.weight);
      }
    }
    builder.endFrame("count");
  }
  return builder.finish();
}
