import { checkArray, checkFunction, refuse } from "../checks.ts";
import { MyelinError } from "../errors.ts";
import { checkTensor } from "./check-tensor.ts";
import type { Engine } from "./engine.ts";
import { type BackwardFunction, Tape } from "./tape.ts";
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
  const versions = [...inputs, ...outputs].map((tensor) => tensor.version);
  outputs[0]?.engine.tape.nodes.push({ inputs, outputs, backward, custom, versions, spent: false });
}

/** Whether an operation on these inputs will have its gradient asked for. */
export function isRecorded(inputs: readonly Tensor[]): boolean {
  const engine = inputs[0]?.engine;
  return engine !== undefined && engine.inStep && engine.tape.recording && inputs.some((t) => t.requiresGrad);
}

/** Runs `work` without recording gradients; await it when it is an async function. */
export function noGrad<T>(engine: Engine, work: () => T): T {
  if (!(engine?.tape instanceof Tape))
    refuse("noGrad", "an engine", engine, "Call noGrad(engine, () => ...).");
  checkFunction("noGrad.work", work, "a function that does the work");
  const before = engine.tape.recording;
  const restore = (): void => void (engine.tape.recording = before);
  engine.tape.recording = false;
  let isPending = false;
  try {
    const result = work();
    isPending = result instanceof Promise && isAsync(work);
    return isPending ? ((result as Promise<unknown>).finally(restore) as T) : result;
  } finally {
    if (!isPending) restore();
  }
}

/** Whether a function goes on working after it has returned its promise. */
function isAsync(work: () => unknown): boolean {
  return work.constructor.name === "AsyncFunction";
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
  const output = noGrad(first.engine, () => {
    const result = forward(...inputs);
    checkTensor("customGradient.forward", result, first, "The function `forward` returns the output.");
    return fresh(inputs, result);
  });
  const checked: BackwardFunction = ([gradient]) => {
    const gradients = backward(gradient as Tensor);
    checkGradients(inputs, gradients);
    return gradients.map((given, index) => given && inLayoutOf(inputs[index] as Tensor, given));
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

/** A tensor is the output of one operation: what exists already, such as an input handed through, is copied. */
function fresh(inputs: readonly Tensor[], output: Tensor): Tensor {
  if (!output.requiresGrad && !inputs.includes(output)) return output;
  const { engine } = output;
  const copy = engine.empty(output.shape, output.format);
  engine.backend.elementwise.copy(copy.size, { x: output.storage, out: copy.storage });
  return copy;
}

/** The gradient in the physical order of its input. */
function inLayoutOf(input: Tensor, gradient: Tensor): Tensor {
  const image = input.imageSize() ?? gradient.imageSize();
  if (!image || input.format === gradient.format) return gradient;
  const { engine } = input;
  const converted = engine.empty(input.shape, input.format);
  const { layout } = engine.backend;
  const [from, to] = [gradient.storage, converted.storage];
  if (input.format === "image") layout.plainToImage(image, { plain: from, image: to });
  else layout.imageToPlain(image, { image: from, plain: to });
  return converted;
}
