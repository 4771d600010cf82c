import type { ImageSize, PoolBackend, PoolSize, RequiredGroups, Storage } from "../backend/index.ts";
import { Values } from "./values.ts";
import { inputAt, outputAt, tapsOf } from "./windows.ts";

/** The least finite float32. */
const LEAST = -3.4028234663852886e38;

/** Pooling as sums and maxima over the taps of windows. */
export function pool(backend: RequiredGroups): PoolBackend {
  const { layout } = backend;
  return {
    averageForward: (size, { x, y }) =>
      Values.within(backend, (v) => {
        const plain = v.sum(seen(v, size, x, 0), tapsOf(size), 1 / tapsOf(size));
        layout.plainToImage(imageOf(size, "out"), { plain, image: y });
      }),
    averageBackward: (size, { gy, gx }) =>
      Values.within(backend, (v) => {
        const taps = v.repeat(v.plain(gy, imageOf(size, "out")), tapsOf(size));
        overlapAdd(v, size, taps, gx, 1 / tapsOf(size));
      }),
    maxForward: (size, { x, y, winner }) =>
      Values.within(backend, (v) => {
        const [best] = v.max(seen(v, size, x, -Infinity), tapsOf(size));
        // A value of minus infinity wins over padding, too.
        const [, tap] = v.max(seen(v, size, v.clamp(x, LEAST, Infinity), -Infinity), tapsOf(size));
        layout.plainToImage(imageOf(size, "out"), { plain: best, image: y });
        layout.plainToImage(imageOf(size, "out"), { plain: tap, image: winner });
      }),
    maxBackward: (size, { gy, winner, gx }) =>
      Values.within(backend, (v) => {
        const image = imageOf(size, "out");
        overlapAdd(v, size, v.toWinner(v.plain(gy, image), v.plain(winner, image), tapsOf(size)), gx, 1);
      }),
  };
}

function imageOf(size: PoolSize, side: "in" | "out"): ImageSize {
  const positions = side === "in" ? size.inHeight * size.inWidth : size.outHeight * size.outWidth;
  return { planes: size.planes, channels: size.channels, positions };
}

/** What each output sees, [taps, outputs]. */
function seen(v: Values, size: PoolSize, x: Storage, padding: number): Storage {
  const [inputs, outputs] = [size.inHeight * size.inWidth, size.outHeight * size.outWidth];
  const count = size.planes * size.channels * outputs;
  return v.gather(
    v.plain(x, imageOf(size, "in")),
    tapsOf(size) * count,
    (i) => {
      const at = inputAt(size, i % outputs, Math.floor(i / count));
      return at < 0 ? -1 : Math.floor((i % count) / outputs) * inputs + at;
    },
    padding,
  );
}

/** [taps, outputs] added up where windows overlap, times a factor, as an image. */
function overlapAdd(v: Values, size: PoolSize, taps: Storage, gx: Storage, factor: number): void {
  const [inputs, outputs] = [size.inHeight * size.inWidth, size.outHeight * size.outWidth];
  const maps = size.planes * size.channels;
  const terms = v.gather(taps, tapsOf(size) * maps * inputs, (i) => {
    const [tap, at] = [Math.floor(i / (maps * inputs)), i % (maps * inputs)];
    const output = outputAt(size, at % inputs, tap);
    return output < 0 ? -1 : (tap * maps + Math.floor(at / inputs)) * outputs + output;
  });
  const plain = v.sum(terms, tapsOf(size), factor);
  v.backend.layout.plainToImage(imageOf(size, "in"), { plain, image: gx });
}
