import { checkInteger, checkOptions } from "@myelin/core/checks";
import type { SensorSize } from "../event-transforms/index.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { checkFrames, POLARITIES, type SparseFrames } from "./sparse-frames.ts";

const MAX_SIDE = 65_536;

/** A pixel of the new frames and the part of an old one's number that it gets. */
interface Share {
  readonly to: number;
  readonly weight: number;
}

/**
 * Resizes frames bilinearly, each axis on its own, so that nothing is lost between the pixels of smaller frames. With n
 * old and m new pixels along an axis, scale s = n / m, and r = max(s, 1):
 *
 *   1. centre of new pixel j:    c = (j + 1/2) s
 *   2. weight of old pixel i:    w[j, i] = max(0, 1 - |i + 1/2 - c| / r), divided by the sum over i
 *   3. out[v, u] = sum over y, x of w[v, y] w[u, x] in[y, x]
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
  const columns = shares(frames.width, width);
  const rows = shares(frames.height, height);
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

/** For each old pixel along an axis, where its number goes. */
function shares(from: number, to: number): Share[][] {
  const all = Array.from({ length: from }, (): Share[] => []);
  const scale = from / to;
  const reach = Math.max(scale, 1);
  for (let j = 0; j < to; j++) {
    const centre = (j + 0.5) * scale;
    const begin = Math.max(0, Math.floor(centre - reach));
    const end = Math.min(from, Math.ceil(centre + reach));
    const weights = Array.from({ length: end - begin }, (_, i) =>
      Math.max(0, 1 - Math.abs(begin + i + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights.forEach((weight, i) => {
      if (weight > 0) all[begin + i]!.push({ to: j, weight: weight / sum });
    });
  }
  return all;
}
