import type { Tensor } from "../engine/index.ts";
import { type Model, readModel } from "../equations/index.ts";
import { EquationRunner } from "./equation-runner.ts";
import { type SurrogateChoice, surrogateFor } from "./equation-surrogate.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";

/** A neuron without a state, so that values of any shape are looked at one by one. */
export const SPIKE_MODEL: Model = readModel({
  ...{ name: "spike", inputs: ["u"], state: {}, parameters: [], equations: "s = spike(u)" },
});

/** What has been compiled for surrogates that are texts, and for those that are objects. */
const named = new Map<string, EquationRunner>();
const made = new WeakMap<object, EquationRunner>();

/**
 * The Heaviside step, 1 where `u >= 0` and else 0, for neurons that are written with operations. Its gradient is
 * `gy g'(u)`, with the surrogate's derivative g'. A neuron of equations (`defineNeuron`) runs all steps in one kernel and
 * is faster.
 *
 * @param u f32 of any shape, such as potential - threshold; images too
 * @param surrogate a surrogate, the name of a built-in one, or an expression of `u`; default "sigmoid"
 * @throws EquationError for an expression that cannot be read
 * @throws MyelinError for an unknown surrogate
 * @example const spikes = spike(shift(potential, -1), "1 / (1 + (pi * u) ** 2)");
 */
export function spike(u: Tensor, surrogate: SurrogateChoice = NEURON_DEFAULTS.IF.surrogate): Tensor {
  const [spikes] = runnerFor(surrogate).run([u], [], [], {}, "spike").outputs;
  return spikes as Tensor;
}

function runnerFor(surrogate: SurrogateChoice): EquationRunner {
  const known = typeof surrogate === "string" ? named.get(surrogate) : made.get(surrogate);
  if (known !== undefined) return known;
  const runner = new EquationRunner(SPIKE_MODEL, surrogateFor("spike.surrogate", surrogate));
  if (typeof surrogate === "string") named.set(surrogate, runner);
  else made.set(surrogate, runner);
  return runner;
}
