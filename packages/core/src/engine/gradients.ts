import { MyelinError } from "../errors.ts";
import { checkTensor } from "./check-tensor.ts";
import type { Engine } from "./engine.ts";
import { describeShape, type Tensor } from "./tensor.ts";

const USED = "A gradient lasts until an optimiser's step has used it or it is forgotten; read it before.";

/** The gradient of one leaf. */
interface Slot {
  /** What `leaf.grad` shows. */
  value: Tensor | undefined;
  /** The gradient with which the running step began, in persistent memory that belongs to the slot. */
  kept: Tensor | undefined;
  /** Whether an optimiser has used the value; the next `backward` starts afresh. */
  spent: boolean;
}

/**
 * The gradients of an engine's leaves. They add up over calls of `backward`, within a step and over steps, until
 * an optimiser has used them.
 *
 * Within a step a gradient lives in step memory. What nobody has used by its end is copied to persistent memory,
 * so training in which every gradient is used copies nothing. A step that throws leaves gradients as it found them.
 */
export class Gradients {
  readonly #engine: Engine;
  readonly #slots = new WeakMap<Tensor, Slot>();
  /** Leaves whose gradients have changed since the last step ended. */
  readonly #touched = new Set<Tensor>();
  /** Persistent memory of used gradients: readable until the step ends. */
  readonly #used: Tensor[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  of(leaf: Tensor): Tensor | undefined {
    return this.#slots.get(leaf)?.value;
  }

  /** Whether an optimiser has used the leaf's gradient; it is still there to be read. */
  isSpent(leaf: Tensor): boolean {
    return this.#slots.get(leaf)?.spent ?? false;
  }

  /**
   * Replaces a leaf's gradient, or forgets it.
   * @throws MyelinError for a gradient that does not fit the leaf
   */
  set(leaf: Tensor, value: Tensor | undefined): void {
    if (value !== undefined) requireFitting(leaf, value);
    const slot = this.#touch(leaf);
    slot.value = value;
    slot.spent = false;
    if (!this.#engine.inStep) this.#keep(leaf, slot);
  }

  /** Adds what one backward pass has found for each leaf. */
  addAll(found: ReadonlyMap<Tensor, Tensor>): void {
    for (const leaf of this.#touched) {
      const slot = this.#slotOf(leaf);
      if (slot.spent) Object.assign(slot, { value: undefined, spent: false });
    }
    for (const [leaf, gradient] of found) {
      const slot = this.#touch(leaf);
      const before = this.of(leaf);
      // A fresh tensor: leaves may share a gradient, and a step that throws must not change what is kept.
      slot.value = before ? this.#sum(leaf, before, gradient) : gradient;
    }
  }

  /** Notes that an optimiser has used the gradient. */
  spend(leaf: Tensor): void {
    const slot = this.#touch(leaf);
    slot.spent = true;
    if (slot.kept) this.#used.push(slot.kept);
    slot.kept = undefined;
  }

  /** Called when a step has succeeded: carries gradients that nobody has used over to the next. */
  keep(): void {
    for (const leaf of this.#touched) this.#keep(leaf, this.#slotOf(leaf));
    this.#forgetUsed();
  }

  /** Called when a step has thrown: drops what it has added. */
  drop(): void {
    for (const leaf of this.#touched) {
      const slot = this.#slotOf(leaf);
      Object.assign(slot, { value: slot.kept, spent: false });
    }
    this.#forgetUsed();
  }

  #keep(leaf: Tensor, slot: Slot): void {
    const { value, kept, spent } = slot;
    if (value === undefined || spent || !leaf.isPersistent) {
      kept?.release(USED);
      Object.assign(slot, { value: undefined, kept: undefined, spent: false });
    } else if (value !== kept) {
      slot.kept ??= this.#engine.persistent(leaf.shape, leaf.format);
      const buffers = { x: value.storage, out: slot.kept.storage };
      this.#engine.backend.elementwise.copy(value.size, buffers);
      slot.value = slot.kept;
    }
  }

  #forgetUsed(): void {
    for (const gradient of this.#used.splice(0)) gradient.release(USED);
    this.#touched.clear();
  }

  #sum(leaf: Tensor, before: Tensor, gradient: Tensor): Tensor {
    const sum = this.#engine.empty(leaf.shape, leaf.format);
    const buffers = { a: before.storage, b: gradient.storage, out: sum.storage };
    this.#engine.backend.elementwise.add(sum.size, buffers);
    return sum;
  }

  #touch(leaf: Tensor): Slot {
    this.#touched.add(leaf);
    return this.#slotOf(leaf);
  }

  #slotOf(leaf: Tensor): Slot {
    const known = this.#slots.get(leaf);
    if (known) return known;
    const slot: Slot = { value: undefined, kept: undefined, spent: false };
    this.#slots.set(leaf, slot);
    return slot;
  }
}

function requireFitting(leaf: Tensor, value: Tensor): void {
  const hint = "Assign undefined to forget it.";
  checkTensor("Tensor.grad", value, leaf, hint);
  if (value.size === leaf.size) return;
  const expected = `a tensor of shape ${describeShape(leaf.shape)}`;
  throw new MyelinError(`Tensor.grad: expected ${expected}, got ${describeShape(value.shape)}. ${hint}`);
}
