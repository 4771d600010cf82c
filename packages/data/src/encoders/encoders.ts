import type { Tensor } from "@myelin/core";
import { checkBoolean, checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import { bernoulli, delta, latency, repeatOverTime } from "@myelin/core/ops";
import { STREAMS, streamKey } from "../random.ts";

/**
 * Turns numbers into a sequence for a spiking network.
 *
 * Encoders keep no state: what is random depends on the seed and on `call` alone, so a resumed run repeats its bits.
 *
 * @param x f32 [B, ...] ([T, B, ...] for {@link deltaEncoding})
 * @param call number of the call, for instance of the training step: the next number, the next random spikes
 * @returns f32 [T, B, ...]
 */
export type Encoder = (x: Tensor, call: number) => Tensor;

/** Length of the sequences that an encoder makes. */
export interface EncoderSteps {
  /** T, at least 1. */
  readonly steps: number;
}

/**
 * The same current in each time step: `i[t] = x`. Gradients of all steps are added up.
 *
 * @throws MyelinError unless `steps` is a whole number >= 1
 */
export function constantCurrent(options: EncoderSteps): Encoder {
  const { steps } = checkOptions("constantCurrent", options, { steps: true }, "{ steps: 4 }");
  checkSteps("constantCurrent", steps);
  return (x) => repeatOverTime(x, steps);
}

/**
 * Rate code: in each time step a spike with probability x, independent of all others:
 *
 *   s[t] = 1 with probability x, else 0
 *
 * No gradient flows back.
 *
 * @throws MyelinError unless `steps` is a whole number >= 1; when called, MyelinError for a value outside 0..1
 * @example const encode = poissonRate({ steps: 25, seed: 1 }); const spikes = encode(images, step);
 */
export function poissonRate(options: EncoderSteps & { readonly seed: number }): Encoder {
  const known = { steps: true, seed: true } as const;
  const { steps, seed } = checkOptions("poissonRate", options, known, "{ steps: 25, seed: 1 }");
  checkSteps("poissonRate", steps);
  checkInteger("poissonRate.seed", seed, {});
  return (x, call) => {
    checkInteger("poissonRate.call", call, {}, "It is the number of the call.");
    return bernoulli(x, { steps, key: streamKey(seed, STREAMS.encode, call) });
  };
}

/**
 * Time-to-first-spike code: one spike for each x > 0, the larger the earlier, none for x = 0:
 *
 *   s[t] = 1 if x > 0 and t = round((1 - x) (T - 1)), else 0
 *
 * No gradient flows back.
 *
 * @throws MyelinError unless `steps` is a whole number >= 1; when called, MyelinError for a value outside 0..1
 */
export function latencyEncoding(options: EncoderSteps): Encoder {
  const { steps } = checkOptions("latencyEncoding", options, { steps: true }, "{ steps: 25 }");
  checkSteps("latencyEncoding", steps);
  return (x) => latency(x, { steps });
}

/** Options of {@link deltaEncoding}. */
export interface DeltaEncodingOptions {
  /** The change that makes a spike, above 0. */
  readonly threshold: number;
  /** Whether falls make spikes of -1; they make none if left out. */
  readonly signed?: boolean;
}

/**
 * Change code of a sequence, with x[-1] = 0:
 *
 *   s[t] = 1 if x[t] - x[t-1] >= threshold, -1 if `signed` and x[t-1] - x[t] >= threshold, else 0
 *
 * No gradient flows back.
 *
 * @throws MyelinError unless `threshold` is above 0
 */
export function deltaEncoding(options: DeltaEncodingOptions): Encoder {
  const known = { threshold: true, signed: true } as const;
  const { threshold, signed = false } = checkOptions("deltaEncoding", options, known, "{ threshold: 0.1 }");
  checkBoolean("deltaEncoding.signed", signed);
  checkNumber("deltaEncoding.threshold", threshold, { above: 0 }, "It has the unit of the values.");
  return (x) => delta(x, { threshold, signed });
}

function checkSteps(owner: string, steps: number): void {
  checkInteger(`${owner}.steps`, steps, { min: 1 }, "It is T: networks need at least one time step.");
}
