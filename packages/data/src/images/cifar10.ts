import { checkOptions, checkText } from "@myelin/core/checks";
import { checkBytes, formatError } from "../bytes/index.ts";

/** The records of one or more CIFAR-10 batch files. */
export interface Cifar10File {
  /** uint8 [count, 3, 32, 32]: red, green and blue planes. */
  readonly images: Uint8Array;
  /** uint8 [count], each 0 .. 9. */
  readonly labels: Uint8Array;
  readonly count: number;
}

const CLASSES = 10;
const IMAGE_BYTES = 3 * 32 * 32;

/** One record of the binary version: the label, then the planes. */
export const CIFAR10_RECORD_BYTES = 1 + IMAGE_BYTES;

/**
 * Reads one file of the CIFAR-10 binary version: records of a label byte and 3,072 pixel bytes, nothing else.
 *
 * @param bytes the whole file, not compressed (see {@link gunzip})
 * @throws FormatError if the file is empty, ends inside a record or holds a label above 9
 * @source A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009; the data set's page, "Binary version"
 */
export function readCifar10(
  bytes: Uint8Array | ArrayBuffer,
  options: { readonly name?: string } = {},
): Cifar10File {
  const { name = "CIFAR-10 data" } = checkOptions("readCifar10", options, { name: true });
  checkText("readCifar10.name", name);
  const array = checkBytes("readCifar10", bytes);
  const count = countRecords(array.length, name);
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * CIFAR10_RECORD_BYTES;
    labels[i] = readLabel(array, at, name);
    images.set(array.subarray(at + 1, at + CIFAR10_RECORD_BYTES), i * IMAGE_BYTES);
  }
  return { images, labels, count };
}

function countRecords(length: number, file: string): number {
  const rest = length % CIFAR10_RECORD_BYTES;
  if (length === 0 || rest !== 0) {
    throw formatError({
      reader: "readCifar10",
      file,
      byte: length - rest,
      expected: `whole records of ${CIFAR10_RECORD_BYTES} bytes`,
      got: length === 0 ? "an empty file" : `${rest} bytes after the last one`,
      hint: "The file is cut short or not of the binary version: get it again.",
      kind: "cut short",
    });
  }
  return length / CIFAR10_RECORD_BYTES;
}

function readLabel(bytes: Uint8Array, at: number, file: string): number {
  const label = bytes[at] ?? Number.NaN;
  if (label < CLASSES) return label;
  throw formatError({
    reader: "readCifar10",
    file,
    byte: at,
    expected: `a label from 0 to ${CLASSES - 1}`,
    got: String(label),
    hint: "The file is damaged or not of the binary version of CIFAR-10: get it again.",
  });
}
