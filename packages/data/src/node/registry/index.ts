import { MyelinError } from "@myelin/core";
import { cifar10 } from "./cifar10.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { mnist } from "./mnist.ts";
import type { DatasetSpec } from "./spec.ts";

export type { Checksum, DatasetInfo, DatasetSpec, Download, Split } from "./spec.ts";

/** Every data set that has a name. To add one, write its `DatasetSpec` and put it here. */
export const DATASETS: readonly DatasetSpec[] = [mnist, fashionMnist, cifar10];

/**
 * The data set called `name`.
 *
 * @throws MyelinError that lists the names there are
 */
export function findSpec(name: string): DatasetSpec {
  const spec = DATASETS.find(({ info }) => info.name === name);
  if (spec) return spec;
  const names = DATASETS.map(({ info }) => info.name).join(", ");
  throw new MyelinError(`loadDataset: expected a data set name, got "${name}". Known names: ${names}.`);
}
