import { checkNumber, checkOptions, checkText } from "@myelin/core/checks";
import { checkBytes } from "./check-bytes.ts";
import { concatenate } from "./concatenate.ts";
import { formatError, plural } from "./format-error.ts";

/** Options of {@link gunzip}. */
export interface GunzipOptions {
  /** Upper limit of the decompressed size: input that exceeds it is refused, whatever it claims. */
  readonly maxBytes: number;
  /** Name of the file in error messages. */
  readonly name?: string;
}

/** Whether the bytes start with gzip's magic number. */
export function isGzip(bytes: Uint8Array): boolean {
  checkBytes("isGzip", bytes);
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses gzip data, in Node and in browsers. Output is counted while it comes, so that a small file that
 * unfolds into a huge one stops at `maxBytes`.
 *
 * @throws FormatError if the data is no gzip data, damaged, cut short or larger than `maxBytes`
 */
export async function gunzip(bytes: Uint8Array, options: GunzipOptions): Promise<Uint8Array<ArrayBuffer>> {
  checkBytes("gunzip", bytes);
  checkOptions("gunzip", options, { maxBytes: true, name: true }, "{ maxBytes: 1e8 }");
  const { maxBytes, name = "gzip data" } = options;
  checkNumber("gunzip.maxBytes", maxBytes, { min: 0 }, "It limits the decompressed size.");
  checkText("gunzip.name", name);
  return decompress(bytes, "gzip", { maxBytes, name });
}

/** The same for zlib data, as they are in PNG images. */
export function inflate(
  bytes: Uint8Array,
  limits: Required<GunzipOptions>,
): Promise<Uint8Array<ArrayBuffer>> {
  return decompress(bytes, "deflate", limits);
}

/** What data are compressed as, by the names of the platform, and how messages call it. */
const READERS = {
  gzip: { reader: "gunzip", what: "gzip data" },
  deflate: { reader: "inflate", what: "zlib data" },
};

async function decompress(
  bytes: Uint8Array,
  format: keyof typeof READERS,
  { maxBytes, name }: Required<GunzipOptions>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream(format)).getReader();
  for (;;) {
    const { done, value } = await readChunk(reader, format, name, length);
    if (done) return concatenate(chunks);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel().catch(() => undefined); // the stream's own complaint would hide ours
      throw formatError({
        reader: READERS[format].reader,
        file: name,
        byte: 0,
        expected: `at most ${plural(maxBytes, "byte")} of decompressed data`,
        got: "more",
        hint: "The file is not what its name says: get it again.",
      });
    }
    chunks.push(value);
  }
}

async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  format: keyof typeof READERS,
  name: string,
  produced: number,
) {
  try {
    return await reader.read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw formatError({
      reader: READERS[format].reader,
      file: name,
      byte: 0,
      expected: `whole and undamaged ${READERS[format].what}`,
      got: `${reason} after ${plural(produced, "decompressed byte")}`,
      ...(ENDS_EARLY.test(reason)
        ? { hint: "The file is cut short: get it again.", kind: "cut short" }
        : { hint: "The file is damaged: get it again.", kind: "damaged" }),
    });
  }
}

/** What Node and browsers say of data that ends within. */
const ENDS_EARLY = /unexpected end|truncated|incomplete/i;
