import { idxDataset, type IdxFiles } from "./idx-dataset.ts";
import type { ImageDatasetSpec, Download } from "../dataset-spec.ts";

/** MD5 of the files before compression: they hold for recompressed copies too. */
const FILES: IdxFiles = {
  train: {
    images: { file: "train-images-idx3-ubyte", md5: "f4a8712d7a061bf5bd6d2ca38dc4d50a" },
    labels: { file: "train-labels-idx1-ubyte", md5: "9018921c3c673c538a1fc5bad174d6f9" },
  },
  test: {
    images: { file: "t10k-images-idx3-ubyte", md5: "8181f5470baa50b63fa0f6fddb340f0a" },
    labels: { file: "t10k-labels-idx1-ubyte", md5: "15d484375f8d13e6eb1aabb0c3f46965" },
  },
};

const MIRRORS = [
  "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
  "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
];

/** The publisher's files; the MD5 are those in the README of zalandoresearch/fashion-mnist. */
const DOWNLOADS: readonly Download[] = [
  download("train-images-idx3-ubyte", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
  download("train-labels-idx1-ubyte", "25c81989df183df01b3e8a0aad5dffbe"),
  download("t10k-images-idx3-ubyte", "bef4ecab320f06d8554ea6380940ec79"),
  download("t10k-labels-idx1-ubyte", "bb300cfdad3c16e7a12a480ee83cd310"),
];

/** Pictures of clothes, in the format of MNIST. */
export const fashionMnist: ImageDatasetSpec = {
  ...idxDataset(
    {
      kind: "images",
      name: "fashion-mnist",
      description: "pictures of clothes, grey, 28 x 28",
      licence: "MIT",
      homepage: "https://github.com/zalandoresearch/fashion-mnist",
      trainCount: 60000,
      testCount: 10000,
      channels: 1,
      height: 28,
      width: 28,
      classNames: [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
      ],
    },
    FILES,
  ),
  downloads: DOWNLOADS,
};

function download(name: string, md5: string): Download {
  const file = `${name}.gz`;
  return {
    file,
    provides: [name],
    urls: MIRRORS.map((mirror) => mirror + file),
    checksum: { algorithm: "md5", hex: md5 },
    maxBytes: 30_000_000, // the largest of the four has 26,421,880
  };
}
