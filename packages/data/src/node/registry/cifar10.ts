import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { warn } from "@myelin/core/checks";
import { CIFAR10_RECORD_BYTES, readCifar10, imageDataset } from "../../images/index.ts";
import { concatenate } from "../../bytes/index.ts";
import { contentLength, readMaybeGzip } from "../contents/index.ts";
import { extractTarGz } from "../archives/index.ts";
import type { ImageDatasetSpec, Split } from "../dataset-spec.ts";

/** The folder inside the publisher's archive; files may lie there or directly in the data set's folder. */
const ARCHIVE_FOLDER = "cifar-10-batches-bin";

const BATCH_NAMES: Readonly<Record<Split, RegExp>> = {
  train: /^data_batch_\d+\.bin(\.gz)?$/,
  test: /^test_batch\.bin(\.gz)?$/,
};

/** The official files have 10,000 records each; other cuts of the data may have more, up to all of them. */
const MAX_BATCH_BYTES = 60_000 * CIFAR10_RECORD_BYTES;

/** Small colour photographs. Any number of training batches may be there: those present are read, in order. */
export const cifar10: ImageDatasetSpec = {
  info: {
    kind: "images",
    name: "cifar10",
    description: "small photographs, colour, 32 x 32",
    licence: "none stated; free for research",
    homepage: "https://www.cs.toronto.edu/~kriz/cifar.html",
    trainCount: 50000,
    testCount: 10000,
    channels: 3,
    height: 32,
    width: 32,
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  },
  async missingFiles(folder, split) {
    const files = await batchFiles(folder, split);
    if (files.length > 0) return [];
    return [split === "train" ? "data_batch_1.bin" : "test_batch.bin"];
  },
  async read(folder, split) {
    const files = await batchFiles(folder, split);
    const batches = await Promise.all(files.map(readBatch));
    sayGaps(folder, files);
    const { name, channels, height, width, classNames } = cifar10.info;
    return imageDataset({
      name,
      channels,
      height,
      width,
      classNames,
      images: concatenate(batches.map(({ images }) => images)),
      labels: concatenate(batches.map(({ labels }) => labels)),
    });
  },
  async count(folder, split) {
    const counts = await Promise.all((await batchFiles(folder, split)).map(countBatch));
    return counts.reduce((sum, count) => sum + count, 0);
  },
  downloads: [
    {
      file: "cifar-10-binary.tar.gz",
      provides: [...[1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`), "test_batch.bin"],
      urls: [
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/cifar-10-binary.tar.gz",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
      ],
      checksum: { algorithm: "md5", hex: "c32a1d4ab5d03f1284b67883e8d87530" },
      maxBytes: 200_000_000, // 170,052,171
    },
  ],
  async unpack(folder, { file }) {
    const archive = path.join(folder, file);
    await extractTarGz(archive, {
      into: folder,
      maxBytes: 256_000_000, // six batches of 30,730,000 and the names
      wanted: (name) => BATCH_NAMES.train.test(name) || BATCH_NAMES.test.test(name),
    });
    await rm(archive);
  },
};

/** Between two batches that are there, those that are not were lost; only the first ones may be wanted. */
function sayGaps(folder: string, files: readonly string[]): void {
  const numbers = files.map((file) => batchNumber(path.basename(file)));
  const missing = Array.from({ length: Math.max(...numbers) }, (_, i) => i + 1).filter(
    (n) => !numbers.includes(n),
  );
  if (missing.length === 0) return;
  warn(
    `loadDataset: ${folder}: expected training batches 1 to ${Math.max(...numbers)}, got none of number ` +
      `${missing.join(", ")}; trained without. Get the data set again.`,
  );
}

async function readBatch(file: string) {
  return readCifar10(await readMaybeGzip(file, { maxBytes: MAX_BATCH_BYTES }), { name: path.basename(file) });
}

async function countBatch(file: string): Promise<number> {
  const records = (await contentLength(file, { maxBytes: MAX_BATCH_BYTES })) / CIFAR10_RECORD_BYTES;
  return records > 0 && Number.isInteger(records) ? records : (await readBatch(file)).count;
}

/** The batch files of a split in numerical order; a plain file goes before its gzipped twin, which is left out. */
async function batchFiles(folder: string, split: Split): Promise<string[]> {
  for (const place of [folder, path.join(folder, ARCHIVE_FOLDER)]) {
    const names = await readdir(place).catch((): string[] => []);
    const present = names.filter((name) => BATCH_NAMES[split].test(name));
    const files = present.filter((name) => !(name.endsWith(".gz") && present.includes(name.slice(0, -3))));
    if (files.length > 0) {
      return files.sort((a, b) => batchNumber(a) - batchNumber(b)).map((name) => path.join(place, name));
    }
  }
  return [];
}

function batchNumber(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}
