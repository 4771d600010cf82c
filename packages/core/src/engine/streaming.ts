import { MyelinError } from "../errors.ts";
import { runningEngine } from "./current.ts";
import type { Engine } from "./engine.ts";
import type { Tensor } from "./tensor.ts";

/** A state by its parts, such as the potential of a neuron, f32 [B, ...] each. */
export type CarriedState = Readonly<Record<string, Tensor>>;

/** What one call of a layer carries from a stream's step to the next. */
export class Carried {
  /** The parts, in persistent memory; undefined before the first step. */
  #held: CarriedState | undefined;
  /** What the running step leaves. */
  #next: CarriedState | undefined;

  constructor(held?: CarriedState) {
    this.#held = held;
  }

  /** What the step before has left; undefined in the first. In `again`, what the call before has left. */
  get state(): CarriedState | undefined {
    return this.#next ?? this.#held;
  }

  /** Leaves a state to the next step; it is copied when the whole step has succeeded. */
  keep(next: CarriedState): void {
    this.#next = next;
  }

  /** Takes over what the step has left, in the same memory as before. */
  commit(engine: Engine): void {
    const next = this.#next;
    if (next === undefined) return;
    this.#held ??= Object.fromEntries(
      Object.entries(next).map(([name, part]) => [name, engine.persistent(part.shape, part.format)]),
    );
    for (const name in next) {
      const [from, to] = [next[name]!, this.#held[name]!];
      engine.backend.elementwise.copy(to.size, { x: from.storage, out: to.storage });
      to.changed();
    }
    this.#next = undefined;
  }

  /** Forgets what a step that failed has left. */
  abandon(): void {
    this.#next = undefined;
  }

  /** Gives the memory back. */
  release(reason: string): void {
    for (const part of Object.values(this.#held ?? {})) part.release(reason);
  }
}

/**
 * What the layers of a stream carry from step to step. While a step of the stream runs it stands at `Engine.streaming`,
 * and every layer with a memory asks it. Sequences have the stream's next time steps then, mostly one, [1, B, ...].
 */
export class StreamMemory {
  readonly #engine: Engine;
  /** In the order in which the calls of a step ask. */
  #carried: Carried[] = [];
  #next = 0;
  /** Which step after the end of the input is running; 0 before it. */
  #afterEnd = 0;
  /** How many steps are running. */
  #steps = 1;
  #isOneByOne = false;
  /** By how many steps sequences are longer than the input, where the running step is now. */
  #added = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * What the layer that calls carries; each call of a step has its own.
   *
   * @param severalSteps whether the layer also takes sequences of more than one step; otherwise it gets them one by one
   * @throws MyelinError if it does not, and first says so in the middle of a sequence
   */
  carried({ severalSteps = false }: { readonly severalSteps?: boolean } = {}): Carried {
    if (!severalSteps) this.#requireOneStep();
    const known = this.#carried[this.#next++];
    if (known !== undefined) return known;
    const made = new Carried();
    this.#carried.push(made);
    return made;
  }

  #requireOneStep(): void {
    this.#isOneByOne = true;
    if (this.#steps === 1) return;
    throw new MyelinError(
      `stream.run: expected layers that take ${this.#steps} steps at once, got one that asks for what it carries step by ` +
        "step, and had not in the first step. Call `step` for each.",
    );
  }

  /** Whether a layer of the steps so far takes one step at a time. */
  get isOneByOne(): boolean {
    return this.#isOneByOne;
  }

  /** For layers that lengthen sequences: whether their input has ended, so that they compute on zeros. */
  lengthen(steps: number): boolean {
    const hasEnded = this.#afterEnd > this.#added;
    this.#added += steps;
    return hasEnded;
  }

  /** For layers that go through a sequence call by call: every turn carries on what the one before has left. */
  again<T>(turns: readonly T[], work: (turn: T) => void): void {
    const first = this.#next;
    for (const turn of turns) {
      this.#next = first;
      work(turn);
    }
  }

  /** How many values the largest part holds that is carried, such as the potentials of the widest layer. */
  get widest(): number {
    const sizes = this.states.flatMap((state) => Object.values(state).map(({ size }) => size));
    return sizes.reduce((most, size) => Math.max(most, size), 0);
  }

  /** By how many steps the output of the latest step's network is longer than its input. */
  get added(): number {
    return this.#added;
  }

  /** Runs one of two ways side by side: what it adds to the sequence, the other adds too. */
  beside<T>(work: () => T): T {
    const before = this.#added;
    const result = work();
    this.#added = before;
    return result;
  }

  /**
   * Runs the next steps of the network.
   *
   * @param afterEnd which step after the end of the input it is, from 1; 0 for those of the input
   */
  run<T>(
    work: () => T,
    { steps = 1, afterEnd = 0 }: { readonly steps?: number; readonly afterEnd?: number },
  ): T {
    const engine = this.#engine;
    const before = engine.streaming;
    [this.#next, this.#added, this.#steps, this.#afterEnd] = [0, 0, steps, afterEnd];
    engine.streaming = this;
    try {
      const result = work();
      for (const carried of this.#carried) carried.commit(engine);
      return result;
    } finally {
      engine.streaming = before;
      for (const carried of this.#carried) carried.abandon();
    }
  }

  /** What each call carries, in order. */
  get states(): readonly CarriedState[] {
    return this.#carried.map(({ state }) => state ?? {});
  }

  /** Replaces everything that is carried. */
  replace(states: readonly CarriedState[]): void {
    this.release("Its stream was reset.");
    this.#carried = states.map((state) => new Carried(Object.keys(state).length === 0 ? undefined : state));
  }

  /** Gives all memory back. */
  release(reason: string): void {
    for (const carried of this.#carried) carried.release(reason);
    this.#carried = [];
  }
}

/** The memory of the stream of which a step is running, if one is. */
export function runningStream(): StreamMemory | undefined {
  return runningEngine()?.streaming;
}

/** Computes on sequences of any length in the middle of a stream's step, for layers that keep their own past. */
export function onWholeSequence<T>(engine: Engine, work: () => T): T {
  const { streaming } = engine;
  engine.streaming = undefined;
  try {
    return work();
  } finally {
    engine.streaming = streaming;
  }
}

/** @throws MyelinError in a stream's step, for operations that need all steps of a sequence at once */
export function refuseInStream(owner: string): void {
  if (runningStream() === undefined) return;
  throw new MyelinError(
    `${owner}: expected a whole sequence, got one step of a stream. ` +
      "It looks along time: apply it outside the network, to the outputs of the stream.",
  );
}
