import { MyelinError } from "@myelin/core";
import {
  convertEvents,
  convertFsdd,
  convertImagesToEvents,
  listDatasets,
  type CameraOption,
  type WritableFormat,
} from "@myelin/data";
import { count } from "../format.ts";
import { sayStopping } from "./data-command.ts";
import { interruptible } from "./interrupt.ts";
import { Progress } from "./progress.ts";

/** Options of `myelin data convert`. */
export interface ConvertFlags {
  readonly to?: string;
  readonly limit?: number;
  readonly seed?: number;
  readonly dataDir?: string;
  readonly camera?: CameraOption;
  readonly json?: boolean;
}

/**
 * `myelin data convert FROM [TARGET]`: a recording of an event camera into another format, a data set of images into
 * recordings. What is written appears when it is whole.
 *
 * @throws MyelinError if there is no such conversion, or what the conversion throws
 */
export async function convertData(
  from: string,
  target: string | undefined,
  options: ConvertFlags,
): Promise<void> {
  await interruptible(sayStopping, (signal) => convert(from, target, { ...options, signal }));
}

/** The options, and what stops the work. */
interface Flags extends ConvertFlags {
  readonly signal: AbortSignal;
}

async function convert(from: string, target: string | undefined, flags: Flags): Promise<void> {
  if (from === "fsdd") {
    requireUnused("fsdd", { target, "--to": flags.to, "--limit": flags.limit, "--camera": flags.camera });
    return convertSounds(flags);
  }
  const set = (await listDatasets({ dataDir: flags.dataDir })).find(({ name }) => name === from);
  if (set === undefined) return convertFile(from, target, flags);
  if (set.kind === "images" && flags.to === "events") {
    requireUnused(from, { "--camera": flags.camera });
    return convertImages(from, target, flags);
  }
  const got = `${from}${flags.to === undefined ? " alone" : ` --to ${flags.to}`}`;
  throw new MyelinError(
    `data convert: expected a recording, fsdd, or a data set of images with --to events, got ${got}. ` +
      "For instance: npx myelin data convert mnist --to events.",
  );
}

/** Refuses what would change nothing. */
function requireUnused(from: string, given: Readonly<Record<string, unknown>>): void {
  const unused = Object.entries(given).find(([, value]) => value !== undefined);
  if (unused === undefined) return;
  const [name, value] = unused;
  throw new MyelinError(
    `data convert ${from}: expected no ${name} with it, got ${String(value)}. It would change nothing: leave it out.`,
  );
}

async function convertFile(from: string, target: string | undefined, flags: Flags): Promise<void> {
  const { to, camera, json, signal } = flags;
  if (target === undefined) {
    throw new MyelinError(
      `data convert: expected the file to write after ${from}, got none. ` +
        "For instance: npx myelin data convert drive.raw drive.aedat4.",
    );
  }
  requireUnused(from, { "--limit": flags.limit, "--seed": flags.seed });
  const done = await convertEvents(from, target, {
    ...{ format: to as WritableFormat | undefined, camera, signal },
  });
  if (json) return printJson({ file: target, ...done });
  const { events, width, height, skipped } = done;
  const passed = Object.values(skipped).reduce((sum, number) => sum + number, 0);
  process.stdout.write(
    `${target}: ${count(events)} events of ${width} x ${height} in ${done.to}, from ${done.from}` +
      `${passed === 0 ? "" : `; ${count(passed)} passed over, see: npx myelin data info ${from}`}\n`,
  );
}

async function convertImages(name: string, into: string | undefined, flags: Flags): Promise<void> {
  const { dataDir, limit, seed, signal } = flags;
  const progress = new Progress(flags.json);
  try {
    const done = await convertImagesToEvents(name, {
      ...{ dataDir, limit, seed, into, signal },
      onProgress: ({ split, done, total }) => progress.update(`${name} ${split}`, done, total),
    });
    progress.stop();
    if (flags.json) return printJson(done);
    const { folder, train, test } = done;
    process.stdout.write(`${folder}: ${count(train)} + ${count(test)} recordings\n`);
  } finally {
    progress.stop();
  }
}

/** The recordings of FSDD to spikes; files that are there are kept. */
async function convertSounds({ dataDir, seed, json, signal }: Flags): Promise<void> {
  const progress = new Progress(json);
  try {
    const { folder, cached } = await convertFsdd({
      ...{ dataDir, seed, signal },
      onProgress: ({ done, total }) => progress.update("fsdd", done, total),
    });
    progress.stop();
    if (json) return printJson({ folder, cached });
    process.stdout.write(`fsdd_train.h5 and fsdd_test.h5 are in ${folder}${cached ? " already" : ""}\n`);
  } finally {
    progress.stop();
  }
}

/** One object on one line; what is passed over of a recording is in `skipped`, by its reason. */
function printJson(done: object): void {
  process.stdout.write(`${JSON.stringify(done)}\n`);
}
