import { checkFunction } from "../checks.ts";
import { noGrad } from "./autograd.ts";
import { MyelinError } from "../errors.ts";
import type { Storage } from "./backend/index.ts";
import { checkTensor } from "./check-tensor.ts";
import type { Engine } from "./engine.ts";
import type { TapeNode } from "./tape.ts";
import { describeShape, type Tensor } from "./tensor.ts";

/**
 * Computes d(loss)/d(leaf) for every leaf that wants a gradient and adds it to `leaf.grad`: gradients add up over
 * calls and over steps, until an optimiser's step has used them.
 *
 * The pass uses up what the operations have kept, so each of them can be gone through once. For the sum of two
 * losses that share operations call `backward(add(a, b))`.
 *
 * @param loss a tensor of one number computed in the running step
 * @param onFinal called for each leaf when this pass has its whole gradient, while it goes on to the layers before;
 * it may read the gradient but not keep it
 * @throws MyelinError outside a step, for a loss of more than one number, when nothing depends on a parameter, for
 * operations that a backward pass has gone through already, or whose tensors were overwritten since they ran
 */
export function backward(loss: Tensor, onFinal?: (leaf: Tensor, gradient: Tensor) => void): void {
  checkTensor("backward", loss, undefined, "Pass the loss, a tensor of one number.");
  if (onFinal !== undefined)
    checkFunction("backward.onFinal", onFinal, "a function of a leaf and its gradient");
  const { engine } = loss;
  if (!engine.inStep) {
    throw new MyelinError(
      `backward: expected to run inside \`engine.step\` of ${engine.label}, got a call outside it.`,
    );
  }
  if (loss.storage.length !== 1) {
    throw new MyelinError(`backward: expected a loss of one number, got shape ${describeShape(loss.shape)}.`);
  }
  if (!loss.requiresGrad) {
    throw new MyelinError("backward: expected a loss that depends on a parameter, got one that does not.");
  }
  const nodes = nodesBehind(loss);
  for (const node of nodes) checkUsable(node);
  const one = engine.empty(loss.shape);
  engine.backend.elementwise.fill(1, { out: one.storage }, 1);
  const found = new BackwardPass(engine, loss, one).run(nodes, onFinal);
  for (const leaf of found.keys()) engine.tape.leaves.add(leaf);
  engine.gradients.addAll(found);
}

/** The operations that the loss depends on, the latest first. */
function nodesBehind(loss: Tensor): TapeNode[] {
  const wanted = new Set([loss]);
  return loss.engine.tape.nodes.toReversed().filter(({ inputs, outputs }) => {
    const isBehind = outputs.some((output) => wanted.has(output));
    if (isBehind) for (const input of inputs) if (input.requiresGrad) wanted.add(input);
    return isBehind;
  });
}

function checkUsable({ inputs, outputs, versions, spent }: TapeNode): void {
  if (spent) {
    throw new MyelinError(
      "backward: expected operations that no backward pass has gone through, got some of an earlier loss. " +
        "Add the losses first, `backward(add(a, b))`, or compute the forward pass again.",
    );
  }
  const tensors = [...inputs, ...outputs];
  for (const tensor of tensors) tensor.requireUse();
  const changed = tensors.find((tensor, i) => tensor.version !== versions[i]);
  if (!changed) return;
  throw new MyelinError(
    `backward: expected the values of the forward pass, got a tensor ${describeShape(changed.shape)} that was ` +
      "overwritten since, by an optimiser's step or `set`. Call backward before, or compute the forward pass again.",
  );
}

/** For each operation the leaves that none behind it adds a gradient to. */
function leavesAfter(nodes: readonly TapeNode[]): readonly (readonly Tensor[])[] {
  const last = new Map<Tensor, number>();
  nodes.forEach(({ inputs }, i) => {
    for (const input of inputs) if (input.requiresGrad && input.isPersistent) last.set(input, i);
  });
  const leaves = nodes.map((): Tensor[] => []);
  for (const [leaf, i] of last) leaves[i]?.push(leaf);
  return leaves;
}

/** Gradients in flight during one backward pass. */
class BackwardPass {
  readonly #engine: Engine;
  readonly #gradients = new Map<Tensor, Tensor>();
  /** Storage that more than one tensor's gradient may refer to: not given back early. */
  readonly #shared = new Set<Storage>();

  constructor(engine: Engine, loss: Tensor, one: Tensor) {
    this.#engine = engine;
    this.#gradients.set(loss, one);
  }

  /** @returns the gradients of the leaves */
  run(
    nodes: readonly TapeNode[],
    onFinal?: (leaf: Tensor, gradient: Tensor) => void,
  ): ReadonlyMap<Tensor, Tensor> {
    const final = onFinal === undefined ? undefined : leavesAfter(nodes);
    noGrad(this.#engine, () => {
      nodes.forEach((node, i) => {
        this.#replay(node);
        for (const leaf of final?.[i] ?? []) {
          const gradient = this.#gradients.get(leaf);
          if (gradient) onFinal?.(leaf, gradient);
        }
      });
    });
    return this.#gradients;
  }

  #replay(node: TapeNode): void {
    const incoming = node.outputs.map((output) => this.#gradients.get(output));
    if (incoming.every((gradient) => gradient === undefined)) return;
    node.spent = true;
    const outgoing = node.backward(incoming);
    const kept = new Set(outgoing.map((gradient) => gradient && rootOf(gradient.storage)));
    if (node.custom) this.#share(...incoming, ...outgoing);
    node.inputs.forEach((input, index) => {
      const gradient = outgoing[index];
      if (gradient && input.requiresGrad) this.#accumulate(input, gradient);
    });
    node.outputs.forEach((output, index) => {
      this.#gradients.delete(output);
      this.#retire(incoming[index], kept);
    });
  }

  /** A user's function may keep what it is given, and may return what lives elsewhere. */
  #share(...gradients: readonly (Tensor | undefined)[]): void {
    for (const gradient of gradients) if (gradient) this.#shared.add(rootOf(gradient.storage));
  }

  /** Gives a gradient's memory back to the step, unless a gradient of an input lives in it. */
  #retire(gradient: Tensor | undefined, kept: ReadonlySet<Storage | undefined>): void {
    if (!gradient) return;
    const root = rootOf(gradient.storage);
    if (kept.has(root)) this.#shared.add(root);
    else if (!this.#shared.has(root))
      gradient.release("It was a gradient that the backward pass has used up.");
  }

  #accumulate(tensor: Tensor, gradient: Tensor): void {
    const before = this.#gradients.get(tensor);
    if (!before) {
      this.#gradients.set(tensor, gradient);
      return;
    }
    const sum = this.#engine.empty(tensor.shape, tensor.format);
    const buffers = { a: before.storage, b: gradient.storage, out: sum.storage };
    this.#engine.backend.elementwise.add(sum.size, buffers);
    this.#gradients.set(tensor, sum);
  }
}

/** The storage that a view looks into, or the storage itself. */
function rootOf(storage: Storage): Storage {
  return (storage as { base?: Storage }).base ?? storage;
}
