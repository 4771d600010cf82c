/** The folder of a sweep, held for one process. */
import { MyelinError } from "@myelin/core";
import { makeFolder, replaceFile, type Lock } from "@myelin/data/files";
import { createHash, randomBytes } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { readRecord } from "../../records/index.ts";
import { holdRun, settingsHash } from "../../run/index.ts";
import { SweepLog } from "../results/index.ts";
import type { Sweep } from "../space/index.ts";

/** What sweep.json says. */
const identitySchema = z.object({
  version: z.int().min(1).optional(),
  /** Names the sweep among those of others, as on a server of a queue. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  /** A hash of what all its runs share. */
  shared: z.string(),
});

/** An opened folder: sweep.json, sweep.jsonl, sweep.html, best.yaml and runs/. */
export interface SweepFolder {
  readonly path: string;
  readonly id: string;
  readonly log: SweepLog;
  readonly lock: Lock;
}

/**
 * Makes the folder of a sweep, or opens the one of the same sweep.
 *
 * @throws MyelinError if another sweep is in there, or another process works in it
 */
export async function openSweep(sweep: Sweep, out: string): Promise<SweepFolder> {
  const lock = await holdRun(out);
  try {
    const file = path.join(out, "sweep.json");
    const shared = sharedHash(sweep);
    const before = await readRecord(file, identitySchema);
    if (before !== undefined && before.shared !== shared) {
      throw new MyelinError(
        `${out}: expected the runs of ${sweep.file}, got those of a sweep with another recipe, or other settings that ` +
          "all runs share. Choose another folder with --out.",
      );
    }
    const log = await SweepLog.open(path.join(out, "sweep.jsonl"));
    const id = before?.id ?? randomBytes(6).toString("hex");
    await makeFolder(path.join(out, "runs"));
    if (before === undefined) await replaceFile(file, `${JSON.stringify({ version: 1, id, shared })}\n`);
    return { path: out, id, log, lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Values, seeds, search and objectives may change; the rest makes runs that cannot be compared. */
function sharedHash({ base, fixed, dimensions }: Sweep): string {
  const paths = dimensions.flatMap((one) => one.paths).sort();
  const shared = JSON.stringify([settingsHash(base), Object.entries(fixed).sort(), paths]);
  return createHash("sha256").update(shared).digest("hex").slice(0, 12);
}
