import type { EventRecordings } from "../events/index.ts";
import type { ImageDataset, ImageShape } from "../images/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";

/** The two official parts that every data set has. */
export type Split = "train" | "test";

/** The parts of data sets that publish a validation part too. */
export type SplitWithValidation = Split | "validation";

/** What is known about a data set of any kind without reading it. */
interface DatasetFacts {
  /** The name under which the loaders know it. */
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  readonly homepage: string;
  readonly classNames: readonly string[];
  /** Numbers of samples, as published. */
  readonly trainCount: number;
  readonly testCount: number;
}

/** Facts about images of one size. */
export interface ImageDatasetInfo extends DatasetFacts, ImageShape {
  readonly kind: "images";
}

/** Facts about spike trains over numbered units, such as the channels of a cochlea. */
export interface SpikeDatasetInfo extends DatasetFacts {
  readonly kind: "spikes";
  readonly units: number;
  /** Samples of the published validation part; absent if there is none. */
  readonly validationCount?: number;
}

/** Facts about recordings of event cameras. */
export interface EventDatasetInfo extends DatasetFacts {
  readonly kind: "events";
  readonly width: number;
  readonly height: number;
}

/** What is known about a data set without reading it. */
export type DatasetInfo = ImageDatasetInfo | SpikeDatasetInfo | EventDatasetInfo;

/** A published checksum of a file. */
export interface Checksum {
  readonly algorithm: "md5" | "sha256";
  /** Lower-case hexadecimal digits. */
  readonly hex: string;
}

/** A file to download. */
export interface Download {
  readonly file: string;
  /** The same file at several places, the official one first. */
  readonly urls: readonly string[];
  readonly checksum: Checksum;
  /** The files that a folder has once this one is there and unpacked, without `.gz`. */
  readonly provides: readonly string[];
  /** Upper limit of its size: more is refused while it arrives. */
  readonly maxBytes: number;
}

/** A data set that can be found, read and, where its publisher offers it, downloaded. */
interface SpecOf<Info, Data, Part> {
  readonly info: Info;
  /** A folder that an installed package brings along, searched before the data folders. */
  readonly bundledFolder?: () => string;
  /** Names of its folder inside a data folder, the first that holds it counts; `[info.name]` if left out. */
  readonly folderNames?: readonly string[];
  /** Which files a folder lacks for a split; none means that `read` can start. */
  missingFiles(folder: string, split: Part): Promise<string[]>;
  read(folder: string, split: Part): Promise<Data>;
  /**
   * How many samples of a split lie in a folder where none of its files is missing, from headers and listings alone, so
   * that it takes no time.
   *
   * @throws MyelinError if files are damaged or cannot be read
   */
  count(folder: string, split: Part): Promise<number>;
  readonly downloads: readonly Download[];
  /** How to get it, where no address delivers it to a program: a sentence. */
  readonly byHand?: string;
  /** The command that brings it, where that is not `data get`. */
  readonly getWith?: string;
  /** Turns a downloaded file in `folder` into the files that `read` wants, where they differ. */
  readonly unpack?: (folder: string, download: Download) => Promise<void>;
}

/** How to find and read a data set of images. */
export type ImageDatasetSpec = SpecOf<ImageDatasetInfo, ImageDataset, Split>;

/** How to find and read a data set of spike trains. Only those with `validationCount` have a validation part. */
export type SpikeDatasetSpec = SpecOf<SpikeDatasetInfo, SpikeDataset, SplitWithValidation>;

/** How to find and read recordings of event cameras. */
export interface EventDatasetSpec extends SpecOf<EventDatasetInfo, EventRecordings, Split> {
  /** For recordings that are made of images when they are first asked for. */
  readonly madeFrom?: RecordingSource;
}

/** What recordings are made of. */
export interface RecordingSource {
  /** The name of a data set of images. */
  readonly source: string;
  record(images: ImageDataset, split: Split): EventRecordings;
}

/** A data set of any kind; `info.kind` tells them apart. */
export type DatasetSpec = ImageDatasetSpec | SpikeDatasetSpec | EventDatasetSpec;
