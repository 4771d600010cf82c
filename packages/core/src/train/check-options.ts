import {
  checkBoolean,
  checkFunction,
  checkInstance,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  refuse,
} from "../checks.ts";
import type { Communicator } from "../communicate/index.ts";
import { MyelinError } from "../errors.ts";
import { checkModule } from "../nn/index.ts";
import { Optimizer, Schedule } from "../optim/index.ts";
import type { Batch, Batches, StopSignal } from "./batch.ts";
import type { TrainerOptions } from "./options.ts";
import { type BatchInPieces, type BatchSource, isInPieces } from "./pieces.ts";

const HOOKS = [
  "beforeEpoch",
  "batchWeight",
  "encode",
  "predict",
  "evaluation",
  "onBatch",
  "onEpoch",
  "onPhase",
] as const;

/** Requires everything that a trainer needs, and nothing else. */
export function checkTrainerOptions(options: TrainerOptions): void {
  checkOptions(
    "Trainer",
    options,
    {
      ...({ network: true, optimizer: true, loss: true, schedule: true, scheduleUnit: true } as const),
      ...({ evolution: true, beforeEpoch: true, encode: true, predict: true, clipNorm: true } as const),
      ...({
        ratesEvery: true,
        accumulate: true,
        microBatches: true,
        communicator: true,
        onPhase: true,
        deadAfter: true,
        alsoTrained: true,
        batchWeight: true,
        batches: true,
        evaluation: true,
        evaluateInParts: true,
        onBatch: true,
        onEpoch: true,
      } as const),
    },
    "{ network, optimizer, loss, batches }",
  );
  checkModule("Trainer.network", options.network);
  checkInstance("Trainer.optimizer", options.optimizer, Optimizer, "an optimiser such as `new Adam(...)`");
  checkFunction("Trainer.loss", options.loss, "a function of output and labels such as rateCrossEntropy");
  checkFunction("Trainer.batches", options.batches, "a function that gives the batches of an epoch");
  for (const hook of HOOKS) if (options[hook] !== undefined) checkFunction(`Trainer.${hook}`, options[hook]);
  if (options.schedule !== undefined) {
    checkInstance(
      "Trainer.schedule",
      options.schedule,
      Schedule,
      "a schedule such as `cosineAnnealing(...)`",
    );
  }
  checkOneOf("Trainer.scheduleUnit", options.scheduleUnit ?? "step", ["step", "epoch"]);
  if (options.clipNorm !== undefined) checkNumber("Trainer.clipNorm", options.clipNorm, { above: 0 });
  checkParts(options);
  const { evolution } = options;
  if (
    evolution !== undefined &&
    typeof (evolution as Partial<typeof evolution> | null)?.afterStep !== "function"
  ) {
    refuse("Trainer.evolution", "what changes connections, such as a StructureEvolution", evolution);
  }
}

/**
 * Requires processes that share the parts of a step evenly; after some were lost, the others go on as they are.
 *
 * @throws MyelinError if they cannot
 */
export function checkSharing(communicator: Communicator, accumulate: number, microBatches = 1): void {
  checkInteger("Trainer.microBatches", microBatches, { min: 1 });
  const { size, lost = 0 } = communicator;
  checkInteger("Trainer.communicator.size", size, { min: 1 });
  const parts = accumulate * microBatches;
  if (lost > 0 || parts % size === 0) return;
  const counted =
    accumulate > 1 ? `accumulate ${accumulate} times microBatches ${microBatches}` : `${microBatches}`;
  throw new MyelinError(
    `Trainer.microBatches: expected parts of a step that ${size} processes share evenly, got ${counted}. ` +
      `Take a multiple of ${size}; the weights then depend on it, but not on the number of processes.`,
  );
}

function checkParts({ evaluateInParts = false, encode }: TrainerOptions): void {
  const inParts = checkBoolean("Trainer.evaluateInParts", evaluateInParts);
  if (!inParts || encode === undefined) return;
  refuse("Trainer.evaluateInParts", "no `encode` beside it", encode, "Encode inside the network.");
}

/** Requires an `AbortSignal`, or none. */
export function checkSignal(symbol: string, signal: StopSignal | undefined): void {
  if (signal === undefined || typeof (signal as Partial<StopSignal> | null)?.aborted === "boolean") return;
  refuse(symbol, "a signal of an AbortController", signal);
}

/** Requires something that gives batches one after the other. */
function checkBatches(symbol: string, batches: unknown): void {
  const given = typeof batches === "object" && batches !== null;
  if (given && (Symbol.iterator in batches || Symbol.asyncIterator in batches)) return;
  refuse(symbol, "batches to go through", batches, "Pass an array of batches or an iterator.");
}

/** Requires values, their shape and labels. */
export function checkBatch(symbol: string, batch: Batch): void {
  const { inputs, shape, labels } = (batch ?? {}) as Partial<Batch>;
  if (isNumbers(inputs) && isNumbers(labels) && Array.isArray(shape)) return;
  refuse(symbol, "a batch { inputs: Float32Array, shape, labels: Float32Array }", batch);
}

function isNumbers(values: unknown): boolean {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
}

/** The same batches, each looked at before anything is done with it; what is made in pieces comes from a data set. */
export function checkedBatches(symbol: string, batches: Batches): AsyncGenerator<Batch>;
/** As above. */
export function checkedBatches(symbol: string, batches: BatchSource): AsyncGenerator<Batch | BatchInPieces>;
export async function* checkedBatches(
  symbol: string,
  batches: BatchSource,
): AsyncGenerator<Batch | BatchInPieces> {
  checkBatches(symbol, batches);
  for await (const batch of batches) {
    if (!isInPieces(batch)) checkBatch(symbol, batch);
    yield batch;
  }
}
