import { backward, describeShape, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import type { Module } from "../nn/index.ts";
import { isFiniteTensor } from "./finite.ts";
import type { TrainerOptions } from "./options.ts";

/** What is run again to find where numbers stop being finite. */
export interface Suspect {
  readonly network: Module;
  readonly input: Tensor;
  readonly loss: (output: Tensor) => Tensor;
}

/** What is trained, and what trains it. */
type Trained = Pick<TrainerOptions, "network" | "optimizer">;

/** Where numbers stop being finite, and what helps. */
export interface NonFinite {
  readonly place: string;
  readonly hint: string;
}

const INPUT_HINT = "The data are finite, so look at `encode`.";
const STEP_HINT = "Try a lower learning rate, gradient clipping or other input scaling.";
const LOSS_HINT = "The output is finite, so look at the loss and its targets.";

/** What is said when the numbers were finite on a second try. */
export const NOTHING_FOUND: NonFinite = { place: "nothing on a second try", hint: STEP_HINT };

/**
 * Runs a forward pass, and a backward pass if gradients are recorded, and names the first place whose numbers are
 * not finite: the input, a parameter or buffer, a layer's output, the loss, or a gradient (the one closest to the
 * loss). Has to run inside `engine.step`; forgets the gradients of the network.
 */
export function findNonFinite({ network, input, loss }: Suspect): NonFinite {
  if (!isFiniteTensor(input)) return { place: "the input", hint: INPUT_HINT };
  const spoilt = findSpoilt(network);
  if (spoilt !== undefined) return { place: spoilt, hint: STEP_HINT };
  const { output, outputs } = forwardAndCollect(network, input);
  for (const [label, value] of outputs) {
    if (!isFiniteTensor(value)) return { place: `the output of ${label}`, hint: STEP_HINT };
  }
  const value = loss(output);
  if (!isFiniteTensor(value)) return { place: "the loss", hint: LOSS_HINT };
  if (value.engine.tape.recording) backward(value);
  const gradient = findGradient(network);
  for (const parameter of network.parameters()) parameter.grad = undefined;
  return gradient === undefined ? NOTHING_FOUND : { place: gradient, hint: STEP_HINT };
}

function findGradient(network: Module): string | undefined {
  for (const [name, { grad }] of network.namedParameters().reverse()) {
    if (grad !== undefined && !isFiniteTensor(grad)) return `the gradient of ${name}`;
  }
  return undefined;
}

/** The first parameter or buffer with values that are not finite. */
export function findSpoilt(network: Module): string | undefined {
  for (const [name, value] of network.namedParameters()) {
    if (!isFiniteTensor(value)) return `parameter ${name}`;
  }
  for (const [name, value] of network.namedBuffers()) {
    if (!isFiniteTensor(value)) return `buffer ${name}`;
  }
  return undefined;
}

/**
 * Requires finite parameters after a step of the optimiser: behind spikes others would not show in the loss. Costs
 * one pass over the parameters.
 *
 * @param where the batch, for the message
 * @throws TrainingError naming the first parameter that is not finite
 */
export function checkParameters({ network, optimizer }: Trained, where: string): void {
  const spoilt = optimizer.parameters.find((parameter) => !isFiniteTensor(parameter));
  if (spoilt === undefined) return;
  throw new TrainingError(
    `Trainer: expected finite parameters after the optimiser's step ${where}, got others in ${nameOf(spoilt, network)}. ${STEP_HINT}`,
  );
}

/**
 * Requires gradients that the optimiser can use.
 *
 * @param where the batch, for the message
 * @throws TrainingError naming the first gradient that is too large for it
 */
export function checkGradients({ network, optimizer }: Trained, where: string): void {
  const bad = optimizer.findUnusable();
  if (bad === undefined) return;
  const most = optimizer.largestGradient.toPrecision(3);
  throw new TrainingError(
    `Trainer: expected gradients up to ${most}, with which ${optimizer.kind} can compute, ${where}, ` +
      `got ${bad.value} in the gradient of ${nameOf(bad.parameter, network)}. ${STEP_HINT}`,
  );
}

function nameOf(parameter: Tensor, network: Module): string {
  const name = network.namedParameters().find(([, value]) => value === parameter)?.[0];
  return name ?? `one of shape ${describeShape(parameter.shape)}`;
}

/** Every module's output in the order in which modules finish; wraps `forward` for this one call. */
function forwardAndCollect(network: Module, input: Tensor): { output: Tensor; outputs: [string, Tensor][] } {
  const outputs: [string, Tensor][] = [];
  const modules = network.namedModules().map(([, module]) => module);
  for (const module of modules) {
    const forward = module.forward.bind(module);
    module.forward = (x) => {
      const y = forward(x);
      outputs.push([module.label, y]);
      return y;
    };
  }
  try {
    return { output: network.forward(input), outputs };
  } finally {
    for (const module of modules) delete (module as Partial<Module>).forward;
  }
}
