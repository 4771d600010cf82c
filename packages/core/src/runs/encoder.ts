import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../checks.ts";
import { bernoulli, delta, latency, repeatOverTime, type Tensor } from "../engine/index.ts";
import type { EncoderDescription } from "./run-description.ts";

/** Makes still inputs [B, ...] in 0 .. 1 into spikes [T, B, ...]; `key` seeds random ones. */
export type Encode = (x: Tensor, key: number) => Tensor;

/**
 * The encoder of a description.
 *
 * @throws MyelinError for an unknown type or option
 */
export function buildEncoder(description: EncoderDescription): Encode {
  const known = { type: true, steps: true, threshold: true, signed: true } as const;
  checkOptions<object>("buildEncoder", description, known, '{ type: "poisson", steps: 8 }');
  checkOneOf("buildEncoder.type", description.type, ["poisson", "latency", "delta"]);
  const steps = checkInteger("buildEncoder.steps", description.steps, { min: 1 });
  switch (description.type) {
    case "poisson":
      return (x, key) => bernoulli(x, { steps, key });
    case "latency":
      return (x) => latency(x, { steps });
    case "delta": {
      const { threshold, signed } = description;
      checkNumber("buildEncoder.threshold", threshold, { above: 0 });
      checkBoolean("buildEncoder.signed", signed);
      return (x) => delta(repeatOverTime(x, steps), { threshold, signed });
    }
  }
}
