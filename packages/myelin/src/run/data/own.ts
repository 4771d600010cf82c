/** Data of one's own: opened once for both parts, and what a run keeps of them. */
import { FormatError } from "@myelin/core";
import { crc32 } from "@myelin/core/io";
import {
  columnStatistics,
  createDataset,
  type Dataset,
  openImageFolder,
  openSoundFolder,
  openSpikeFiles,
  openTable,
  pixelStatistics,
  type SpikeDataset,
  spikeSequences,
  type Split,
} from "@myelin/data";
import { partsOf } from "../../plugins/index.ts";
import { isPathData, isTableData, type OwnDataRecipe, type Recipe } from "../../recipe/index.ts";
import { partOf, type SamplePart } from "../../records/index.ts";
import { imagePreparation } from "./images.ts";
import type { DataTable } from "./samples.ts";
import { binning } from "./spikes.ts";

/** Data whose samples are read by a part at a time; recordings of event cameras are framed in another way. */
export type OwnSamplesRecipe = Exclude<OwnDataRecipe, { readonly name: "event-folder" }>;

/** Data of one's own that were opened. */
export interface OpenedData {
  /** What is known of them before a sample is read. */
  readonly facts: Pick<DataTable, "classNames" | "units" | "columns">;
  /** The samples of a part as they are stored, and which these are, if not all. */
  part(split: Split): Promise<OwnPart>;
}

/** The samples of a part. */
export interface OwnPart {
  readonly samples: Dataset;
  readonly part: SamplePart | undefined;
  /** A check sum of all samples and labels. */
  readonly contents: string;
}

/** What is told besides the recipe. */
export interface OpenOptions {
  readonly dataDir?: string | undefined;
  readonly table?: DataTable | undefined;
  /** Called while sounds are heard. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/**
 * Opens the data of one's own that a recipe names.
 *
 * @throws MyelinError if they are not there
 * @throws FormatError if there is a class that the run does not know
 */
export async function openOwnData(data: OwnSamplesRecipe, options: OpenOptions): Promise<OpenedData> {
  const division = { test: data.test, splitSeed: data.splitSeed, classNames: options.table?.classNames };
  switch (data.name) {
    case "image-folder":
      return openImages(data, division, options);
    case "sound-folder": {
      const { dataDir, onProgress } = options;
      const { cochlea } = data;
      const folder = await openSoundFolder(data.path, { ...division, cochlea, dataDir, onProgress });
      return ofSpikes(data, folder, (split) => folder.open(split));
    }
    case "spike-file": {
      const units = data.units ?? options.table?.units;
      const files = await openSpikeFiles(data.path, { ...division, units });
      return ofSpikes(data, files, (split) => Promise.resolve(files.open(split)));
    }
    case "table": {
      const { label, header, columns, omit, missing } = data;
      const table = await openTable(data.path, { ...division, label, header, columns, omit, missing });
      return {
        facts: { classNames: table.classNames, columns: table.columns },
        part(split) {
          const rows = table.open(split);
          const contents = checksum(rows.values, rows.labels);
          return Promise.resolve({ ...spread(createDataset(rows), limitOf(data, split)), contents });
        },
      };
    }
  }
}

async function openImages(
  data: Extract<OwnSamplesRecipe, { readonly name: "image-folder" }>,
  division: object,
  { table }: OpenOptions,
): Promise<OpenedData> {
  const { resize, fit, background, limit, limitTest } = data;
  const channels = data.channels ?? (table?.input?.[0] as 1 | 3 | undefined);
  const limits = { train: limit, test: limitTest };
  const options = { ...division, resize, fit, background, channels, limit: limits };
  const { classNames, counts, open } = await openImageFolder(data.path, options);
  return {
    facts: { classNames },
    async part(split) {
      const images = await open(split);
      return {
        samples: createDataset(images),
        part: partOf(counts[split], limits[split], "spread"),
        contents: checksum(images.images, images.labels),
      };
    },
  };
}

function ofSpikes(
  data: Extract<OwnSamplesRecipe, { readonly name: "sound-folder" | "spike-file" }>,
  { classNames, units }: { readonly classNames: readonly string[]; readonly units: number },
  open: (split: Split) => Promise<SpikeDataset>,
): OpenedData {
  return {
    facts: { classNames, units },
    async part(split) {
      const spikes = await open(split);
      const contents = checksum(spikes.times, spikes.unitIds, spikes.offsets, spikes.labels);
      const all = createDataset(spikeSequences(spikes, binning(data)));
      return { ...spread(all, limitOf(data, split)), contents };
    },
  };
}

function limitOf({ limit, limitTest }: OwnSamplesRecipe, split: Split): number | undefined {
  return split === "train" ? limit : limitTest;
}

/** Some samples, from everywhere: they may lie class by class. */
function spread(all: Dataset, limit: number | undefined): Pick<OwnPart, "samples" | "part"> {
  const part = partOf(all.count, limit, "spread");
  if (part === undefined) return { samples: all, part };
  const places = Array.from({ length: part.used }, (_, i) => Math.floor((i * all.count) / part.used));
  return { samples: all.select(places), part };
}

function checksum(...arrays: readonly ArrayBufferView[]): string {
  const sums = arrays.map(({ buffer, byteOffset, byteLength }) =>
    crc32(new Uint8Array(buffer, byteOffset, byteLength))
      .toString(16)
      .padStart(8, "0"),
  );
  return sums.join("-");
}

/** What is measured on the training samples, for all parts. */
export function measure({ data }: Recipe, { images, rows }: Dataset): Pick<DataTable, "normalise"> {
  if (data.name === "image-folder" && data.normalise === true && images) {
    const { mean, std } = pixelStatistics(images);
    return { normalise: { mean, std: std.map((value) => (value > 0 ? value : 1)) } };
  }
  if (!isTableData(data) || data.normalise === false || !rows) return {};
  return { normalise: columnStatistics(rows, data.normalise) };
}

/** Samples as the network takes them: those that were read are not changed yet. */
export function prepared(
  { data, plugins }: Pick<Recipe, "data" | "plugins">,
  samples: Dataset,
  table: DataTable | undefined,
): Dataset {
  const { images, rows } = samples;
  const { normalise, data: name = samples.name } = table ?? {};
  if (data.name === "image-folder" && images) {
    const preparation = imagePreparation(data, partsOf(plugins).transforms, normalise);
    return createDataset({ ...images, name }, preparation);
  }
  if (isTableData(data) && rows) return createDataset({ ...rows, name }, { normalise });
  return isPathData(data) ? { ...samples, name } : samples;
}

/** @throws FormatError unless training samples are those with which a run was begun */
export function requireSameContents(
  { path }: OwnDataRecipe,
  before: DataTable | undefined,
  contents: string,
): void {
  if (before?.contents === undefined || before.contents === contents) return;
  throw new FormatError(
    `--resume: expected the training samples with which the run was begun, got others in ${path}. ` +
      "Bring them back, or train again with --out.",
  );
}
