import { MyelinError } from "@myelin/core";
import { isThere } from "@myelin/data/files";

/** @throws MyelinError if there is a file of this name: what a user has written is not written over */
export async function requireFree(file: string): Promise<void> {
  if (await isThere(file)) {
    throw new MyelinError(
      `${file}: expected a name that is free, got a file that is there. Choose another place.`,
    );
  }
}
