import type { Communicator } from "../communicate/index.ts";
import { type Engine, noGrad } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { inEvaluation, type Module } from "../nn/index.ts";
import { type Batch, evaluationKey, type StopSignal } from "./batch.ts";
import type { BatchPass } from "./batch-pass.ts";
import { checkedBatches } from "./check-options.ts";
import { findSpoilt } from "./diagnose.ts";
import { type EvaluationTask, findInParts, type Found } from "./evaluate-in-parts.ts";
import { gatherObjects } from "./gather.ts";
import { type BatchSource, wholeOf } from "./pieces.ts";
import { Tally, type TallyState } from "./tally.ts";

/** What an evaluation works with. */
export interface EvaluationParts {
  readonly engine: Engine;
  readonly network: Module;
  readonly pass: BatchPass;
  /** The processes that share the batches. */
  readonly communicator: Communicator;
  /** Whether sequences go through the network in parts, as through a stream. */
  readonly inParts: boolean;
}

/** What one batch of an evaluation yields. */
interface BatchOutcome {
  readonly index: number;
  readonly samples: number;
  readonly loss: number;
  readonly correct: number;
  readonly milliseconds: number;
  readonly spikes: TallyState["spikes"];
}

/** What a process has evaluated. */
interface Share {
  readonly outcomes: readonly BatchOutcome[];
  /** Why it ended before, and at which batch. */
  readonly fault?: { readonly index: number; readonly message: string } | undefined;
  /** Whether it was asked to stop. */
  readonly stop: boolean;
}

/** What an evaluation yields, the same on every process. */
export interface Evaluation {
  readonly tally: Tally;
  /** Whether a process was asked to stop: the tally then covers some batches. */
  readonly stop: boolean;
}

/**
 * Loss, accuracy and firing rates over batches, in evaluation mode; every module has its own mode again afterwards.
 * Processes take turns with the batches, whose results are added up in their order.
 *
 * @param signal stops after the running batch
 * @throws TrainingError if there are no batches, or a number is not finite
 */
export async function evaluateBatches(
  parts: EvaluationParts,
  batches: BatchSource,
  signal: StopSignal | undefined,
): Promise<Evaluation> {
  const own = await evaluateShare(parts, batches, signal);
  const all = await gatherObjects(parts.communicator, own);
  const [fault] = all.flatMap((share) => share.fault ?? []).sort((a, b) => a.index - b.index);
  if (fault !== undefined) throw new TrainingError(fault.message);
  const tally = new Tally();
  const outcomes = all.flatMap((share) => share.outcomes).sort((a, b) => a.index - b.index);
  for (const outcome of outcomes) {
    tally.addBatch(outcome);
    tally.addAllSpikes(outcome.spikes);
  }
  if (tally.samples === 0) throw new TrainingError("Trainer.evaluate: expected batches, got none.");
  return { tally, stop: all.some(({ stop }) => stop) };
}

async function evaluateShare(
  parts: EvaluationParts,
  batches: BatchSource,
  signal: StopSignal | undefined,
): Promise<Share> {
  const { rank, size } = parts.communicator;
  const outcomes: BatchOutcome[] = [];
  let index = 0;
  try {
    await inEvaluation(parts.network, async () => {
      checkNetwork(parts);
      for await (const batch of checkedBatches("Trainer.evaluate", batches)) {
        if (index % size === rank) outcomes.push(await evaluateBatch(parts, wholeOf(batch), index));
        index++;
        if (signal?.aborted) break;
      }
    });
  } catch (error) {
    // Alone or not, all others have to learn of it.
    if (size === 1 || !(error instanceof TrainingError)) throw error;
    return { outcomes, fault: { index, message: error.message }, stop: false };
  }
  return { outcomes, stop: signal?.aborted ?? false };
}

/** Spikes would hide parameters that are not finite. */
function checkNetwork({ network }: EvaluationParts): void {
  const spoilt = findSpoilt(network);
  if (spoilt === undefined) return;
  const hint = "Look at the training or the file that it comes from.";
  throw new TrainingError(
    `Trainer.evaluate: expected a network of finite numbers, got others in ${spoilt}. ${hint}`,
  );
}

async function evaluateBatch(parts: EvaluationParts, batch: Batch, index: number): Promise<BatchOutcome> {
  const { engine, pass, inParts } = parts;
  const start = Date.now();
  const where = `in batch ${index + 1} of the evaluation`;
  const key = evaluationKey(index);
  const counted = new Tally();
  const find = inParts ? findInParts : findAtOnce;
  const { loss, correct, spoilt } = await find(parts, { batch, key, where, tally: counted });
  if (!Number.isFinite(loss) || spoilt !== undefined) {
    const { place } = await engine.step(() => noGrad(engine, () => pass.explain(batch, key)));
    const [expected, got] = Number.isFinite(loss)
      ? ["potential of every neuron", `others in ${String(spoilt)}`]
      : ["loss", String(loss)];
    throw new TrainingError(
      `Trainer.evaluate: expected a finite ${expected} ${where}, got ${got}; first not finite: ${place}.`,
    );
  }
  const { spikes } = counted.getState();
  const milliseconds = Date.now() - start;
  return { index, samples: batch.labels.length, loss, correct, milliseconds, spikes };
}

function findAtOnce({ engine, pass }: EvaluationParts, task: EvaluationTask): Promise<Found> {
  const { batch, key, where, tally } = task;
  return engine.step(async () => {
    const { output, loss, spoilt } = noGrad(engine, () => pass.forward(batch, key, where));
    const value = await loss.item();
    if (!Number.isFinite(value) || spoilt !== undefined) return { loss: value, correct: 0, spoilt };
    await pass.countSpikes(tally);
    return { loss: value, correct: await pass.countCorrect(output, batch, where), spoilt };
  });
}
