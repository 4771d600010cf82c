import { type Engine, noGrad } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { inEvaluation, type Module } from "../nn/index.ts";
import { type Batches, type Batch, evaluationKey, type StopSignal } from "./batch.ts";
import type { BatchPass } from "./batch-pass.ts";
import { checkedBatches } from "./check-options.ts";
import { findSpoilt } from "./diagnose.ts";
import { Tally } from "./tally.ts";

/** What an evaluation works with. */
export interface EvaluationParts {
  readonly engine: Engine;
  readonly network: Module;
  readonly pass: BatchPass;
}

/**
 * Loss, accuracy and firing rates over batches, in evaluation mode; every module has its own mode again afterwards.
 *
 * @param signal stops after the running batch
 * @throws TrainingError if there are no batches, or a number is not finite
 */
export async function evaluateBatches(
  parts: EvaluationParts,
  batches: Batches,
  signal: StopSignal | undefined,
): Promise<Tally> {
  const tally = new Tally();
  await inEvaluation(parts.network, async () => {
    checkNetwork(parts);
    let index = 0;
    for await (const batch of checkedBatches("Trainer.evaluate", batches)) {
      await evaluateBatch(parts, batch, index++, tally);
      if (signal?.aborted) break;
    }
  });
  if (tally.samples === 0) throw new TrainingError("Trainer.evaluate: expected batches, got none.");
  return tally;
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

async function evaluateBatch(
  { engine, pass }: EvaluationParts,
  batch: Batch,
  index: number,
  tally: Tally,
): Promise<void> {
  const start = Date.now();
  const where = `in batch ${index + 1} of the evaluation`;
  const key = evaluationKey(index);
  const result = await engine.step(async () => {
    const { output, loss, spoilt } = noGrad(engine, () => pass.forward(batch, key, where));
    const value = await loss.item();
    if (!Number.isFinite(value) || spoilt !== undefined) return { loss: value, correct: 0, spoilt };
    await pass.countSpikes(tally);
    return { loss: value, correct: await pass.countCorrect(output, batch, where), spoilt };
  });
  const { loss, correct, spoilt } = result;
  if (!Number.isFinite(loss) || spoilt !== undefined) {
    const { place } = await engine.step(() => noGrad(engine, () => pass.explain(batch, key)));
    const [expected, got] = Number.isFinite(loss)
      ? ["potential of every neuron", `others in ${String(spoilt)}`]
      : ["loss", String(loss)];
    throw new TrainingError(
      `Trainer.evaluate: expected a finite ${expected} ${where}, got ${got}; first not finite: ${place}.`,
    );
  }
  tally.addBatch({ samples: batch.labels.length, milliseconds: Date.now() - start, loss, correct });
}
