import { MyelinError } from "@myelin/core";
import { isDeepStrictEqual } from "node:util";
import { plural } from "../format.ts";
import type { Result } from "../records/index.ts";

/** What a run's bits depend on beside its recipe; kept in checkpoints. */
export interface Origin {
  readonly backend: string;
  /** What the data set calls itself. */
  readonly data: string;
  readonly samples: Result["samples"];
}

/**
 * A run goes on with what it was begun with.
 *
 * @throws MyelinError if the backend or the data are others
 */
export function requireSameOrigin(before: Origin, now: Origin): void {
  if (before.backend !== now.backend) {
    throw new MyelinError(
      `--resume: expected the backend ${before.backend}, with which the run was begun, got ${now.backend}. ` +
        `Leave --backend out or say --backend ${before.backend}.`,
    );
  }
  const same = before.data === now.data && isDeepStrictEqual(before.samples, now.samples);
  if (same) return;
  throw new MyelinError(
    `--resume: expected the data that the run was begun with, ${dataText(before)}, got ${dataText(now)}. ` +
      "Name the folder of that data with --data-dir, or train in another folder.",
  );
}

function dataText({ data, samples: { train, validation, test } }: Origin): string {
  return `${data} with ${train} training, ${validation} validation and ${plural(test, "test sample")}`;
}
