import { MyelinError } from "@myelin/core";
import { access } from "node:fs/promises";

/** @throws MyelinError if there is a file of this name: what a user has written is not written over */
export async function requireFree(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) {
    throw new MyelinError(
      `${file}: expected a name that is free, got a file that is there. Choose another place.`,
    );
  }
}
