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
export async function findNonFinite({ network, input, loss }: Suspect): Promise<NonFinite> {
  if (!(await isFiniteTensor(input))) return { place: "the input", hint: INPUT_HINT };
  const spoilt = await findSpoilt(network);
  if (spoilt !== undefined) return { place: spoilt, hint: STEP_HINT };
  const { output, outputs } = forwardAndCollect(network, input);
  for (const [label, value] of outputs) {
    if (!(await isFiniteTensor(value))) return { place: `the output of ${label}`, hint: STEP_HINT };
  }
  const value = loss(output);
  if (!(await isFiniteTensor(value))) return { place: "the loss", hint: LOSS_HINT };
  if (value.engine.tape.recording) backward(value);
  const gradient = await findGradient(network);
  for (const parameter of network.parameters()) parameter.grad = undefined;
  return gradient === undefined ? NOTHING_FOUND : { place: gradient, hint: STEP_HINT };
}

async function findGradient(network: Module): Promise<string | undefined> {
  for (const [name, { grad }] of network.namedParameters().reverse()) {
    if (grad !== undefined && !(await isFiniteTensor(grad))) return `the gradient of ${name}`;
  }
  return undefined;
}

/** The first parameter or buffer with numbers that are not finite. */
export async function findSpoilt(network: Module): Promise<string | undefined> {
  for (const [name, value] of network.namedParameters()) {
    if (!(await isFiniteTensor(value))) return `parameter ${name}`;
  }
  for (const [name, value] of network.namedBuffers()) {
    if (!(await isFiniteTensor(value))) return `buffer ${name}`;
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
export async function checkParameters(
  { network, optimizer }: Pick<TrainerOptions, "network" | "optimizer">,
  where: string,
): Promise<void> {
  for (const parameter of optimizer.parameters) {
    if (await isFiniteTensor(parameter)) continue;
    const name = network.namedParameters().find(([, value]) => value === parameter)?.[0];
    const place = name ?? `one of shape ${describeShape(parameter.shape)}`;
    throw new TrainingError(
      `Trainer: expected finite parameters after the optimiser's step ${where}, got others in ${place}. ${STEP_HINT}`,
    );
  }
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
