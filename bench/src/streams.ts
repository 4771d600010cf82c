/** Networks of recipes one time step at a time, batch 1: a step of the workload is a step of the stream. */
import {
  atan,
  BatchNorm,
  DelayLinear,
  type Engine,
  Flatten,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  type Module,
  RepeatOverTime,
  Sequential,
  Vote,
} from "@myelin/core";
import { spikes, type Workload } from "./workload.ts";

/** How many different steps the input has. */
const STEPS = 64;

function streamed(engine: Engine, network: Module, features: number, density: number): Workload {
  const stream = network.eval().stream({ input: [features] });
  const inputs = spikes(engine, density)(STEPS * features);
  let t = 0;
  const step = async (): Promise<void> => {
    const at = (t++ % STEPS) * features;
    await stream.step(inputs.subarray(at, at + features)).data();
  };
  return { batch: 1, step };
}

/** recipes/quickstart.yaml; a fifth of MNIST's pixels are not black. */
export function quickstartStream(engine: Engine): Workload {
  const klif = () => new KLIF({ tau: 2, surrogate: atan({ alpha: 2 }) });
  const network = new Sequential(
    ...[new Flatten(), new Linear(784, 512), new RepeatOverTime(4), klif()],
    ...[new Linear(512, 40), klif(), new Vote(4)],
  );
  return streamed(engine, network, 784, 0.2);
}

/** recipes/shd-delays.yaml. */
export function shdDelaysStream(engine: Engine): Workload {
  const delays = (inputs: number, outputs: number) => new DelayLinear(inputs, outputs, { maxDelay: 25 });
  const lif = () => new LIF({ tau: 1.005, decayInput: false, surrogate: atan({ alpha: 5 }) });
  const norm = () => new BatchNorm(256);
  const network = new Sequential(
    ...[delays(140, 256), norm(), lif(), delays(256, 256), norm(), lif()],
    ...[delays(256, 20), new LeakyIntegrator({ tau: 1.005, decayInput: false })],
  );
  return streamed(engine, network, 140, 0.1);
}
