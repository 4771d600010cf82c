import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MyelinError } from "@myelin/core";
import type { Checksum, Download } from "../dataset-spec.ts";
import { fileChecksum } from "./checksum.ts";
import { codeOf } from "../files/index.ts";
import { describeFailure, RefusedError } from "./errors.ts";
import { receive } from "./receive.ts";

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Where it comes from at the moment. */
  readonly url: string;
  /** Bytes on the disk so far. */
  readonly received: number;
  /** Size of the file, if the server says it. */
  readonly total: number | undefined;
}

/** How to download. */
export interface DownloadOptions {
  /** Called while a file arrives. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Stops the download; what arrived is kept and continued next time. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for a server to send something, in milliseconds; 30,000 if left out. */
  readonly timeoutMs?: number | undefined;
  /** Attempts at each place before the next one is tried; 3 if left out. */
  readonly attempts?: number | undefined;
  /** Pause before the second attempt, in milliseconds, doubled for each further one; 1,000 if left out. */
  readonly pauseMs?: number | undefined;
}

/**
 * Downloads a file into `folder`, from the first of its places that delivers it with the right checksum. Data arrives
 * in `<file>.part`, which a later call continues, and gets its name when it is whole and right. A right file that is
 * there already, perhaps put there by hand, is kept.
 *
 * @throws MyelinError that names every place and why it failed
 */
export async function downloadFile(
  folder: string,
  download: Download,
  options: DownloadOptions,
): Promise<void> {
  const target = path.join(folder, download.file);
  const partFile = `${target}.part`;
  if (await isRight(target, download.checksum)) return;
  const failures: string[] = [];
  for (const url of download.urls) {
    const failure = await tryPlace(url, partFile, download, options);
    if (failure === undefined) return rename(partFile, target);
    failures.push(`${url} (${failure})`);
  }
  throw new MyelinError(
    `getDataset: expected ${download.file} from one of ${download.urls.length} places, got none: ` +
      `${failures.join("; ")}. Check the network, or fetch the file by other means and put it into ${folder}.`,
  );
}

/** Why this place did not deliver, or undefined once `partFile` is right. */
async function tryPlace(
  url: string,
  partFile: string,
  download: Download,
  options: DownloadOptions,
): Promise<string | undefined> {
  const { signal, attempts = 3, pauseMs = 1000 } = options;
  let failure: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(pauseMs * 2 ** (attempt - 1), undefined, signal && { signal });
    try {
      const kept = await receiveFrom(url, partFile, download, options);
      failure = await checksumFailure(partFile, download.checksum);
      // What was kept from an earlier call may be the wrong part; alone, this place is wrong.
      if (failure === undefined || kept === 0) return failure;
    } catch (error) {
      signal?.throwIfAborted();
      if (codeOf(error) !== undefined) throw error; // the disk failed, not the network
      failure = describeFailure(error);
      if (error instanceof RefusedError) return failure;
    }
  }
  return failure;
}

function receiveFrom(url: string, partFile: string, { file, maxBytes }: Download, options: DownloadOptions) {
  const { signal, onProgress, timeoutMs = 30_000 } = options;
  const onBytes = (received: number, total: number | undefined) =>
    onProgress?.({ file, url, received, total });
  return receive({ url, partFile, maxBytes, timeoutMs, signal, onBytes });
}

async function isRight(file: string, { algorithm, hex }: Checksum): Promise<boolean> {
  return fileChecksum(file, algorithm).then(
    (got) => got === hex,
    () => false,
  );
}

/** Removes a file whose checksum is wrong and says so. */
async function checksumFailure(file: string, { algorithm, hex }: Checksum): Promise<string | undefined> {
  const got = await fileChecksum(file, algorithm);
  if (got === hex) return undefined;
  await rm(file);
  return `wrong ${algorithm} ${got}, expected ${hex}`;
}
