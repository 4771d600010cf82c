/** A layer of neurons alone, forward and backward: the yardstick is bench/peers/neurons.py. */
import { ALIF, atan, backward, type Engine, parameter } from "@myelin/core";
import { AdEx, CubaLIF, type SpikingNeuron } from "@myelin/core/neurons";
import { sum } from "@myelin/core/ops";
import type { Workload, WorkloadFactory } from "./workload.ts";

const [T, B, N] = [100, 64, 256];
const surrogate = atan();

/** The number of spikes and its gradient by the input, which is drawn from U(0, 2 mean). */
function neurons(engine: Engine, layer: Pick<SpikingNeuron, "forward">, mean: number): Workload {
  const values = Float32Array.from({ length: T * B * N }, () => 2 * mean * engine.random.uniform());
  const x = parameter(values, [T, B, N]);
  const step = (): Promise<void> =>
    engine.step(() => {
      backward(sum(layer.forward(x)));
      x.grad = undefined;
    });
  return { batch: B, step };
}

/** Neurons with more than one state. */
export const NEURON_WORKLOADS: Readonly<Record<string, WorkloadFactory>> = {
  "neuron-alif": (engine) => neurons(engine, new ALIF({ tau: 2, tauAdaptation: 200, surrogate }), 2),
  "neuron-cuba-lif": (engine) => neurons(engine, new CubaLIF({ surrogate }), 0.4),
  "neuron-adex": (engine) => neurons(engine, new AdEx({ surrogate }), 1.2),
};
