import type { BasilarMembrane } from "./basilar-membrane.ts";

/** Lowest frequency that is worked out, in hertz; below it nothing is passed on. */
const LOWEST = 10;

/** Grid points an octave. Cubic interpolation between them is exact to about 1e-4 of the peak. */
const POINTS_PER_OCTAVE = 192;

/** The response is left out above this multiple of a place's resonance, where it is below 1e-4 of its peak. */
const CUTOFF = 2.2;

/** Where a frequency lies between the points of the grid. */
export interface GridPlaces {
  /** int32 [bins]: the second of four neighbouring points; -1 where there is no response. */
  readonly point: Int32Array;
  /** float64 [bins, 4]: their weights. */
  readonly weights: Float64Array;
}

/**
 * The transfer functions of a number of places on the basilar membrane, from base to apex, worked out once on a
 * logarithmic grid of frequencies. Recordings of any length interpolate in it.
 */
export class TransferTable {
  /** How many grid points each channel has before its response ends. */
  readonly ends: Int32Array;
  /** float64 [2, points]: real and imaginary part of each channel's response. */
  private readonly rows: readonly Float64Array[];
  private readonly points: number;

  /** @param highest the highest frequency that will be asked for, in hertz */
  constructor(membrane: BasilarMembrane, channels: number, highest: number) {
    this.points = Math.ceil(Math.log2(highest / LOWEST) * POINTS_PER_OCTAVE) + 3;
    const places = Array.from(
      { length: channels },
      (_, i) => (membrane.length * i) / Math.max(1, channels - 1),
    );
    this.ends = Int32Array.from(places, (x) => {
      const octaves = Math.log2((CUTOFF * membrane.resonance(x)) / LOWEST);
      return Math.max(0, Math.min(this.points, Math.ceil(octaves * POINTS_PER_OCTAVE) + 1));
    });
    this.rows = Array.from(this.ends, (end) => new Float64Array(2 * end));
    for (let point = 0; point < this.points; point++) {
      const omega = 2 * Math.PI * LOWEST * 2 ** (point / POINTS_PER_OCTAVE);
      const source = membrane.source(omega);
      for (let channel = 0; channel < channels; channel++) {
        if (point >= this.ends[channel]!) continue;
        const { re, im } = membrane.velocity(omega, places[channel]!, source);
        this.rows[channel]!.set([re, im], 2 * point);
      }
    }
  }

  /** real and imaginary parts of a channel's response in turn, [2 * ends[channel]]. */
  row(channel: number): Float64Array {
    return this.rows[channel]!;
  }

  /** Where the frequencies `0, step, 2 step, ...` lie in the grid. */
  locate(step: number, bins: number): GridPlaces {
    const point = new Int32Array(bins).fill(-1);
    const weights = new Float64Array(4 * bins);
    for (let bin = 1; bin < bins; bin++) {
      const place = Math.log2((bin * step) / LOWEST) * POINTS_PER_OCTAVE;
      const base = Math.floor(place);
      if (base < 1 || base + 2 >= this.points) continue;
      point[bin] = base;
      weights.set(cubicWeights(place - base), 4 * bin);
    }
    return { point, weights };
  }
}

/** Weights of the points -1, 0, 1 and 2 in the cubic through them, at `t` between 0 and 1. */
function cubicWeights(t: number): number[] {
  return [
    (-t * (t - 1) * (t - 2)) / 6,
    ((t + 1) * (t - 1) * (t - 2)) / 2,
    (-(t + 1) * t * (t - 2)) / 2,
    ((t + 1) * t * (t - 1)) / 6,
  ];
}
