import { checkInteger } from "../checks.ts";

/** The longest axis. */
const MAX_SIDE = 65_536;

/** A pixel of the new axis and the part of an old one's value that it gets. */
export interface PixelShare {
  readonly to: number;
  readonly weight: number;
}

/**
 * For each old pixel along an axis, where its value goes when the axis gets another length, bilinearly and without
 * leaving out what lies between the pixels of a shorter one. With n old and m new pixels, scale s = n / m, r = max(s, 1):
 *
 *   1. centre of new pixel j:    c = (j + 1/2) s
 *   2. weight of old pixel i:    w[j, i] = max(0, 1 - |i + 1/2 - c| / r), divided by the sum over i
 *
 * @source the bilinear filter of the Python Imaging Library
 */
export function bilinearShares(from: number, to: number): PixelShare[][] {
  checkInteger("bilinearShares.from", from, { min: 1, max: MAX_SIDE });
  checkInteger("bilinearShares.to", to, { min: 1, max: MAX_SIDE });
  const all = Array.from({ length: from }, (): PixelShare[] => []);
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
