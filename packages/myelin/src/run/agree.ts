/** What processes have to agree about before they train together. */
import { MyelinError } from "@myelin/core";
import { currentEngine } from "@myelin/core/ops";
import { type Communicator, gatherObjects } from "@myelin/core/training";
import { createHash } from "node:crypto";
import { pluginHashes } from "../plugins/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { VERSION } from "../version.ts";
import type { Splits } from "./data/index.ts";
import { trainedPart } from "./identity.ts";
import { differences } from "./resume.ts";

/** An error that all processes have thrown together: none of them waits for another. */
export class AgreedError extends MyelinError {
  override readonly name = "AgreedError";
}

/**
 * Does what every process does for itself, where it may fail on some.
 *
 * @throws AgreedError on all of them if it has failed on one, with the first message
 */
export async function agreed<T>(communicator: Communicator, work: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  let own: string | null = null;
  try {
    result = await work();
  } catch (error) {
    if (!(error instanceof MyelinError)) throw error;
    own = error.message;
  }
  const all = await gatherObjects(communicator, own);
  const first = all.findIndex((message) => message !== null);
  if (first === -1) return result as T;
  const everywhere = all.every((message) => message === all[first]);
  throw new AgreedError(`${everywhere ? "" : `rank ${first}: `}${all[first]}`);
}

/** What the bits of a training depend on, by names for messages. */
export type Fingerprint = Readonly<Record<string, unknown>>;

/** What has to be the same on all processes. */
export function fingerprintOf(recipe: Recipe, { train, validation, test }: Splits): Fingerprint {
  const data = [train, validation, test].map((part) => part && [part.name, part.count, hashOf(part.labels)]);
  return {
    recipe: trainedPart(recipe),
    "training data": data[0],
    "validation data": data[1],
    "test data": data[2],
    plugins: pluginHashes(recipe.plugins),
    version: VERSION,
    // Threads change no bit, but which kernels a processor runs does.
    engine: currentEngine().backend.description.replace(/[0-9]{1,4} threads?/u, "threads"),
  };
}

function hashOf(labels: Uint32Array): string {
  return createHash("sha256").update(labels).digest("hex").slice(0, 12);
}

/**
 * Requires the same on all processes.
 *
 * @throws AgreedError that names what differs, and where
 */
export async function requireSame(communicator: Communicator, own: Fingerprint): Promise<void> {
  const all = await gatherObjects(communicator, own);
  for (const [rank, other] of all.entries()) {
    const changes = differences(all[0], other, { before: "on rank 0", now: `on rank ${rank}` });
    if (changes.length === 0) continue;
    throw new AgreedError(
      `--distributed: expected the same recipe, data, version and kernels on all ranks, got another ${changes.join(", ")}. ` +
        "Start all ranks with one command, on machines that see the same files.",
    );
  }
}
