import { type Call, noGrad, type Tensor } from "../engine/index.ts";
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
  /** Which of the module's calls it was. */
  readonly call: Call;
}

/**
 * Runs `network` and notes what its layers see and fire, whoever calls them: for the time of this call
 * `forward` of layers with weights and `run` of spiking neurons are wrapped. No gradients are recorded.
 */
export function observe(network: Module, input: Tensor): Observation {
  const spikes: Noted[] = [];
  const inputs: Noted[] = [];
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
  return { spikes: withCalls(spikes), inputs: withCalls(inputs) };
}

type Noted = Omit<Observed, "call">;

function withCalls(noted: readonly Noted[]): Observed[] {
  const totals = new Map<Module, number>();
  const indices = noted.map(({ module }) => {
    const index = totals.get(module) ?? 0;
    totals.set(module, index + 1);
    return index;
  });
  return noted.map((one, i) => ({
    ...one,
    call: { index: indices[i] as number, total: totals.get(one.module) as number },
  }));
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
