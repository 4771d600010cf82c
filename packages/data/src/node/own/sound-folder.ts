import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  checkFunction,
  checkInteger,
  checkOptions,
  checkText,
  isPlainObject,
  refuse,
} from "@myelin/core/checks";
import type { CochleaOptions } from "../../cochlea/index.ts";
import { selectSpikes, type SpikeDataset } from "../../spikes/index.ts";
import { checkStop } from "../check-stop.ts";
import type { Split } from "../dataset-spec.ts";
import { unreadableFile } from "../files/index.ts";
import type { DataFolderOptions } from "../find/index.ts";
import {
  checkSplitOptions,
  type ClassFile,
  type FileKind,
  openClassFiles,
  type OwnSplitOptions,
  type PassedOver,
  SPLIT_OPTIONS,
} from "../labelled/index.ts";
import { FSDD_EAR, hearAll, type Recording } from "../speech/index.ts";
import { asSpikes, keepHeard, keptHeard } from "./heard.ts";

/** Options of {@link openSoundFolder}. */
export interface SoundFolderOptions extends OwnSplitOptions, DataFolderOptions {
  /** The ear; a fade of 0.01 seconds, a level of 1 and a pre-emphasis of 0.95 if not told otherwise. */
  readonly cochlea?: CochleaOptions | undefined;
  /** Seed of the nerve fibres; 0 if left out. */
  readonly seed?: number | undefined;
  /** Threads to use; as many as the machine runs at once if left out. */
  readonly threads?: number | undefined;
  /** Called after each recording that is heard. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Stops the hearing: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A folder of sounds of one's own. */
export interface SoundFolder {
  readonly name: string;
  /** The classes of both parts: "2" before "10". */
  readonly classNames: readonly string[];
  /** Channels of the ear. */
  readonly units: number;
  /** How many sounds each part has. */
  readonly counts: Readonly<Record<Split, number>>;
  /** How much of the folder is no sound that is used, and why. */
  readonly passedOver: PassedOver;
  /**
   * Hears the sounds, unless what was heard is kept from before, and gives the spikes of a part.
   *
   * @throws FormatError if there are none or one is damaged; it names the file
   */
  open(split: Split): Promise<SpikeDataset>;
}

/** What is used of a folder of sounds. */
export const SOUNDS: FileKind = { what: "sounds", isWanted: (name) => /\.wave?$/i.test(name) };

const KNOWN = {
  ...SPLIT_OPTIONS,
  ...({ cochlea: true, seed: true, threads: true, onProgress: true, signal: true, dataDir: true } as const),
};

/** Channels of the ear if not told otherwise. */
const CHANNELS = 700;

/**
 * Opens sounds of one's own in WAV: `train/CLASS/FILE` and `test/CLASS/FILE`, or `CLASS/FILE`, of which a share of each
 * class is drawn for testing; or a table of files and labels in CSV. A model of the ear makes spikes of them, in about 0.4
 * seconds of a core for a spoken word and 700 channels; what it heard is kept in the data folder.
 *
 * @throws MyelinError if the folder cannot be read or a link leads to a folder that holds it
 * @throws FormatError if there is no sound or a class is not in `classNames`
 * @example
 * const folder = await openSoundFolder("my-sounds", { cochlea: { channels: 140 } });
 * const train = createDataset(spikeSequences(await folder.open("train"), { pool: 1 }));
 */
export async function openSoundFolder(
  folder: string,
  options: SoundFolderOptions = {},
): Promise<SoundFolder> {
  checkText("openSoundFolder.folder", folder);
  const checked = checkOptions<SoundFolderOptions>("openSoundFolder", options, KNOWN);
  checkSplitOptions("openSoundFolder", checked);
  checkSoundOptions(checked);
  const { name, classNames, counts, passedOver, of } = await openClassFiles(folder, SOUNDS, checked);
  const all = [...(counts.train > 0 ? of("train") : []), ...(counts.test > 0 ? of("test") : [])];
  let heard: Promise<SpikeDataset> | undefined;
  return {
    ...{ name, classNames, counts, passedOver },
    units: checked.cochlea?.channels ?? CHANNELS,
    async open(split) {
      of(split);
      const spikes = await (heard ??= hearFiles(all, name, classNames, checked));
      const begin = split === "train" ? 0 : counts.train;
      return selectSpikes(
        spikes,
        Uint32Array.from({ length: counts[split] }, (_, i) => begin + i),
      );
    },
  };
}

function checkSoundOptions({
  cochlea,
  seed,
  threads,
  onProgress,
  signal,
  dataDir,
}: SoundFolderOptions): void {
  if (cochlea !== undefined && !isPlainObject(cochlea)) {
    refuse("openSoundFolder.cochlea", "an options object such as { channels: 70 }", cochlea);
  }
  if (seed !== undefined) checkInteger("openSoundFolder.seed", seed, {});
  if (threads !== undefined) checkInteger("openSoundFolder.threads", threads, { min: 1 });
  if (onProgress !== undefined) checkFunction("openSoundFolder.onProgress", onProgress);
  if (dataDir !== undefined) checkText("openSoundFolder.dataDir", dataDir);
  checkStop("openSoundFolder.signal", signal);
}

/** The spikes of all files, in their order: as kept from before, or heard now. */
async function hearFiles(
  files: readonly ClassFile[],
  name: string,
  classNames: readonly string[],
  { cochlea: told, seed = 0, threads, onProgress, signal, dataDir }: SoundFolderOptions,
): Promise<SpikeDataset> {
  const cochlea = { channels: CHANNELS, ...FSDD_EAR, ...told };
  const recordings: Recording[] = [];
  const hash = createHash("sha256").update(JSON.stringify({ cochlea, seed }));
  for (const { path: file } of files) {
    const bytes = new Uint8Array(await readFile(file).catch(unreadableFile("openSoundFolder", file)));
    recordings.push({ name: file, bytes });
    hash.update(createHash("sha256").update(bytes).digest());
  }
  const key = hash.digest("hex").slice(0, 32);
  const labels = files.map(({ className }) => classNames.indexOf(className));
  const facts = { name, classNames, labels, units: cochlea.channels };
  const kept = await keptHeard(key, { dataDir });
  if (kept !== undefined) return asSpikes(kept, facts);
  const total = recordings.length;
  const onDone = onProgress && ((done: number) => onProgress({ done, total }));
  const heard = await hearAll(recordings, { cochlea, seed, threads, onDone, signal });
  return asSpikes(await keepHeard(key, heard, { dataDir }), facts);
}
