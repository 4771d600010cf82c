import { loadRun, MyelinError, type Prediction, type TrainedRun } from "@myelin/core";
import { isPlainObject } from "@myelin/core/checks";
import { RUN_FILE, type InputDescription, type Sample, type ValuesInput } from "@myelin/core/runs";
import {
  createCochlea,
  decodeImage,
  gunzip,
  isGzip,
  readEventFile,
  readIdx,
  readTable,
  readWav,
  recordingFrames,
} from "@myelin/data";
import { isThere, unreadableFile } from "@myelin/data/files";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { percent } from "../format.ts";
import { loadedPlugin, type Plugin } from "../plugins/index.ts";
import { RunFolder } from "../run/index.ts";

/** Options of `myelin predict`. */
export interface PredictFlags {
  readonly json: boolean;
}

/** A sample of a file, and how to call it. */
interface Named {
  readonly name: string;
  readonly sample: Sample;
}

/**
 * `myelin predict RUN FILE...`: the class of every sample in files: pictures, images in IDX, recordings of event cameras,
 * sounds in WAV, through the ear that the data set heard with, rows of a table.
 *
 * @throws MyelinError if a file is of another kind than what the run was trained on
 */
export async function runPredict(
  source: string,
  files: readonly string[],
  { json }: PredictFlags,
): Promise<void> {
  const run = await loadRun(source, { plugins: await pluginsOf(source) });
  try {
    for (const file of files) {
      for (const { name, sample } of await samplesOf(file, run.description.input)) {
        const line = json
          ? jsonLine(name, run, await run.predict(sample))
          : textLine(name, await run.predict(sample));
        process.stdout.write(`${line}\n`);
      }
    }
  } finally {
    await run.dispose();
  }
}

/** The plugins that the recipe of a run names, if its folder is here. */
async function pluginsOf(source: string): Promise<Plugin[]> {
  const folder = new RunFolder(path.basename(source) === RUN_FILE ? path.dirname(source) : source);
  if (!(await folder.exists())) return [];
  if (!(await isThere(folder.file(RUN_FILE)))) {
    throw new MyelinError(
      `predict ${source}: expected a run with ${RUN_FILE}, got one of an earlier version, without. ` +
        `Write it with: npx myelin export ${folder.path} ${folder.file(RUN_FILE)}`,
    );
  }
  const { plugins = [] } = await folder.recipe();
  return plugins.flatMap((file) => loadedPlugin(file)?.plugin ?? []);
}

function textLine(name: string, { name: found, probability }: Prediction): string {
  return `${name}: ${found} (${percent(probability)})`;
}

function jsonLine(file: string, { classNames }: TrainedRun, found: Prediction): string {
  const { class: label, name, probability } = found;
  const byClass = (values: Float32Array) => Object.fromEntries(classNames.map((own, k) => [own, values[k]]));
  return JSON.stringify({
    ...{ file, class: label, name, probability },
    ...{ scores: byClass(found.scores), probabilities: byClass(found.probabilities) },
  });
}

async function samplesOf(file: string, input: InputDescription): Promise<Named[]> {
  switch (input.kind) {
    case "image":
      return imagesOf(file, input.shape);
    case "events": {
      const sensor = sensorOf(input);
      const events = await readEventFile(file, sensor === undefined ? {} : { sensor });
      return [{ name: file, sample: recordingFrames(events, input) }];
    }
    case "spikes":
      return [{ name: file, sample: await heard(file, input) }];
    case "values":
      return rowsOf(file, input);
  }
}

/** More than this is not unpacked; the images of MNIST have 47 MB. */
const MAX_BYTES = 2 ** 29;

async function bytesOf(file: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readFile(file).catch(unreadableFile("predict", file)));
  return isGzip(bytes)
    ? new Uint8Array(await gunzip(bytes, { maxBytes: MAX_BYTES, name: path.basename(file) }))
    : bytes;
}

/** Two zero bytes, which no picture begins with. */
function isIdx([first, second]: Uint8Array): boolean {
  return first === 0 && second === 0;
}

/** A picture, or the images of an IDX file: [H, W], or [N, H, W]. */
async function imagesOf(
  file: string,
  [channels = 1, height = 0, width = 0]: readonly number[],
): Promise<Named[]> {
  const bytes = await bytesOf(file);
  if (!isIdx(bytes)) return [{ name: file, sample: await decodeImage(bytes, { name: file }) }];
  const { shape, data } = readIdx(bytes, { name: path.basename(file) });
  const size = channels * height * width;
  if (shape.at(-1) !== width || shape.at(-2) !== height || data.length % size !== 0) {
    throw new MyelinError(
      `predict ${file}: expected images of ${channels} x ${height} x ${width}, as the run was trained on, got an IDX file ` +
        `of ${shape.join(" x ")}. Bring them into that size.`,
    );
  }
  const count = data.length / size;
  return Array.from({ length: count }, (_, i) => ({
    name: count === 1 ? file : `${file} ${i}`,
    sample: data.slice(i * size, (i + 1) * size),
  }));
}

/** The rows of a table, with the columns that the run was trained on. */
async function rowsOf(file: string, { columns }: ValuesInput): Promise<Named[]> {
  if (columns === undefined) {
    throw new MyelinError(
      `predict ${file}: expected a run on images, recordings, sounds or tables, got one on plain numbers. Use loadRun in a program.`,
    );
  }
  const { values, rows, lines } = readTable(await bytesOf(file), {
    ...{ name: path.basename(file), label: false, columns: columns.map(choiceOf) },
  });
  const width = columns.length;
  return Array.from({ length: rows }, (_, i) => ({
    name: `${file} line ${lines[i]}`,
    sample: values.slice(i * width, (i + 1) * width),
  }));
}

/** Columns without a name are called by their places. */
function choiceOf(column: string, _: number, all: readonly string[]): string | number {
  return all.every((name) => /^\d+$/.test(name)) ? Number(column) : column;
}

/** The sensor, where nothing has changed the size of its frames. */
function sensorOf({
  shape: [, height, width],
  transforms,
  framing,
}: Extract<InputDescription, { readonly kind: "events" }>): [number, number] | undefined {
  const isSame =
    transforms.length === 0 && !(isPlainObject(framing) && "resize" in framing && framing.resize);
  return isSame && width !== undefined && height !== undefined ? [width, height] : undefined;
}

/** What the ear of the spoken data sets says of a sound. */
async function heard(
  file: string,
  { units: channels, cochlea = {} }: Extract<InputDescription, { readonly kind: "spikes" }>,
): Promise<Sample> {
  const sound = await readWav(await bytesOf(file), { name: path.basename(file) });
  const { times, units } = (await createCochlea({ ...cochlea, channels })).listen(sound, 0);
  return { times, units };
}
