import { createHash } from "node:crypto";
import path from "node:path";
import { FormatError } from "@myelin/core";
import { formatError } from "../../bytes/index.ts";
import { IDX_HEADER_BYTES, readIdx, readIdxHeader, imageDataset } from "../../images/index.ts";
import { contentLength, contentStart, findPlainOrGzip, readMaybeGzip } from "../contents/index.ts";
import type { ImageDatasetInfo, ImageDatasetSpec, Split } from "../dataset-spec.ts";

/** A file of a data set in IDX format, which may also lie there gzipped, with `.gz` appended. */
export interface IdxFileSpec {
  readonly file: string;
  /** Published MD5 of the file before compression. */
  readonly md5: string;
}

/** The files of a data set in the manner of MNIST. */
export type IdxFiles = Readonly<
  Record<Split, { readonly images: IdxFileSpec; readonly labels: IdxFileSpec }>
>;

/** Largest size of a file that is looked into, after decompression; MNIST's have 47 MB. */
const MAX_IDX_BYTES = 1_000_000_000;

/** How to find and read a data set whose images and labels are IDX files with published checksums. */
export function idxDataset(
  info: ImageDatasetInfo,
  files: IdxFiles,
): Pick<ImageDatasetSpec, "info" | "missingFiles" | "read" | "count"> {
  return {
    info,
    async missingFiles(folder, split) {
      const { images, labels } = files[split];
      const found = await Promise.all([
        findPlainOrGzip(folder, images.file),
        findPlainOrGzip(folder, labels.file),
      ]);
      return [images, labels].filter((_, i) => found[i] === undefined).map(({ file }) => file);
    },
    async read(folder, split) {
      const count = split === "train" ? info.trainCount : info.testCount;
      const { classNames, channels, height, width } = info;
      const images = await readBytes(folder, files[split].images, [count, height, width]);
      const labels = await readBytes(folder, files[split].labels, [count]);
      return imageDataset({ name: info.name, images, labels, channels, height, width, classNames });
    },
    async count(folder, split) {
      const images = await countEntries(folder, files[split].images);
      const labels = await countEntries(folder, files[split].labels);
      if (images === labels) return images;
      throw new FormatError(
        `listDatasets: ${folder}: expected as many labels as images (${images}), got ${labels}. ` +
          `The files do not belong together: get them again.`,
      );
    },
  };
}

/** The size of the first axis, which the header says. */
async function countEntries(folder: string, spec: IdxFileSpec): Promise<number> {
  const file = (await findPlainOrGzip(folder, spec.file)) ?? path.join(folder, spec.file);
  const name = path.basename(file);
  const options = { maxBytes: MAX_IDX_BYTES };
  const { shape, fileBytes } = readIdxHeader(await contentStart(file, IDX_HEADER_BYTES, options), { name });
  if ((await contentLength(file, options)) !== fileBytes) {
    readIdx(await readMaybeGzip(file, options), { name }); // which says what is wrong
  }
  return shape[0]!;
}

async function readBytes(folder: string, spec: IdxFileSpec, shape: readonly number[]): Promise<Uint8Array> {
  const file = (await findPlainOrGzip(folder, spec.file)) ?? path.join(folder, spec.file);
  const name = path.basename(file);
  const valueBytes = shape.reduce((product, size) => product * size, 1);
  const bytes = await readMaybeGzip(file, { maxBytes: 4 + 4 * shape.length + valueBytes });
  const idx = readIdx(bytes, { name });
  if (!(idx.data instanceof Uint8Array) || idx.shape.join() !== shape.join()) {
    throw formatError({
      reader: "loadDataset",
      file: name,
      byte: 0,
      expected: `unsigned bytes of shape [${shape.join(", ")}]`,
      got: `${idx.data.constructor.name} of shape [${idx.shape.join(", ")}]`,
      hint: "The file belongs to another data set or split.",
    });
  }
  checkMd5(file, bytes, spec.md5);
  return idx.data;
}

function checkMd5(file: string, bytes: Uint8Array, expected: string): void {
  const got = createHash("md5").update(bytes).digest("hex");
  if (got === expected) return;
  throw new FormatError(
    `loadDataset: ${file}: expected the published MD5 ${expected}, got ${got}. ` +
      `The contents were changed or damaged: delete the file and get it again.`,
  );
}
