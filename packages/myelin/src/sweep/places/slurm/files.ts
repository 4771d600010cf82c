/** The files by which a sweep and its tasks on a cluster know of each other, in a folder that both see. */
import { makeFolder, replaceFile } from "@myelin/data/files";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Job, Outcome } from "../job.ts";

/** Jobs of one array, in the order of its tasks. */
export interface ArrayJobs {
  readonly jobs: readonly Job[];
}

/** The folder `slurm` of a sweep. */
export class SlurmFiles {
  readonly folder: string;

  constructor(sweep: string) {
    this.folder = path.resolve(sweep, "slurm");
  }

  /** Writes the jobs of an array and the script that starts them. */
  async writeArray(name: string, jobs: readonly Job[], script: string): Promise<string> {
    await makeFolder(this.folder);
    await replaceFile(this.jobsFile(name), `${JSON.stringify({ jobs } satisfies ArrayJobs)}\n`);
    const file = path.join(this.folder, `${name}.sh`);
    await replaceFile(file, script);
    return file;
  }

  /** Where the jobs of an array are. */
  jobsFile(name: string): string {
    return path.join(this.folder, `${name}.jobs.json`);
  }

  /** Remembers which task of Slurm makes which job. */
  async remember(id: string, jobs: readonly Job[]): Promise<void> {
    await replaceFile(path.join(this.folder, `${id}.array.json`), JSON.stringify(jobs.map(keyOf)));
  }

  /** Tasks of Slurm by the job that they make, of all arrays of this sweep. */
  async tasks(): Promise<Map<string, string>> {
    const names = await readdir(this.folder).catch(() => []);
    const found = new Map<string, string>();
    for (const name of names.filter((one) => one.endsWith(".array.json")).sort()) {
      const keys = JSON.parse(await readFile(path.join(this.folder, name), "utf8")) as string[];
      keys.forEach((key, i) => found.set(key, `${name.replace(".array.json", "")}_${i}`));
    }
    return found;
  }

  /** What came of a job, if it has ended. */
  async outcome(job: Job): Promise<Outcome | undefined> {
    const text = await readFile(this.#outcomeFile(job), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Outcome);
  }

  async writeOutcome(job: Job, outcome: Outcome): Promise<void> {
    await replaceFile(this.#outcomeFile(job), `${JSON.stringify(outcome)}\n`);
  }

  async forgetOutcome(job: Job): Promise<void> {
    await rm(this.#outcomeFile(job), { force: true });
  }

  #outcomeFile(job: Job): string {
    return path.join(this.folder, `${keyOf(job)}.outcome.json`);
  }
}

/** Names a job among those of its sweep. */
export function keyOf({ run, until }: Pick<Job, "run" | "until">): string {
  return `${run}-${until ?? "end"}`;
}
