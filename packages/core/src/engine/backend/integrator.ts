import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import { sequenceLength, type SequenceSize, stepLength } from "./sizes.ts";

/** Non-spiking leaky integrator: `v[t] = keep v[t-1] + gain x[t]`. */
export interface IntegratorSpec {
  readonly keep: number;
  readonly gain: number;
}

/** Leaky integrators, all time steps at once; outputs are storages of their own. */
export interface IntegratorBackend {
  /** `initial` is v[0]; zero when absent. */
  forward(size: SequenceSize, buffers: Buffers<"x" | "v", "initial">, spec: IntegratorSpec): void;
  backward(size: SequenceSize, buffers: Buffers<"gv" | "gx", "gInitial">, spec: IntegratorSpec): void;
}

/** Lengths of the buffers of `IntegratorBackend`. */
export const INTEGRATOR_LENGTHS: LengthsOf<IntegratorBackend> = {
  forward: { x: sequenceLength, v: output(sequenceLength), initial: stepLength },
  backward: { gv: sequenceLength, gx: output(sequenceLength), gInitial: output(stepLength) },
};
