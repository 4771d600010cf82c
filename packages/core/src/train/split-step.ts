import { ALONE, type Communicator, ownParts } from "../communicate/index.ts";
import { backward, type Engine, Random, randomBits, scale, type Tensor } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import type { Batch } from "./batch.ts";
import type { BatchPass } from "./batch-pass.ts";
import { BufferMean } from "./buffer-mean.ts";
import { DenseSum } from "./dense-sum.ts";
import { type NonFinite, NOTHING_FOUND } from "./diagnose.ts";
import { gatherObjects } from "./gather.ts";
import { GradientSum } from "./gradient-sum.ts";
import type { Phase, TrainerOptions } from "./options.ts";
import { type BatchInPieces, cutBatches, type Piece } from "./pieces.ts";
import { sharesOf } from "./shares.ts";
import { Tally, type TallyState } from "./tally.ts";

/** What one part of a step yields. */
interface PartResult {
  readonly loss: number;
  readonly correct: number;
  /** The first neuron whose potentials are not finite. */
  readonly spoilt?: string | undefined;
  readonly spikes: TallyState["spikes"];
}

/** What a step yields, the same on every process. */
export interface SplitResult extends Omit<PartResult, "spikes"> {
  /** Spikes of each part. */
  readonly spikes: readonly TallyState["spikes"][];
  /** Whether a process was asked to stop. */
  readonly stop: boolean;
}

/** What a step is told. */
export interface StepContext {
  /** The batch at a place of the step, for messages. */
  readonly where: (place: number) => string;
  /** Whether spikes are counted in the batch at a place of the step. */
  readonly counts: (place: number) => boolean;
  /** Called after each backward pass of this process. */
  readonly reached: (leaves: Iterable<Tensor>) => void;
  /** Whether this process was asked to stop. */
  readonly stop: () => boolean;
}

/** A part of the running step. */
interface Part extends Piece {
  readonly samples: Batch;
  /** How much of the step's gradient it makes. */
  readonly share: number;
}

/** The parts of a step. */
interface Parts {
  /** This process's. */
  readonly own: readonly Part[];
  /** The place of the first of these among all. */
  readonly first: number;
  readonly shares: readonly number[];
}

/** A fault and where it was found. */
type Fault = NonFinite & { readonly batch: number };

/**
 * Steps of the optimiser that are computed in parts, by one process or by several: a part is a micro-batch of one of
 * the step's batches. What a part yields depends on its samples, its place among the parts and the generator's state
 * before the step; gradients, buffers and losses are added up in an order that depends on the number of parts. So
 * the number of processes changes no bit.
 */
export class SplitStep {
  readonly #options: TrainerOptions;
  readonly #engine: Engine;
  readonly #pass: BatchPass;
  readonly #communicator: Communicator;
  readonly #gradients: GradientSum;
  readonly #buffers: BufferMean;
  readonly #dense: DenseSum;

  constructor(options: TrainerOptions, engine: Engine, pass: BatchPass, modules: Iterable<Module>) {
    const { communicator = ALONE, optimizer, evolution } = options;
    this.#options = options;
    this.#engine = engine;
    this.#pass = pass;
    this.#communicator = communicator;
    this.#gradients = new GradientSum(engine, communicator, optimizer.parameters);
    this.#buffers = new BufferMean(communicator, buffersOf(modules));
    this.#dense = new DenseSum(communicator, evolution);
  }

  /**
   * Computes what the parts of a group of batches yield; `finish` then waits for their gradients, which are of no use
   * if the loss is not finite or a neuron is spoilt.
   */
  async compute(group: readonly BatchInPieces[], context: StepContext): Promise<SplitResult> {
    const { random } = this.#engine;
    const { own, first, shares } = await this.#parts(group);
    const [key, state] = [random.nextUint32(), random.getState()];
    this.#gradients.begin(shares.length);
    this.#dense.begin(shares.length);
    await this.#buffers.begin(
      shares.length,
      group.reduce((sum, { count }) => sum + count, 0),
    );
    const results: PartResult[] = [];
    for (const [i, part] of own.entries()) {
      this.#drawFor(key, first + i);
      const result = await this.#engine.step(() => this.#part(part, context));
      results.push(result);
      // Others would wait for what is left out.
      if (!isFinite(result) && this.#communicator.size === 1) break;
    }
    random.setState(state);
    this.#phase("wait");
    return this.#together(results, shares, context);
  }

  /**
   * Waits for the gradients, buffers and dense gradients of all parts, then puts them in place: all of them, or none
   * if a process is lost. Inside the engine's step.
   */
  async finish(): Promise<void> {
    const sums = [this.#gradients, this.#buffers, this.#dense];
    await Promise.all(sums.map((sum) => sum.arrive()));
    for (const sum of sums) sum.use();
    this.#phase("update");
  }

  /** Goes through the parts of a group again until one shows the fault; the first of all processes' counts. */
  async explain(group: readonly BatchInPieces[]): Promise<Fault> {
    const { own, first } = await this.#parts(group);
    const key = this.#engine.random.nextUint32();
    const faults: (Fault & { part: number })[] = [];
    for (const [i, { samples, batch }] of own.entries()) {
      if (faults.length > 0) break;
      this.#drawFor(key, first + i);
      const fault = await this.#engine.step(() => this.#pass.explain(samples, this.#key()));
      if (fault !== NOTHING_FOUND) faults.push({ ...fault, batch, part: first + i });
    }
    const all = (await gatherObjects(this.#communicator, faults)).flat();
    return all.sort((a, b) => a.part - b.part)[0] ?? { ...NOTHING_FOUND, batch: group.length - 1 };
  }

  /** Makes this process's parts. */
  async #parts(group: readonly BatchInPieces[]): Promise<Parts> {
    const { rank, size } = this.#communicator;
    const pieces = cutBatches(group, this.#options.microBatches ?? 1);
    const { from, to } = ownParts(pieces.length, rank, size);
    const made = pieces.slice(from, to).map((piece) => ({
      ...piece,
      samples: (group[piece.batch] as BatchInPieces).piece(piece.from, piece.to),
    }));
    const shares = sharesOf(await this.#weights(pieces, made));
    return {
      own: made.map((part, i) => ({ ...part, share: shares[from + i] as number })),
      first: from,
      shares,
    };
  }

  /** What the loss of each part is divided by when its mean is taken. */
  async #weights(
    pieces: readonly Piece[],
    made: readonly { readonly samples: Batch }[],
  ): Promise<readonly number[]> {
    const { batchWeight } = this.#options;
    if (batchWeight === undefined) return pieces.map(({ from, to }) => to - from);
    const own = made.map(({ samples }) => batchWeight(samples));
    return (await gatherObjects(this.#communicator, own)).flat();
  }

  async #part({ samples, share, batch }: Part, context: StepContext): Promise<PartResult> {
    const where = context.where(batch);
    this.#phase("forward");
    const { output, loss, spoilt } = this.#pass.forward(samples, this.#key(), where);
    await this.#buffers.endPart(samples.labels.length);
    this.#phase("backward");
    backward(share === 1 ? loss : scale(loss, share), (leaf, gradient) =>
      this.#gradients.add(leaf, gradient),
    );
    this.#phase("part done");
    context.reached(this.#engine.tape.leaves);
    await this.#gradients.endPart();
    await this.#dense.endPart();
    // They are part of the sums now.
    this.#options.optimizer.zeroGrad();
    const value = await loss.item();
    const nothing = { loss: value, spoilt, correct: 0, spikes: {} };
    if (!isFinite(nothing)) return nothing;
    const counted = new Tally();
    if (context.counts(batch)) await this.#pass.countSpikes(counted);
    const correct = await this.#pass.countCorrect(output, samples, where);
    return { ...nothing, correct, spikes: counted.getState().spikes };
  }

  /** What all parts yield, added up in their order. */
  async #together(
    own: readonly PartResult[],
    shares: readonly number[],
    { stop }: StepContext,
  ): Promise<SplitResult> {
    const all = await gatherObjects(this.#communicator, { own, stop: stop() });
    const parts = all.flatMap((each) => each.own);
    return {
      spikes: parts.map(({ spikes }) => spikes),
      loss: parts.reduce((sum, { loss }, i) => sum + (shares[i] as number) * loss, 0),
      correct: parts.reduce((sum, { correct }) => sum + correct, 0),
      spoilt: parts.find(({ spoilt }) => spoilt !== undefined)?.spoilt,
      stop: all.some((each) => each.stop),
    };
  }

  /** Random numbers of a part, on whatever process. */
  #drawFor(key: number, part: number): void {
    this.#engine.random.setState(new Random(randomBits(key, part)).getState());
  }

  /** The key of the part's encoder. */
  #key(): number {
    return this.#options.encode === undefined ? 0 : this.#engine.random.nextUint32();
  }

  #phase(phase: Phase): void {
    this.#options.onPhase?.(phase);
  }
}

function isFinite({ loss, spoilt }: Pick<PartResult, "loss" | "spoilt">): boolean {
  return Number.isFinite(loss) && spoilt === undefined;
}

function buffersOf(modules: Iterable<Module>): Tensor[] {
  return [...new Set([...modules].flatMap((module) => module.namedBuffers().map(([, buffer]) => buffer)))];
}
