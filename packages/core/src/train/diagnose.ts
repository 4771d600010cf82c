import { backward, sumOfSquares, type Tensor } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";

/** What is run again to find where numbers stop being finite. */
export interface Suspect {
  readonly network: Module;
  readonly input: Tensor;
  readonly loss: (output: Tensor) => Tensor;
}

/**
 * Runs a forward and backward pass and names the first place whose numbers are not finite: the
 * input, a parameter, a layer's output, the loss, or a gradient (the one closest to the loss).
 * Has to run inside `engine.step`; forgets the gradients of the network.
 */
export async function findNonFinite({ network, input, loss }: Suspect): Promise<string> {
  if (!(await isFiniteTensor(input))) return "the input";
  for (const [name, value] of network.namedParameters()) {
    if (!(await isFiniteTensor(value))) return `parameter ${name}`;
  }
  const { output, outputs } = forwardAndCollect(network, input);
  for (const [label, value] of outputs) {
    if (!(await isFiniteTensor(value))) return `the output of ${label}`;
  }
  const value = loss(output);
  if (!(await isFiniteTensor(value))) return "the loss";
  backward(value);
  const place = await findGradient(network);
  for (const parameter of network.parameters()) parameter.grad = undefined;
  return place ?? "nothing on a second try";
}

async function findGradient(network: Module): Promise<string | undefined> {
  for (const [name, { grad }] of network.namedParameters().reverse()) {
    if (grad !== undefined && !(await isFiniteTensor(grad))) return `the gradient of ${name}`;
  }
  return undefined;
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

async function isFiniteTensor(value: Tensor): Promise<boolean> {
  return Number.isFinite(await sumOfSquares(value));
}
