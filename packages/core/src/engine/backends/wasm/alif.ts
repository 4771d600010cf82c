import type { AlifBackend, AlifSpec } from "../../backend/index.ts";
import { elementsPerBlock } from "./runtime/blocks.ts";
import { chargeOf } from "./runtime/charge.ts";
import type { Alif } from "./runtime/kernel-calls.generated.ts";
import type { Runtime } from "./runtime/runtime.ts";

export function alif(runtime: Runtime): AlifBackend {
  return {
    forward({ steps, size }, buffers, spec) {
      runtime.run("alifForward", size, elementsPerBlock(steps, size), {
        alif: recordOf(spec),
        x: buffers.x,
        initialPotential: buffers.initialPotential,
        initialAdaptation: buffers.initialAdaptation,
        spikes: buffers.spikes,
        charged: buffers.charged,
        potential: buffers.potential,
        h: undefined,
        thresholds: undefined,
        v: buffers.finalPotential ?? runtime.allocate(size, "step"),
        a: buffers.finalAdaptation ?? runtime.allocate(size, "step"),
        steps,
        size,
      });
    },

    backward({ steps, size }, buffers, spec) {
      const gv = buffers.gInitialPotential ?? runtime.allocate(size, "step");
      const ga = buffers.gInitialAdaptation ?? runtime.allocate(size, "step");
      runtime.scratch(steps * size, (thresholds) => {
        runtime.run("alifBackward", size, elementsPerBlock(steps, size), {
          alif: recordOf(spec),
          x: buffers.x,
          initialPotential: buffers.initialPotential,
          initialAdaptation: buffers.initialAdaptation,
          gSpikes: buffers.gSpikes,
          gPotential: buffers.gPotential,
          gFinalPotential: buffers.gFinalPotential,
          gFinalAdaptation: buffers.gFinalAdaptation,
          slopes: buffers.derivative,
          gx: buffers.gx,
          thresholds,
          gv,
          ga,
          steps,
          size,
        });
      });
    },
  };
}

function recordOf(spec: AlifSpec): Alif {
  const { keep, gain, offset } = chargeOf(1 / spec.tau, spec.decayInput, spec.vReset);
  return {
    keep,
    gain,
    offset,
    threshold: spec.vThreshold,
    reset: spec.vReset ?? 0,
    beta: spec.beta,
    rho: Math.exp(-1 / spec.tauAdaptation),
    alpha: spec.alpha,
    surrogate: spec.surrogate,
    soft: spec.vReset === null,
    detachReset: spec.detachReset,
  };
}
