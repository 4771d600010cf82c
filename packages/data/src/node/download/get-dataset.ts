import { rm } from "node:fs/promises";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOptions,
  checkText,
} from "@myelin/core/checks";
import { checkStop } from "../check-stop.ts";
import { makeEvents } from "../load/index.ts";
import { checkDataDir, dataFolders, type DataFolderOptions, findCompleteFolder } from "../find/index.ts";
import { makeFolder, onDisk, removeStaleAsides, removeStaleLocks, waitForLock } from "../files/index.ts";
import { findPlainOrGzip } from "../contents/index.ts";
import type { RecordingProgress } from "../generated/index.ts";
import type { DatasetSpec, Download } from "../dataset-spec.ts";
import { findSpec } from "../registry/index.ts";
import { downloadFile, type DownloadOptions } from "./download-file.ts";

/** Options of {@link getDataset}. */
export interface GetDatasetOptions extends DataFolderOptions, DownloadOptions {
  /** Base addresses to take the files from, instead of the publisher's and its mirrors. */
  readonly mirrors?: readonly string[] | undefined;
  /** Told about each recording of a data set that is made. */
  readonly onRecording?: RecordingProgress | undefined;
}

const KNOWN = {
  dataDir: true,
  mirrors: true,
  signal: true,
  timeoutMs: true,
  attempts: true,
  pauseMs: true,
  onProgress: true,
  onRecording: true,
} as const;

/**
 * Downloads a named data set into the folder of its name below `dataDir` (or `$MYELIN_DATA`, or the per-user cache).
 * Files that are there already are kept; a download that was cut is continued. Every file is checked against its
 * published checksum before it gets its name. A data set that is made of another one is made, once that one is there.
 *
 * @returns the folder with the data set
 * @throws MyelinError if the name is unknown, if no place delivers a file (with the failure of each), or if the folder
 * cannot be written
 * @example await getDataset("fashion-mnist", { onProgress: ({ received, total }) => ... });
 */
export async function getDataset(name: string, options: GetDatasetOptions = {}): Promise<string> {
  checkAll(options);
  const spec = findSpec(name);
  for (const dataFolder of dataFolders({ dataDir: options.dataDir })) {
    await removeStaleAsides(dataFolder);
    await removeStaleLocks(dataFolder);
  }
  if (spec.bundledFolder) return spec.bundledFolder();
  if ("madeFrom" in spec && spec.madeFrom) {
    const made = await findCompleteFolder(spec, options);
    if (made) return made;
    await getDataset(spec.madeFrom.source, options);
    const { dataDir, signal, onRecording: onProgress } = options;
    return makeEvents(spec, { dataDir, signal, onProgress });
  }
  if (spec.getWith !== undefined) {
    throw new MyelinError(
      `getDataset: expected a data set to download, got ${name}. Get it with: ${spec.getWith}`,
    );
  }
  const folder = path.join(dataFolders({ dataDir: options.dataDir })[0]!, name);
  if (spec.byHand !== undefined) return findByHand(spec, options);
  await installDataset(spec, folder, options);
  return folder;
}

function checkAll(options: GetDatasetOptions): void {
  checkOptions("getDataset", options, KNOWN);
  checkDataDir("getDataset", options.dataDir);
  const { mirrors, signal, timeoutMs, attempts, pauseMs, onProgress, onRecording } = options;
  if (mirrors !== undefined) checkArray("getDataset.mirrors", mirrors, "an array of addresses", checkText);
  checkStop("getDataset.signal", signal);
  if (timeoutMs !== undefined) checkNumber("getDataset.timeoutMs", timeoutMs, { above: 0 });
  if (attempts !== undefined) checkInteger("getDataset.attempts", attempts, { min: 1 });
  if (pauseMs !== undefined) checkNumber("getDataset.pauseMs", pauseMs, { min: 0 });
  if (onProgress !== undefined) checkFunction("getDataset.onProgress", onProgress);
  if (onRecording !== undefined) checkFunction("getDataset.onRecording", onRecording);
}

/** A data set that no address delivers: where it is, or how to get it. */
async function findByHand(spec: DatasetSpec, options: DataFolderOptions): Promise<string> {
  const folder = await findCompleteFolder(spec, options);
  if (folder !== undefined) return folder;
  throw new MyelinError(
    `getDataset: expected a data set with an address to download it from, got ${spec.info.name}. ${spec.byHand}`,
  );
}

/** Downloads and unpacks what `folder` does not hold yet of a data set, one process at a time. */
export async function installDataset(
  spec: DatasetSpec,
  folder: string,
  options: GetDatasetOptions,
): Promise<void> {
  await makeFolder(folder);
  // Whoever asks for the same set meanwhile waits, and finds it there.
  const lock = await waitForLock(`${folder}.lock`, options);
  try {
    await removeStaleAsides(folder);
    await onDisk(folder, () => provideFiles(spec, folder, options));
  } finally {
    await lock.release();
  }
}

async function provideFiles(spec: DatasetSpec, folder: string, options: GetDatasetOptions): Promise<void> {
  for (const download of spec.downloads) {
    if (await isProvided(folder, download)) {
      // Whoever was killed before may have left a piece of what has come another way since.
      await rm(path.join(folder, `${download.file}.part`), { force: true });
      continue;
    }
    await downloadFile(folder, withMirrors(download, options.mirrors), options);
    await spec.unpack?.(folder, download);
  }
}

async function isProvided(folder: string, { provides }: Download): Promise<boolean> {
  const found = await Promise.all(provides.map((file) => findPlainOrGzip(folder, file)));
  return found.every((file) => file !== undefined);
}

function withMirrors(download: Download, mirrors: readonly string[] | undefined): Download {
  if (!mirrors) return download;
  return { ...download, urls: mirrors.map((mirror) => `${mirror.replace(/\/$/, "")}/${download.file}`) };
}
