import { access, constants, mkdir } from "node:fs/promises";
import path from "node:path";
import { FormatError, MyelinError } from "@myelin/core";
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOptions,
  checkText,
  isPlainObject,
  refuse,
} from "@myelin/core/checks";
import type { CochleaOptions, CochleaSpikes } from "../../cochlea/index.ts";
import { packSpikes, spikeDataset, type SpikeDataset } from "../../spikes/index.ts";
import { dataFolders, type DataFolderOptions } from "../find/index.ts";
import { FSDD_CLASSES, FSDD_FILES } from "../registry/index.ts";
import { checkStop } from "../check-stop.ts";
import { removeStaleAsides } from "../files/index.ts";
import { readZip } from "../archives/index.ts";
import { writeSpikesFile } from "../spikes/index.ts";
import { hearAll, type Recording } from "./hear-all.ts";

/** The archive of the recordings, as it lies in the folder `fsdd`. */
export const FSDD_ARCHIVE = "free-spoken-digit-dataset.zip";

/** Recordings with a smaller index than this are the official test samples. */
const TEST_INDICES = 5;

/**
 * How FSDD is heard if not told otherwise. Its words are cut close, so that a long fade takes their beginnings and ends;
 * high tones are weak in it, and a perceptron on the spikes gains 9 points by the pre-emphasis and the level.
 */
export const FSDD_EAR: CochleaOptions = { fade: 0.01, level: 1, preEmphasis: 0.95 };

/** More than this is not taken out of an archive; the published one has 21 MB of recordings. */
const MAX_BYTES = 500_000_000;

/** How far a conversion is. */
export interface ConvertProgress {
  /** Recordings that are done, and all of them. */
  readonly done: number;
  readonly total: number;
}

/** Options of {@link convertFsdd}. */
export interface ConvertFsddOptions extends DataFolderOptions {
  /** The zip archive; looked for as `fsdd/free-spoken-digit-dataset.zip` in the data folders if left out. */
  readonly archive?: string | undefined;
  /** Makes the files anew although they are there. */
  readonly force?: boolean | undefined;
  /** Called after each recording. */
  readonly onProgress?: ((progress: ConvertProgress) => void) | undefined;
  /** Threads to use; as many as the machine runs at once if left out. */
  readonly threads?: number | undefined;
  /** Seed of the nerve fibres; 0 if left out. */
  readonly seed?: number | undefined;
  /** Stops the conversion: it throws the signal's reason. A file that is done is kept. */
  readonly signal?: AbortSignal | undefined;
  /** The ear; a fade of 0.01 seconds, a level of 1 and a pre-emphasis of 0.95 if not told otherwise. */
  readonly cochlea?: CochleaOptions | undefined;
}

/** What {@link convertFsdd} made, or found. */
export interface ConvertedFsdd {
  /** The folder with `fsdd_train.h5` and `fsdd_test.h5`. */
  readonly folder: string;
  /** Whether they were there already. */
  readonly cached: boolean;
}

/**
 * Turns the recordings of the Free Spoken Digit Dataset into spikes and writes them as two HDF5 files in the layout of
 * SHD: `fsdd_test.h5` with the official test recordings, index 0 to 4 of each digit and speaker, and `fsdd_train.h5` with
 * the others. They go to the folder `fsdd` of the first data folder that can be written to.
 *
 * @throws MyelinError if the archive is nowhere or no folder can be written to
 * @throws FormatError if the archive or a recording is damaged
 * @source https://github.com/Jakobovski/free-spoken-digit-dataset, CC BY-SA 4.0
 */
export async function convertFsdd(options: ConvertFsddOptions = {}): Promise<ConvertedFsdd> {
  checkAll(options);
  const folders = dataFolders({ dataDir: options.dataDir }).map((folder) => path.join(folder, "fsdd"));
  if (!options.force) {
    for (const folder of folders) if (await isConverted(folder)) return { folder, cached: true };
  }
  const archive = options.archive ?? (await findArchive(folders));
  const folder = await firstWritable(folders);
  await removeStaleAsides(folder);
  const entries = await readZip(archive, {
    wanted: (name) => name.toLowerCase().endsWith(".wav"),
    maxBytes: MAX_BYTES,
  });
  const recordings = describe(entries, path.basename(archive));
  const total = recordings.length;
  const spikes = await hearAll(recordings, {
    ...options,
    cochlea: { ...FSDD_EAR, ...options.cochlea },
    onDone: (done) => options.onProgress?.({ done, total }),
  });
  for (const split of ["train", "test"] as const) {
    const members = [...recordings.keys()].filter((i) => isTest(recordings[i]!) === (split === "test"));
    await writeSpikesFile(path.join(folder, FSDD_FILES[split]), gather(recordings, spikes, members, options));
  }
  return { folder, cached: false };
}

const KNOWN = {
  dataDir: true,
  archive: true,
  force: true,
  onProgress: true,
  threads: true,
  seed: true,
  signal: true,
  cochlea: true,
} as const;

function checkAll(options: ConvertFsddOptions): void {
  checkOptions("convertFsdd", options, KNOWN);
  const { archive, force, onProgress, threads, seed, cochlea, signal } = options;
  checkStop("convertFsdd.signal", signal);
  if (archive !== undefined) checkText("convertFsdd.archive", archive, "It is the path of a zip archive.");
  if (force !== undefined) checkBoolean("convertFsdd.force", force);
  if (onProgress !== undefined) checkFunction("convertFsdd.onProgress", onProgress);
  if (threads !== undefined) checkInteger("convertFsdd.threads", threads, { min: 1 });
  if (seed !== undefined) checkInteger("convertFsdd.seed", seed, {});
  if (cochlea !== undefined && !isPlainObject(cochlea)) {
    refuse("convertFsdd.cochlea", "an options object such as { channels: 70 }", cochlea);
  }
}

/** A recording and what its name says about it. */
interface SpokenDigit extends Recording {
  readonly digit: number;
  readonly speaker: number;
  readonly index: number;
}

/** Reads `{digit}_{speaker}_{index}.wav`; speakers are numbered in alphabetical order. */
function describe(entries: ReadonlyMap<string, Uint8Array>, archive: string): SpokenDigit[] {
  const parsed = [...entries].flatMap(([name, bytes]) => {
    const [, digit, speaker, index] = /^(\d)_(\w+)_(\d+)\.wav$/i.exec(name) ?? [];
    if (digit === undefined || speaker === undefined) return [];
    return [{ name, bytes, digit: Number(digit), speaker, index: Number(index) }];
  });
  const speakers = [...new Set(parsed.map(({ speaker }) => speaker))].sort();
  const recordings = parsed
    .map((recording) => ({ ...recording, speaker: speakers.indexOf(recording.speaker) }))
    .sort((a, b) => a.digit - b.digit || a.speaker - b.speaker || a.index - b.index);
  const tests = recordings.filter(isTest).length;
  if (tests === 0 || tests === recordings.length) {
    throw new FormatError(
      `convertFsdd: ${archive}: expected recordings named {digit}_{speaker}_{index}.wav with indices below and from ` +
        `${TEST_INDICES}, got ${recordings.length}. Get the whole archive of the Free Spoken Digit Dataset.`,
    );
  }
  return recordings;
}

function isTest({ index }: SpokenDigit): boolean {
  return index < TEST_INDICES;
}

function gather(
  recordings: readonly SpokenDigit[],
  spikes: readonly CochleaSpikes[],
  members: readonly number[],
  { cochlea }: ConvertFsddOptions,
): SpikeDataset {
  return spikeDataset({
    name: "FSDD",
    classNames: FSDD_CLASSES,
    units: cochlea?.channels ?? 700,
    labels: Array.from(members, (member) => recordings[member]!.digit),
    sources: Array.from(members, (member) => recordings[member]!.speaker),
    ...packSpikes(members.map((member) => spikes[member]!)),
  });
}

async function isConverted(folder: string): Promise<boolean> {
  const there = await Promise.all(
    Object.values(FSDD_FILES).map((file) => isAccessible(path.join(folder, file), constants.R_OK)),
  );
  return there.every(Boolean);
}

async function findArchive(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const archive = path.join(folder, FSDD_ARCHIVE);
    if (await isAccessible(archive, constants.R_OK)) return archive;
  }
  throw new MyelinError(
    `convertFsdd: expected ${FSDD_ARCHIVE} in one of the data folders, got none in ${folders.join("; ")}. ` +
      `Get it as a zip file from https://github.com/Jakobovski/free-spoken-digit-dataset and name it.`,
  );
}

async function firstWritable(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    await mkdir(folder, { recursive: true }).catch(() => undefined);
    if (await isAccessible(folder, constants.W_OK)) return folder;
  }
  throw new MyelinError(
    `convertFsdd: expected a data folder that can be written to, got ${folders.join("; ")}. Choose one with --data-dir.`,
  );
}

function isAccessible(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
