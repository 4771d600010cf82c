import {
  encodeRun,
  type InputDescription,
  type RunDescription,
  type TrainingRecord,
} from "@myelin/core/runs";
import { datasetInfo, FSDD_EAR } from "@myelin/data";
import { scoreReading, encoderDescription, type Model } from "../model/index.ts";
import {
  isImageData,
  isPathData,
  isPluginData,
  isSpikeData,
  isTableData,
  type Recipe,
} from "../recipe/index.ts";
import type { SpikeDataRecipe } from "../recipe/index.ts";
import { framing, normalisationOf } from "./data/index.ts";
import { partsOf } from "../plugins/index.ts";
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
    ...ownScores(recipe),
  };
}

/** How a loss of a plugin reads scores, if it does so in a way of its own. */
function ownScores({ loss, plugins }: Recipe): Pick<RunDescription, "ownScores"> {
  const { type, ...options } = loss;
  const part = partsOf(plugins).losses[type];
  return part?.scores === undefined ? {} : { ownScores: { loss: type, options } };
}

function inputOf({ data, timeSteps = 1, seed }: Recipe, task: Task): InputDescription {
  const { input: shape, sequence, normalise, columns } = task;
  if (isPluginData(data)) return { kind: "values", shape, sequence };
  if (isTableData(data)) {
    return { kind: "values", shape, sequence, ...(columns && { columns }), ...(normalise && { normalise }) };
  }
  if (isImageData(data)) {
    const scaling = normalisationOf(data, normalise);
    const { fit, background } = data.name === "image-folder" ? data : {};
    return {
      ...{ kind: "image", shape, ...(scaling && { normalise: scaling }) },
      ...(fit && { fit, background }),
    };
  }
  if (isSpikeData(data)) {
    const { timeStep, pool, origin, maxTime, padding } = data;
    return {
      ...{ kind: "spikes", units: unitsOf(data, task), timeStep, pool, origin, padding },
      ...{ cochlea: earOf(data), ...(maxTime !== undefined && { maxTime }) },
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

function unitsOf(data: SpikeDataRecipe, { units, input: [inputs = 1] }: Task): number {
  if (isPathData(data)) return units ?? inputs * data.pool;
  const info = datasetInfo(data.name);
  return info.kind === "spikes" ? info.units : inputs * data.pool;
}

/** How sounds become spikes for a network that was trained on such data. */
function earOf(data: SpikeDataRecipe): object {
  if (data.name === "sound-folder") return data.cochlea;
  return data.name.startsWith("fsdd") ? FSDD_EAR : {};
}

/** A transform without options that were left out. */
function given(transform: object): Record<string, object> {
  return JSON.parse(JSON.stringify(transform)) as Record<string, object>;
}
