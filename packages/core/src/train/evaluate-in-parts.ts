import { type Engine, noGrad, setLengths, StreamMemory, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { placeSteps, roomFor, type SequencePart, sequenceParts } from "../nn/index.ts";
import type { Batch } from "./batch.ts";
import type { BatchPass } from "./batch-pass.ts";
import { checkFiniteBatch } from "./finite.ts";
import type { Tally } from "./tally.ts";

/** A batch to evaluate. */
export interface EvaluationTask {
  readonly batch: Batch;
  /** What an encoder gets. */
  readonly key: number;
  /** The batch, for messages. */
  readonly where: string;
  /** Where its spikes are counted. */
  readonly tally: Tally;
}

/** What is found of a batch. */
export interface Found {
  readonly loss: number;
  readonly correct: number;
  /** The first neuron whose potentials are not finite. */
  readonly spoilt: string | undefined;
}

/**
 * Evaluates a batch as a stream takes it, a few time steps at a time, each part in a step of the engine of its own: hidden
 * layers then need memory for a part alone.
 *
 * @throws TrainingError for batches without a time axis, and networks that give more steps than they get
 */
export async function findInParts(
  { engine, pass }: { readonly engine: Engine; readonly pass: BatchPass },
  { batch, where, tally }: EvaluationTask,
): Promise<Found> {
  checkFiniteBatch(batch, where);
  requireTime(batch);
  const memory = new StreamMemory(engine);
  let output: Tensor | undefined;
  const run = async (part: SequencePart): Promise<string | undefined> => {
    const found = noGrad(engine, () => memory.run(() => pass.forwardPart(batch, part), part));
    requireSameLength(memory);
    output ??= roomFor(found.output, batch.shape[0]!, true);
    placeSteps(found.output, part, output);
    await pass.countSpikes(tally);
    return found.spoilt;
  };
  try {
    for (const part of sequenceParts(batch.shape, memory)) {
      const spoilt = await engine.step(() => run(part));
      if (spoilt !== undefined) return { loss: 0, correct: 0, spoilt };
    }
    return await engine.step(() => judged(pass, output!, { batch, where }));
  } finally {
    memory.release("Its evaluation has ended.");
    output?.release("Its evaluation has ended.");
  }
}

/** Loss and hits by the output of all steps. */
async function judged(
  pass: BatchPass,
  output: Tensor,
  { batch, where }: Pick<EvaluationTask, "batch" | "where">,
): Promise<Found> {
  setLengths(output, batch.lengths);
  const loss = await noGrad(output.engine, () => pass.loss(output, batch)).item();
  if (!Number.isFinite(loss)) return { loss, correct: 0, spoilt: undefined };
  return { loss, correct: await pass.countCorrect(output, batch, where), spoilt: undefined };
}

function requireTime({ shape, labels }: Batch): void {
  if ((shape.length === 3 || shape.length === 5) && shape[1] === labels.length) return;
  throw new TrainingError(
    `Trainer.evaluateInParts: expected batches [T, B, ...] with ${labels.length} samples, got [${shape.join(", ")}]. ` +
      "Leave it out for batches that stand still.",
  );
}

/** What layers with delays say after the input's end would be missing. */
function requireSameLength({ added }: StreamMemory): void {
  if (added === 0) return;
  throw new TrainingError(
    `Trainer.evaluateInParts: expected a network that gives as many steps as it gets, got one that adds ${added}. ` +
      "Leave it out for layers with delays that lengthen.",
  );
}
