/** What the ear made of sounds, kept so that they are heard once. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import { decodeSafetensors, encodeSafetensors, type TensorData } from "@myelin/core/io";
import type { CochleaSpikes } from "../../cochlea/index.ts";
import { packSpikes, type SpikeDataset, spikeDataset, type SpikeDatasetParts } from "../../spikes/index.ts";
import { DiskError, makeFolder, replaceFile } from "../files/index.ts";
import { dataFolders, type DataFolderOptions } from "../find/index.ts";

/** Spikes of sounds, one after the other. */
export interface Heard {
  /** f32 [spikes], seconds. */
  readonly times: Float32Array;
  /** uint16 [spikes]. */
  readonly unitIds: Uint16Array;
  /** uint32 [sounds + 1]. */
  readonly offsets: Uint32Array;
}

/** Changes when the ear gives other spikes. */
const VERSION = "1";

function fileOf(folder: string, key: string): string {
  return path.join(folder, "heard", `${key}-${VERSION}.safetensors`);
}

/** What was heard with these sounds and this ear before; undefined if it is nowhere, or damaged. */
export async function keptHeard(key: string, options: DataFolderOptions): Promise<Heard | undefined> {
  for (const folder of dataFolders(options)) {
    const bytes = await readFile(fileOf(folder, key)).catch(() => undefined);
    const heard = bytes && decode(bytes);
    if (heard) return heard;
  }
  return undefined;
}

/** Keeps what was heard in the first data folder that can be written to, if there is one. */
export async function keepHeard(
  key: string,
  spikes: readonly CochleaSpikes[],
  options: DataFolderOptions,
): Promise<Heard> {
  const heard = packSpikes(spikes);
  const tensors = new Map(
    Object.entries(heard).map(([name, data]: [string, TensorData["data"]]) => [
      name,
      { data, shape: [data.length] },
    ]),
  );
  const bytes = encodeSafetensors(tensors);
  for (const folder of dataFolders(options)) {
    try {
      await makeFolder(path.join(folder, "heard"));
      await replaceFile(fileOf(folder, key), bytes);
      break;
    } catch (error) {
      // A folder that cannot be written to costs time alone: the sounds are heard again.
      if (!(error instanceof DiskError)) throw error;
    }
  }
  return heard;
}

/** Spikes with their labels. */
export function asSpikes(
  heard: Heard,
  facts: Pick<SpikeDatasetParts, "name" | "classNames" | "labels" | "units">,
): SpikeDataset {
  return spikeDataset({ ...facts, ...heard });
}

function decode(bytes: Uint8Array): Heard | undefined {
  try {
    const { tensors } = decodeSafetensors(bytes);
    const [times, unitIds, offsets] = ["times", "unitIds", "offsets"].map((name) => tensors.get(name)?.data);
    const isWhole =
      times instanceof Float32Array && unitIds instanceof Uint16Array && offsets instanceof Uint32Array;
    return isWhole ? { times, unitIds, offsets } : undefined;
  } catch (error) {
    if (error instanceof MyelinError) return undefined;
    throw error;
  }
}
