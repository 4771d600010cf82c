/** How the processes of one training begin together, and go on when some are lost. */
import { encodeCheckpoint, MyelinError, restoreCheckpoint } from "@myelin/core";
import type { Checkpoint } from "@myelin/core/io";
import { type Communicator, gatherObjects, type RunResult, type StopSignal } from "@myelin/core/training";
import { setImmediate } from "node:timers/promises";
import type { Model } from "../model/index.ts";
import { totalEpochs, type Recipe } from "../recipe/index.ts";
import type { Result } from "../records/index.ts";
import type { Splits } from "./data/index.ts";
import { MethodWatch } from "./method-watch.ts";
import type { RunState } from "./state.ts";
import { buildTraining, testBatches, type TrainerHooks, type Training, type Updates } from "./trainer.ts";

/** What a training is made of. */
export interface Parts {
  readonly splits: Splits;
  readonly model: Model;
  readonly updates: Updates;
}

/** What a process is told that writes nothing. */
interface FollowOptions {
  readonly recipe: Recipe;
  readonly signal: StopSignal;
  readonly onPhase?: TrainerHooks["onPhase"];
}

/** Thrown where the process is gone that wrote the run's folder. */
export class WriterLost extends MyelinError {
  override readonly name = "WriterLost";
}

/** As much of the state of a run as a process needs that writes nothing. */
type SharedState = Pick<RunState, "trainer" | "methods">;

/** Sends the state with which all begin. */
export async function sendState(communicator: Communicator, checkpoint: Checkpoint): Promise<void> {
  await broadcastCheckpoint(communicator, checkpoint, 0);
}

async function broadcastCheckpoint(
  communicator: Communicator,
  own: Checkpoint | undefined,
  root: number,
): Promise<Checkpoint> {
  const nothing = new Uint8Array();
  const tensors = await communicator.broadcast(own?.tensors ?? nothing, root);
  const text = own === undefined ? nothing : new TextEncoder().encode(own.state);
  const state = new TextDecoder().decode(await communicator.broadcast(text, root));
  return { tensors, state };
}

/** A process among others: where it stands, and how it is told where to go on. */
interface Place {
  readonly trainer: Training["trainer"];
  readonly checkpoint: () => Promise<Checkpoint>;
  readonly restore: (sent: Checkpoint) => Promise<void>;
}

/**
 * Trains until it is done. When processes are lost and the others can go on, they do from the last step: who had not
 * done it gets it from one who had.
 *
 * @throws WriterLost on the others if the first process is lost
 */
export async function untilDone(
  communicator: Communicator,
  place: Place,
  train: () => Promise<RunResult>,
  note: (text: string) => void = () => {},
): Promise<RunResult> {
  let { lost = 0 } = communicator;
  const wasWriter = communicator.rank === 0;
  for (;;) {
    try {
      if ((communicator.lost ?? 0) > lost) {
        lost = communicator.lost ?? 0;
        const writers = await gatherObjects(communicator, wasWriter);
        if (writers[0] !== true) throw new WriterLost("MPI: expected rank 0, got its loss.");
        await catchUp(communicator, place);
        note(
          `${communicator.lost} of the processes are lost; ${communicator.size} go on at step ${place.trainer.position.step}.`,
        );
      }
      return await train();
    } catch (error) {
      if (error instanceof WriterLost || (communicator.lost ?? 0) === lost) throw error;
    }
  }
}

/** Brings all to the place of whoever is farthest. */
async function catchUp(communicator: Communicator, { trainer, checkpoint, restore }: Place): Promise<void> {
  const { epoch, batch, step } = trainer.position;
  const places = await gatherObjects(communicator, [step, epoch, batch]);
  const [first = []] = [...places].sort((a, b) => compare(b, a));
  const root = places.findIndex((place) => compare(place, first) === 0);
  if (places.every((place) => compare(place, first) === 0)) return;
  const own = communicator.rank === root ? await checkpoint() : undefined;
  const sent = await broadcastCheckpoint(communicator, own, root);
  if (compare(places[communicator.rank] ?? [], first) !== 0) await restore(sent);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i === -1 ? 0 : (a[i] as number) - (b[i] as number);
}

/** Computes as the first process does, and writes nothing. */
export async function follow(
  communicator: Communicator,
  { recipe, signal, onPhase }: FollowOptions,
  { splits, model, updates }: Parts,
): Promise<Result | undefined> {
  const training = buildTraining(model, updates, splits, {
    ...{ communicator, onPhase },
    // Signals only get their turn between tasks.
    onBatch: async () => setImmediate(),
  });
  const { trainer, optimizer } = training;
  const methods = await MethodWatch.begin(model, training);
  const parts = { network: model.network, optimizer };
  const restore = async (sent: Checkpoint): Promise<void> => {
    const state = restoreCheckpoint(sent, parts) as SharedState;
    trainer.setState(state.trainer);
    await methods.restore(state.methods);
  };
  const checkpoint = (): Promise<Checkpoint> => {
    const state = { trainer: trainer.getState(), methods: methods.getState(trainer.position.batch > 0) };
    return encodeCheckpoint(parts, state satisfies SharedState);
  };
  await restore(await broadcastCheckpoint(communicator, undefined, 0));
  const train = (): Promise<RunResult> => trainer.run({ epochs: totalEpochs(recipe), signal });
  const { reason } = await untilDone(communicator, { trainer, checkpoint, restore }, train);
  if (reason === "finished") {
    await trainer.evaluate(testBatches(splits.test, recipe.batchSize, { communicator }), signal);
  }
  return undefined;
}
