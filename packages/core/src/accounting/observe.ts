import { noGrad, type Tensor } from "../engine/index.ts";
import { SpikingNeuron } from "../neurons/index.ts";
import type { Module } from "../nn/index.ts";

/** What passed through a network in one forward pass, call by call. */
export interface Observation {
  /** Spikes [T, B, ...] of each call of a spiking layer. */
  readonly spikes: readonly Observed[];
  /** The input of each call of a layer that counts synaptic operations. */
  readonly inputs: readonly Observed[];
}

/** One call of a module. */
export interface Observed {
  /** The module's dotted path. */
  readonly path: string;
  readonly module: Module;
  readonly tensor: Tensor;
}

/**
 * Runs `network` and notes what its layers see and fire, whoever calls them: for the time of this call
 * `forward` of layers with weights and `run` of spiking neurons are wrapped. No gradients are recorded.
 */
export function observe(network: Module, input: Tensor): Observation {
  const spikes: Observed[] = [];
  const inputs: Observed[] = [];
  const modules = network.namedModules();
  for (const [path, module] of modules) {
    if (module instanceof SpikingNeuron)
      watchSpikes(module, (tensor) => spikes.push({ path, module, tensor }));
    if (module.synapticOperations) watchInput(module, (tensor) => inputs.push({ path, module, tensor }));
  }
  try {
    noGrad(input.engine, () => network.forward(input));
  } finally {
    for (const [, module] of modules) unwatch(module);
  }
  return { spikes, inputs };
}

function watchSpikes(neuron: SpikingNeuron<unknown>, note: (spikes: Tensor) => void): void {
  const run = neuron.run.bind(neuron);
  neuron.run = (x, state) => {
    const result = run(x, state);
    note(result.spikes);
    return result;
  };
}

function watchInput(module: Module, note: (input: Tensor) => void): void {
  const forward = module.forward.bind(module);
  module.forward = (x) => {
    note(x);
    return forward(x);
  };
}

/** The wrappers are own properties in front of the class's methods. */
function unwatch(module: Module): void {
  delete (module as Partial<Module>).forward;
  if (module instanceof SpikingNeuron) delete (module as Partial<SpikingNeuron<unknown>>).run;
}
