import { checkInstance } from "../checks.ts";
import type { NetworkStream, StreamOptions } from "../nn/index.ts";
import { DelayLinear } from "./delay-linear.ts";

/**
 * A single layer with delays, one time step at a time: `layer.stream(options)`, as every network has it.
 *
 * @throws MyelinError for a layer in training mode that learns its delays
 * @example const stream = delayStream(layer.eval()); const y = stream.step(spikes);
 */
export function delayStream(layer: DelayLinear, options: StreamOptions = {}): NetworkStream {
  checkInstance("delayStream.layer", layer, DelayLinear, "a DelayLinear layer");
  return layer.stream(options);
}
