import { ShapeError } from "@myelin/core";
import { checkNumber, checkOptions, refuse } from "@myelin/core/checks";
import { BUDGET_BYTES, overBudget } from "../budget.ts";
import type { Sound } from "./sound.ts";

/** Rates beyond are no rates of sound, in hertz. */
const MAX_RATE = 1e8;

/** Weights that are kept for the next sample at the same place between two. */
const MOST_KEPT = 2 ** 23;

/** Zero crossings of the sinc on each side. */
const LOBES = 24;

/** Shape of the Kaiser window: about 80 dB of attenuation beyond the transition. */
const KAISER_BETA = 8;

/**
 * The same sound at another rate: a sinc under a Kaiser window, centred on each new sample, whose cut-off lies at half of
 * the lower of both rates. New sample `n` is the sound at `n / sampleRate` seconds; before and after is silence.
 *
 * @throws MyelinError unless both rates are above 0
 * @returns f64 [ceil(samples * sampleRate / sound.sampleRate)], a new array
 * @source Oppenheim & Schafer, Discrete-Time Signal Processing, 4.4 and 7.5
 */
export function resample(sound: Sound, sampleRate: number): Float64Array {
  const known = { samples: true, sampleRate: true, clipped: true } as const;
  const { samples, sampleRate: from } = checkOptions(
    "resample.sound",
    sound,
    known,
    "{ samples, sampleRate: 8000 }",
  );
  if (!(samples instanceof Float32Array) && !(samples instanceof Float64Array)) {
    refuse("resample.sound.samples", "a Float32Array or a Float64Array", samples);
  }
  const hint = "Rates are in hertz.";
  checkNumber("resample.sampleRate", sampleRate, { above: 0, max: MAX_RATE }, hint);
  checkNumber("resample.sound.sampleRate", from, { above: 0, max: MAX_RATE }, hint);
  if (from === sampleRate) return Float64Array.from(samples);
  const divisor = commonDivisor(from, sampleRate);
  const phases = sampleRate / divisor;
  const advance = from / divisor;
  const cutoff = Math.min(1, sampleRate / from);
  const reach = Math.ceil(LOBES / cutoff);
  const kernels = new Map<number, Float64Array>();
  const result = new Float64Array(lengthOf((samples.length * sampleRate) / from));
  for (let n = 0; n < result.length; n++) {
    const phase = (n * advance) % phases;
    const centre = Math.floor((n * advance) / phases);
    const kernel = kernels.get(phase) ?? sincKernel(phase / phases, cutoff, reach);
    if (kernels.size * kernel.length < MOST_KEPT) kernels.set(phase, kernel);
    const first = Math.max(0, centre - reach + 1);
    const last = Math.min(samples.length - 1, centre + reach);
    let sum = 0;
    for (let i = first; i <= last; i++) sum += samples[i]! * kernel[i - centre + reach - 1]!;
    result[n] = sum;
  }
  return result;
}

/** @throws ShapeError if so many samples are beyond the memory budget */
function lengthOf(samples: number): number {
  const bytes = samples * Float64Array.BYTES_PER_ELEMENT;
  if (bytes <= BUDGET_BYTES) return Math.ceil(samples);
  const { expected, got } = overBudget("samples", bytes);
  throw new ShapeError(`resample: expected ${expected}, got ${got}. Check the rate of the sound.`);
}

/** Weights of the samples `1 - reach .. reach` around a place `fraction` after sample 0. */
function sincKernel(fraction: number, cutoff: number, reach: number): Float64Array {
  return Float64Array.from({ length: 2 * reach }, (_, i) => {
    const distance = i + 1 - reach - fraction;
    const x = Math.PI * cutoff * distance;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return cutoff * sinc * kaiser(distance / reach);
  });
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA);
}

/** The modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
