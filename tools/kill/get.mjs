// `node get.mjs FOLDER URL SHA256`: downloads the file of an address as `myelin data get` does the files of a data set,
// whose checksums are published and whose bytes are not at hand here.

import { basename } from "node:path";
import { installDataset } from "../../packages/data/dist/node/download/get-dataset.js";

const [folder = "", url = "", hex = ""] = process.argv.slice(2);
const file = basename(url);
const downloads = [
  { file, urls: [url], provides: [file], maxBytes: 2 ** 30, checksum: { algorithm: "sha256", hex } },
];
await installDataset(/** @type {never} */ ({ downloads }), folder, {});
