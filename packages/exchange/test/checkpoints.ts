import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The bytes of a file that `fixtures/make-checkpoints.py` has made. */
export function checkpoint(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, "fixtures", name));
}
