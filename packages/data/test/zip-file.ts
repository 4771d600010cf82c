import { crc32 } from "node:zlib";

/** The bytes of a zip archive that stores `files` uncompressed. */
export function zipBytes(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const encoded = new TextEncoder().encode(name);
    const facts = [20, 0, 0, 0, 0x21, crc32(bytes), bytes.length, bytes.length, encoded.length, 0];
    const local = record("IHHHHHIIIHH", [0x04034b50, ...facts]);
    parts.push(local, encoded, bytes);
    directory.push(record("IHHHHHHIIIHHHHHII", [0x02014b50, 20, ...facts, 0, 0, 0, 0, offset]), encoded);
    offset += local.length + encoded.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record("IHHHHIIH", [0x06054b50, 0, 0, files.size, files.size, size, offset, 0]);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Little-endian numbers: I has four bytes, H two. */
function record(format: string, values: readonly number[]): Uint8Array {
  return Buffer.concat(
    [...format].map((kind, i) => {
      const bytes = Buffer.alloc(kind === "I" ? 4 : 2);
      if (kind === "I") bytes.writeUInt32LE(values[i]! >>> 0);
      else bytes.writeUInt16LE(values[i]!);
      return bytes;
    }),
  );
}
