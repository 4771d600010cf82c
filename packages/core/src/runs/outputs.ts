import {
  maxOverTime,
  meanOverTime,
  noGrad,
  setLengths,
  softmax,
  sumOverTime,
  type Tensor,
  tensor,
} from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import type { Batch } from "../train/index.ts";
import type { Encode } from "./encoder.ts";
import type { ScoreReading } from "./run-description.ts";

/** A network and what comes before it. */
export interface Encoded {
  readonly network: Module;
  readonly encode?: Encode | undefined;
}

/**
 * What a network says of a batch, [T, B, K], without a tape; inside the engine's step.
 *
 * @param key seeds a random encoder
 */
export function outputsOf(
  { network, encode }: Encoded,
  { inputs, shape, lengths }: Pick<Batch, "inputs" | "shape" | "lengths">,
  key: number,
): Tensor {
  const given = tensor(inputs, shape);
  const encoded = encode?.(given, key) ?? given;
  setLengths(encoded, lengths);
  return noGrad(given.engine, () => network.forward(encoded));
}

const READINGS: Readonly<Record<ScoreReading, (outputs: Tensor) => Tensor>> = {
  mean: (outputs) => meanOverTime(outputs),
  sumOfSoftmax: (outputs) => sumOverTime(softmax(outputs)),
  max: (outputs) => maxOverTime(outputs),
};

/** The ways to read scores. */
export const SCORE_READINGS = Object.keys(READINGS) as ScoreReading[];

/** A score per class, [B, K], from outputs [T, B, K]; the highest one is the prediction. */
export function readScores(outputs: Tensor, reading: ScoreReading): Tensor {
  return READINGS[reading](outputs);
}
