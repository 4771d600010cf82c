import { gunzip, readCifar10, readIdx, readWav } from "@myelin/data";
import { gzipSync } from "node:zlib";
import { idxBytes } from "../../../packages/data/test/synthetic.ts";
import type { Target } from "../target.ts";

const MOST_BYTES = 100_000;

/** Images, sound and what is packed around them. */
export const imageTargets: readonly Target[] = [
  {
    name: "IDX",
    files: async () => [idxBytes([3, 4, 5], new Uint8Array(60)), idxBytes([2, 2], new Uint8Array(16), 0x0c)],
    read: (bytes) => readIdx(bytes, { name: "fuzzed" }),
  },
  {
    name: "CIFAR-10",
    files: async () => [Uint8Array.from({ length: 2 * 3073 }, (_, i) => (i % 3073 === 0 ? 7 : i & 255))],
    read: (bytes) => readCifar10(bytes, { name: "fuzzed" }),
  },
  {
    name: "gzip",
    files: async () => [
      gzipSync(Buffer.from("some text that repeats ".repeat(40))),
      gzipSync(Buffer.alloc(200_000)),
    ],
    read: (bytes) => gunzip(bytes, { maxBytes: MOST_BYTES, name: "fuzzed" }).catch(withinLimit),
  },
  {
    name: "WAV",
    files: async () => [wav(1, 16), wav(3, 32), wav(7, 8)],
    async read(bytes) {
      const { samples } = await readWav(bytes, { name: "fuzzed" });
      if (samples.some((sample) => !(Math.abs(sample) <= 1))) throw new Error("samples beyond full scale");
    },
  },
];

/** One of the whole files is too large, so that the limit is met too. */
function withinLimit(error: unknown): void {
  if (!(error instanceof Error && error.message.includes("at most"))) throw error;
}

function wav(encoding: number, bits: number): Uint8Array {
  const bytes = bits / 8;
  const samples = 40;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples * bytes, 4);
  head.write("WAVEfmt ", 8, "latin1");
  [16].forEach((value) => head.writeUInt32LE(value, 16));
  head.writeUInt16LE(encoding, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000 * bytes, 28);
  head.writeUInt16LE(bytes, 32);
  head.writeUInt16LE(bits, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples * bytes, 40);
  const data = Buffer.alloc(samples * bytes);
  for (let i = 0; i < samples; i++) {
    const value = Math.sin(i / 3);
    if (encoding === 3) data.writeFloatLE(value, 4 * i);
    else if (bits === 16) data.writeInt16LE(Math.round(30_000 * value), 2 * i);
    else data.writeUInt8(128 + Math.round(100 * value), i);
  }
  return new Uint8Array(Buffer.concat([head, data]));
}
