import type { ImageDataset, ImageShape } from "../../images/index.ts";

/** The two official parts of a data set. */
export type Split = "train" | "test";

/** What is known about a data set without reading it. */
export interface DatasetInfo extends ImageShape {
  /** The name under which {@link loadDataset} knows it. */
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  readonly homepage: string;
  readonly classNames: readonly string[];
  /** Numbers of samples, as published. */
  readonly trainCount: number;
  readonly testCount: number;
}

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
export interface DatasetSpec {
  readonly info: DatasetInfo;
  /** A folder that an installed package brings along, searched before the data folders. */
  readonly bundledFolder?: () => string;
  /** Which files a folder lacks for a split; none means that `read` can start. */
  missingFiles(folder: string, split: Split): Promise<string[]>;
  read(folder: string, split: Split): Promise<ImageDataset>;
  readonly downloads: readonly Download[];
  /** Turns a downloaded file in `folder` into the files that `read` wants, where they differ. */
  readonly unpack?: (folder: string, download: Download) => Promise<void>;
}
