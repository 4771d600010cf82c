import {
  encodeRun,
  type InputDescription,
  type RunDescription,
  type TrainingRecord,
} from "@myelin/core/runs";
import { datasetInfo, FSDD_EAR } from "@myelin/data";
import { scoreReading, encoderDescription, type Model } from "../model/index.ts";
import { isImageData, isOwnData, isSpikeData, type Recipe } from "../recipe/index.ts";
import { framing, normalisationOf } from "./data/index.ts";
import { recipeHash } from "./identity.ts";
import type { Task } from "./task.ts";
import { VERSION } from "../version.ts";

/** How far a run is, for its file. */
export interface Progress {
  /** Epochs that have ended. */
  readonly epochs: number;
  readonly testAccuracy?: number;
}

/** The file network.myelin of a run. */
export async function runFile(model: Model, task: Task, progress: Progress): Promise<Uint8Array> {
  return encodeRun(model.network, describeRun(model, task, progress));
}

/** All that has to be known of a run to use its network. */
export function describeRun(
  { recipe, description }: Model,
  task: Task,
  { epochs, testAccuracy }: Progress,
): RunDescription {
  const encoder = encoderDescription(recipe);
  const training: TrainingRecord = {
    ...{ name: recipe.name, data: task.data, epochs, seed: recipe.seed },
    ...(testAccuracy !== undefined && { testAccuracy }),
    ...{ recipe: recipeHash(recipe, epochs), version: VERSION, date: new Date().toISOString() },
  };
  return {
    ...{ network: description, input: inputOf(recipe, task) },
    ...(encoder && { encoder }),
    ...{ reading: scoreReading(recipe.loss), classNames: task.classNames, training },
  };
}

function inputOf({ data, timeSteps = 1, seed }: Recipe, { input: shape, sequence }: Task): InputDescription {
  if (isOwnData(data)) return { kind: "values", shape, sequence };
  if (isImageData(data)) {
    const normalise = normalisationOf(data);
    return { kind: "image", shape, ...(normalise && { normalise }) };
  }
  if (isSpikeData(data)) {
    const { timeStep, pool, origin, maxTime, padding } = data;
    const info = datasetInfo(data.name);
    const units = info.kind === "spikes" ? info.units : (shape[0] ?? 1) * pool;
    const cochlea = data.name.startsWith("fsdd") ? FSDD_EAR : {};
    return {
      ...{ kind: "spikes", units, timeStep, pool, origin, padding, cochlea },
      ...(maxTime !== undefined && { maxTime }),
    };
  }
  const { frames, transforms } = data;
  return {
    kind: "events",
    shape,
    framing: framing(frames, timeSteps),
    transforms: transforms.map(given),
    seed,
  };
}

/** A transform without options that were left out. */
function given(transform: object): Record<string, object> {
  return JSON.parse(JSON.stringify(transform)) as Record<string, object>;
}
