import { MyelinError } from "@myelin/core";
import { describeValue } from "@myelin/core/checks";
import { cifar10 } from "./cifar10.ts";
import { cifar10Dvs, nCaltech101, pokerDvs } from "./class-folder-sets.ts";
import { dvsGesture } from "./dvs-gesture.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { fashionMotion, imageEvents } from "./generated-events.ts";
import { fsdd, fsddSpeakers } from "./fsdd.ts";
import { mnist } from "./mnist.ts";
import { nMnist, nMnistRaw } from "./n-mnist.ts";
import { shd } from "./shd.ts";
import { ssc } from "./ssc.ts";
import type {
  DatasetInfo,
  DatasetSpec,
  EventDatasetSpec,
  ImageDatasetSpec,
  SpikeDatasetSpec,
} from "../dataset-spec.ts";

export { FSDD_CLASSES, FSDD_FILES } from "./fsdd.ts";
/** Every data set that has a name. To add one, write its spec and put it here. */
export const DATASETS: readonly DatasetSpec[] = [
  mnist,
  fashionMnist,
  cifar10,
  shd,
  ssc,
  fsdd,
  fsddSpeakers,
  nMnist,
  nMnistRaw,
  nCaltech101,
  cifar10Dvs,
  dvsGesture,
  pokerDvs,
  fashionMotion,
  ...imageEvents,
];

/** The spec of each kind of data set. */
export interface SpecOfKind {
  readonly images: ImageDatasetSpec;
  readonly spikes: SpikeDatasetSpec;
  readonly events: EventDatasetSpec;
}

/** Which function reads each kind of data set. */
const LOADERS: Readonly<Record<DatasetInfo["kind"], string>> = {
  images: "loadDataset",
  spikes: "loadSpikes",
  events: "loadEvents",
};

/**
 * The data set called `name`.
 *
 * @throws MyelinError that lists the names there are
 */
export function findSpec(name: string): DatasetSpec {
  const spec = DATASETS.find(({ info }) => info.name === name);
  if (spec) return spec;
  const names = DATASETS.map(({ info }) => info.name).join(", ");
  throw new MyelinError(
    `loadDataset: expected a data set name, got ${describeValue(name)}. Known names: ${names}.`,
  );
}

/**
 * What is known about the data set called `name` without reading it.
 *
 * @throws MyelinError that lists the names there are
 */
export function datasetInfo(name: string): DatasetInfo {
  return findSpec(name).info;
}

/**
 * The data set called `name`, which is of a certain kind.
 *
 * @throws MyelinError if there is none, or if it is of another kind
 */
export function findSpecOfKind<K extends keyof SpecOfKind>(name: string, kind: K): SpecOfKind[K] {
  const spec = findSpec(name);
  if (spec.info.kind === kind) return spec as SpecOfKind[K];
  throw new MyelinError(
    `${LOADERS[kind]}: expected a data set of ${kind}, got ${name}, which holds ${spec.info.kind}. ` +
      `Use ${LOADERS[spec.info.kind]}.`,
  );
}
