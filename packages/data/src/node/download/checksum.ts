import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Checksum } from "../dataset-spec.ts";

/** The checksum of a file on the disk, in lower-case hexadecimal digits. */
export async function fileChecksum(file: string, algorithm: Checksum["algorithm"]): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
