/** IF, LIF, PLIF and KLIF are one kernel with different numbers, fused over all steps, forward and backward. */
import type { NeuronBackend, NeuronSpec, Storage } from "../../backend/index.ts";
import { supportOf } from "./operands/support.ts";
import { elementsPerBlock } from "./runtime/blocks.ts";
import { type Charge, chargeOf } from "./runtime/charge.ts";
import type { Neuron } from "./runtime/kernel-calls.generated.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { WasmStorage } from "./runtime/storage.ts";

export function neuron(runtime: Runtime): NeuronBackend {
  return {
    forward({ steps, size }, buffers, spec) {
      const { x, parameter, initial, spikes, charged, potential } = buffers;
      const final = buffers.final ?? runtime.allocate(size, "step");
      const neuron = recordOf(spec, valueOf(runtime, parameter), false);
      const operands = { neuron, x, initial, spikes, charged, potential, final, steps, size };
      runtime.run("neuronForward", size, elementsPerBlock(steps, size), operands);
      (spikes as WasmStorage).support = supportOf(runtime, spec, charged);
    },

    backward({ steps, size }, buffers, spec) {
      const { parameter, gParameter } = buffers;
      const value = valueOf(runtime, parameter);
      const grain = elementsPerBlock(steps, size);
      const operands = {
        neuron: recordOf(spec, value, gParameter !== undefined),
        x: buffers.x,
        initial: buffers.initial,
        charged: buffers.charged,
        gSpikes: buffers.gSpikes,
        gPotential: buffers.gPotential,
        gFinal: buffers.gFinal,
        slopes: buffers.derivative,
        gx: buffers.gx,
        gInitial: buffers.gInitial,
        partials: undefined,
        steps,
        size,
        grain,
      };
      if (gParameter === undefined) {
        runtime.run("neuronBackward", size, grain, operands);
        return;
      }
      const sum = runtime.sum("neuronBackward", size, grain, operands);
      const r = reciprocalTau(spec, value);
      runtime.values(gParameter)[0] = spec.neuron === "PLIF" ? sum * r * (1 - r) : sum;
    },
  };
}

const UNDAMPED: Charge = { keep: 1, gain: 1, offset: 0 };

/** The value of w (PLIF) or k (KLIF); 0 for the others. */
function valueOf(runtime: Runtime, parameter: Storage | undefined): number {
  return parameter ? (runtime.values(parameter)[0] as number) : 0;
}

function reciprocalTau(spec: NeuronSpec, parameter: number): number {
  return spec.neuron === "PLIF" ? 1 / (1 + Math.exp(-parameter)) : 1 / spec.tau;
}

/** @param learns whether the parameter's gradient is wanted */
function recordOf(spec: NeuronSpec, value: number, learns: boolean): Neuron {
  const isKlif = spec.neuron === "KLIF";
  const k = isKlif ? value : 1;
  const scaleReset = isKlif && spec.scaleReset;
  const { keep, gain, offset } =
    spec.neuron === "IF" ? UNDAMPED : chargeOf(reciprocalTau(spec, value), spec.decayInput, spec.vReset);
  return {
    keep,
    gain,
    offset,
    k,
    floor: isKlif ? 0 : -Infinity,
    threshold: spec.vThreshold,
    reset: spec.vReset ?? 0,
    resetScale: scaleReset ? 1 / k : 1,
    alpha: spec.alpha,
    surrogate: spec.surrogate,
    soft: spec.vReset === null,
    detachReset: spec.detachReset,
    learns: !learns ? "nothing" : isKlif ? "k" : "tau",
    decayInput: spec.decayInput,
    scaleReset,
  };
}
