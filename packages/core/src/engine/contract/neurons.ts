import type { Backend, SequenceSize } from "../backend.ts";
import type { AlifState } from "../backend-neurons.ts";
import type { LengthsOf, Operands } from "./lengths.ts";

type NeuronOperation =
  | "neuronForward"
  | "neuronBackward"
  | "alifForward"
  | "alifBackward"
  | "integratorForward"
  | "integratorBackward";

function sequenceLength({ steps, size }: SequenceSize): number {
  return steps * size;
}

/** The two parts of an adaptive neuron's state. */
function stateOperands(name: string, state: AlifState | undefined, length: number): Operands {
  return {
    [`${name}.potential`]: [state?.potential, length],
    [`${name}.adaptation`]: [state?.adaptation, length],
  };
}

/** Operands of neurons. */
export const NEURON_LENGTHS: LengthsOf<Pick<Backend, NeuronOperation>> = {
  neuronForward: (size, _spec, buffers) => {
    const whole = sequenceLength(size);
    return {
      x: [buffers.x, whole],
      parameter: [buffers.parameter, 1],
      initial: [buffers.initial, size.size],
      spikes: [buffers.spikes, whole],
      charged: [buffers.charged, whole],
      potential: [buffers.potential, whole],
      final: [buffers.final, size.size],
    };
  },
  neuronBackward: (size, _spec, buffers) => {
    const whole = sequenceLength(size);
    return {
      x: [buffers.x, whole],
      charged: [buffers.charged, whole],
      parameter: [buffers.parameter, 1],
      initial: [buffers.initial, size.size],
      gSpikes: [buffers.gSpikes, whole],
      gPotential: [buffers.gPotential, whole],
      gFinal: [buffers.gFinal, size.size],
      derivative: [buffers.derivative, whole],
      spikes: [buffers.spikes, whole],
      gx: [buffers.gx, whole],
      gParameter: [buffers.gParameter, 1],
      gInitial: [buffers.gInitial, size.size],
    };
  },
  alifForward: (size, _spec, buffers) => {
    const whole = sequenceLength(size);
    return {
      x: [buffers.x, whole],
      spikes: [buffers.spikes, whole],
      charged: [buffers.charged, whole],
      potential: [buffers.potential, whole],
      ...stateOperands("initial", buffers.initial, size.size),
      ...stateOperands("final", buffers.final, size.size),
    };
  },
  alifBackward: (size, _spec, buffers) => {
    const whole = sequenceLength(size);
    return {
      x: [buffers.x, whole],
      gSpikes: [buffers.gSpikes, whole],
      gPotential: [buffers.gPotential, whole],
      derivative: [buffers.derivative, whole],
      gx: [buffers.gx, whole],
      ...stateOperands("initial", buffers.initial, size.size),
      ...stateOperands("gFinal", buffers.gFinal, size.size),
      ...stateOperands("gInitial", buffers.gInitial, size.size),
    };
  },
  integratorForward: (size, _spec, x, initial, v) => ({
    x: [x, sequenceLength(size)],
    initial: [initial, size.size],
    v: [v, sequenceLength(size)],
  }),
  integratorBackward: (size, _spec, gv, gx, gInitial) => ({
    gv: [gv, sequenceLength(size)],
    gx: [gx, sequenceLength(size)],
    gInitial: [gInitial, size.size],
  }),
};
