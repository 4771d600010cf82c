import { checkArray, checkFunction, refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import type { Storage } from "./backend.ts";
import { checkTensor } from "./check-tensor.ts";
import type { Engine } from "./engine.ts";
import { type BackwardFunction, Tape, type TapeNode } from "./tape.ts";
import { describeShape, type Tensor } from "./tensor.ts";

/**
 * Notes an operation on the tape when any input wants a gradient; marks its outputs accordingly.
 * Operations outside a step are not recorded.
 */
export function record(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  backward: BackwardFunction,
  custom = false,
): void {
  if (!isRecorded(inputs)) return;
  for (const output of outputs) output.requiresGrad = true;
  outputs[0]?.engine.tape.nodes.push({ inputs, outputs, backward, custom });
}

/** Whether an operation on these inputs will have its gradient asked for. */
export function isRecorded(inputs: readonly Tensor[]): boolean {
  const engine = inputs[0]?.engine;
  return engine !== undefined && engine.inStep && engine.tape.recording && inputs.some((t) => t.requiresGrad);
}

/** Runs `work` without recording gradients. */
export function noGrad<T>(engine: Engine, work: () => T): T {
  if (!(engine?.tape instanceof Tape))
    refuse("noGrad", "an engine", engine, "Call noGrad(engine, () => ...).");
  checkFunction("noGrad.work", work, "a function that does the work");
  const before = engine.tape.recording;
  engine.tape.recording = false;
  try {
    return work();
  } finally {
    engine.tape.recording = before;
  }
}

/**
 * An operation with a gradient of one's own.
 *
 * @param forward computes the output from the inputs; what it does inside is not recorded
 * @param backward gets the gradient of the output, returns one gradient an input (undefined: none)
 * @throws MyelinError when `backward` returns a wrong number of gradients or wrong shapes
 */
export function customGradient(
  inputs: readonly Tensor[],
  forward: (...inputs: Tensor[]) => Tensor,
  backward: (gradient: Tensor) => readonly (Tensor | undefined)[],
): Tensor {
  checkArray("customGradient.inputs", inputs, "an array of tensors", (symbol, input) =>
    checkTensor(symbol, input, inputs[0]),
  );
  checkFunction("customGradient.forward", forward, "a function of the inputs");
  checkFunction("customGradient.backward", backward, "a function of the output's gradient");
  const first = inputs[0];
  if (!first) throw new MyelinError("customGradient: expected at least one input, got none.");
  const output = noGrad(first.engine, () => forward(...inputs));
  checkTensor("customGradient.forward", output, first, "The function `forward` returns the output.");
  const checked: BackwardFunction = ([gradient]) => {
    const gradients = backward(gradient as Tensor);
    checkGradients(inputs, gradients);
    return gradients;
  };
  record(inputs, [output], checked, true);
  return output;
}

function checkGradients(inputs: readonly Tensor[], gradients: readonly (Tensor | undefined)[]): void {
  checkArray("customGradient.backward", gradients, "an array of gradients, one an input");
  if (gradients.length !== inputs.length) {
    throw new MyelinError(
      `customGradient: expected ${inputs.length} gradients from backward, one an input, got ${gradients.length}.`,
    );
  }
  gradients.forEach((gradient, index) => {
    const input = inputs[index] as Tensor;
    if (gradient !== undefined) checkTensor(`customGradient.backward[${index}]`, gradient, input);
    if (gradient && gradient.size !== input.size) {
      throw new MyelinError(
        `customGradient: expected gradient ${index} of shape ${describeShape(input.shape)}, got ${describeShape(gradient.shape)}.`,
      );
    }
  });
}

/**
 * Computes d(loss)/d(leaf) for every leaf that wants a gradient and stores it in `leaf.grad`.
 * Gradients live until the step ends.
 *
 * @param loss a tensor of one number computed in the running step
 * @throws MyelinError outside a step, for a loss of more than one number, or when nothing depends on a parameter
 */
export function backward(loss: Tensor): void {
  checkTensor("backward", loss, undefined, "Pass the loss, a tensor of one number.");
  const { engine } = loss;
  if (!engine.inStep) {
    throw new MyelinError("backward: expected to run inside `engine.step`, got a call outside it.");
  }
  if (loss.size !== 1) {
    throw new MyelinError(`backward: expected a loss of one number, got shape ${describeShape(loss.shape)}.`);
  }
  if (!loss.requiresGrad) {
    throw new MyelinError("backward: expected a loss that depends on a parameter, got one that does not.");
  }
  const one = engine.empty(loss.shape);
  engine.backend.fill(one.storage, 1);
  new BackwardPass(engine, loss, one).run();
}

/** Gradients in flight during one backward pass. */
class BackwardPass {
  readonly #engine: Engine;
  readonly #gradients = new Map<Tensor, Tensor>();
  /** Storage that more than one tensor's gradient may refer to: not given back early. */
  readonly #shared = new Set<Storage>();
  /** Tensors that some node computed; the others are leaves. */
  readonly #computed = new Set<Tensor>();

  constructor(engine: Engine, loss: Tensor, one: Tensor) {
    this.#engine = engine;
    this.#gradients.set(loss, one);
  }

  run(): void {
    const nodes = this.#engine.tape.nodes;
    for (const node of nodes) for (const output of node.outputs) this.#computed.add(output);
    noGrad(this.#engine, () => {
      for (let i = nodes.length - 1; i >= 0; i--) this.#replay(nodes[i] as TapeNode);
    });
    for (const [tensor, gradient] of this.#gradients) {
      if (!this.#computed.has(tensor)) tensor.grad = gradient;
    }
  }

  #replay(node: TapeNode): void {
    const incoming = node.outputs.map((output) => this.#gradients.get(output));
    if (incoming.every((gradient) => gradient === undefined)) return;
    const outgoing = node.backward(incoming);
    const kept = new Set(outgoing.map((gradient) => gradient && rootOf(gradient.storage)));
    if (node.custom) for (const root of kept) if (root) this.#shared.add(root);
    node.inputs.forEach((input, index) => {
      const gradient = outgoing[index];
      if (gradient && input.requiresGrad) this.#accumulate(input, gradient);
    });
    node.outputs.forEach((output, index) => {
      this.#gradients.delete(output);
      this.#retire(incoming[index], kept);
    });
  }

  /** Gives a gradient's memory back to the step, unless a gradient of an input lives in it. */
  #retire(gradient: Tensor | undefined, kept: ReadonlySet<Storage | undefined>): void {
    if (!gradient) return;
    const root = rootOf(gradient.storage);
    if (kept.has(root)) this.#shared.add(root);
    else if (!this.#shared.has(root)) this.#engine.backend.release(root);
  }

  #accumulate(tensor: Tensor, gradient: Tensor): void {
    const before = this.#gradients.get(tensor);
    if (!before) {
      this.#gradients.set(tensor, gradient);
      return;
    }
    const sum = this.#engine.empty(tensor.shape, tensor.format);
    this.#engine.backend.add(before.storage, gradient.storage, sum.storage);
    this.#gradients.set(tensor, sum);
  }
}

/** The storage that a view looks into, or the storage itself. */
function rootOf(storage: Storage): Storage {
  return (storage as { base?: Storage }).base ?? storage;
}
