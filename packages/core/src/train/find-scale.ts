/** A scale, and what keeps the rate from being the one that was asked for. */
export interface Scaled {
  readonly scale: number;
  readonly problem?: string | undefined;
}

/** Rates count as reached within a twentieth. */
const TOLERANCE = 0.05;
const [LARGEST, STEPS] = [2 ** 12, 16];

/**
 * A scale at which a layer fires at a rate: doubled or halved until it is between two, then by bisection of the
 * logarithm. Where the rate is out of reach, the smallest scale that gives nine tenths of the highest rate, or 1.
 *
 * @param rateAt the rate at a scale; it grows with the scale, more or less
 */
export async function findScale(rateAt: (scale: number) => Promise<number>, target: number): Promise<Scaled> {
  const seen: [scale: number, rate: number][] = [];
  const look = async (scale: number): Promise<number> => {
    const rate = await rateAt(scale);
    seen.push([scale, rate]);
    return rate;
  };
  const isReached = (rate: number): boolean => Math.abs(rate - target) <= TOLERANCE * target;
  const first = await look(1);
  if (isReached(first)) return { scale: 1 };
  const factor = first < target ? 2 : 0.5;
  let [inside, outside] = [1, factor];
  let rate = await look(outside);
  while (!isReached(rate) && rate < target === first < target) {
    if (outside >= LARGEST || outside <= 1 / LARGEST) return outOfReach(seen, first, target);
    [inside, outside] = [outside, outside * factor];
    rate = await look(outside);
  }
  for (let step = 0; step < STEPS && !isReached(rate); step++) {
    const middle = Math.sqrt(inside * outside);
    rate = await look(middle);
    if (rate < target === first < target) inside = middle;
    else outside = middle;
  }
  const [scale, nearest] = seen.reduce((best, one) =>
    Math.abs(one[1] - target) < Math.abs(best[1] - target) ? one : best,
  );
  if (isReached(nearest)) return { scale };
  return { scale, problem: `rates jump past ${short(target)} here: ${short(nearest)} is the nearest` };
}

function outOfReach(seen: readonly [number, number][], first: number, target: number): Scaled {
  if (first > target) {
    return { scale: 1, problem: `it fires at ${short(first)} however small its current is` };
  }
  const highest = Math.max(...seen.map(([, rate]) => rate));
  if (highest === 0) return { scale: 1, problem: "it is silent at any scale: no current is above 0" };
  const [scale] = seen.find(([, rate]) => rate >= 0.9 * highest) as [number, number];
  return { scale, problem: `it reaches ${short(highest)} at most: the other currents are not above 0` };
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
