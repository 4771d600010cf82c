import { MyelinError } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { isDeepStrictEqual } from "node:util";
import { plural } from "../format.ts";
import type { Result } from "../records/index.ts";

/** What a run's bits depend on beside its recipe; kept in checkpoints. */
export interface Origin {
  readonly backend: string;
  /** What the data set calls itself. */
  readonly data: string;
  readonly samples: Result["samples"];
  /** SHA-256 of the plugins' sources by their names. */
  readonly plugins?: Readonly<Record<string, string>> | undefined;
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
  warnOfOtherPlugins(before.plugins, now.plugins);
  const same = before.data === now.data && isDeepStrictEqual(before.samples, now.samples);
  if (same) return;
  throw new MyelinError(
    `--resume: expected the data that the run was begun with, ${dataText(before)}, got ${dataText(now)}. ` +
      "Name the folder of that data with --data-dir, or train in another folder.",
  );
}

/** Whether a change matters is for the user to know. */
function warnOfOtherPlugins(before: Origin["plugins"] = {}, now: Origin["plugins"] = {}): void {
  const changed = Object.keys(now).filter((name) => now[name] !== before[name]);
  if (changed.length === 0) return;
  warn(
    `--resume: expected the plugins with which the run was begun, got another ${changed.join(" and ")}. ` +
      "What comes may be trained otherwise than what was: train anew with --out unless the change does not matter.",
  );
}

function dataText({ data, samples: { train, validation, test } }: Origin): string {
  return `${data} with ${train} training, ${validation} validation and ${plural(test, "test sample")}`;
}
