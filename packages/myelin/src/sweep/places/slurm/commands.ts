/** Slurm's own commands. */
import { MyelinError } from "@myelin/core";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describeError } from "../../../format.ts";

const execute = promisify(execFile);

/**
 * Hands a batch script in.
 *
 * @returns the number of the job
 * @throws MyelinError if there is no Slurm, or it refuses
 */
export async function submit(script: string): Promise<string> {
  const text = await slurm("sbatch", ["--parsable", script]);
  return text.trim().split(";")[0] ?? "";
}

/** The tasks of arrays that wait or run: `JOB_INDEX`; undefined where Slurm does not answer now. */
export async function tasksUnderWay(): Promise<ReadonlySet<string> | undefined> {
  const text = await slurm("squeue", ["--noheader", "--array", "--me", "--format=%F_%K"]).catch(
    () => undefined,
  );
  return text === undefined ? undefined : new Set(text.split("\n").map((line) => line.trim()));
}

/** Ends jobs: their processes are told to stop, and save. */
export async function cancel(jobs: readonly string[]): Promise<void> {
  if (jobs.length > 0) await slurm("scancel", jobs).catch(() => undefined);
}

async function slurm(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, args, { maxBuffer: 2 ** 26 });
    return stdout;
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    if (isAbsent) {
      throw new MyelinError(
        `--on slurm: expected Slurm's ${command} on the search path, got none. Begin the sweep on a machine of the cluster.`,
        { cause },
      );
    }
    const { stderr = "" } = cause as { readonly stderr?: string };
    const said =
      stderr
        .trim()
        .split("\n")[0]
        ?.replace(/^\w+: error: /, "") || describeError(cause);
    throw new MyelinError(
      `--on slurm: expected ${command} to accept the runs, got "${said}". Partition, account and time are set by ` +
        "SBATCH_PARTITION, SBATCH_ACCOUNT and SBATCH_TIMELIMIT.",
      { cause },
    );
  }
}
