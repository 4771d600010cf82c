/** What one process of a training does; run in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { connectRanks, type RankPort } from "../../src/entries/training.ts";
import { trainRank, type RankTask } from "./trainings.ts";

const { rank, ports, task } = workerData as {
  readonly rank: number;
  readonly ports: readonly (RankPort | undefined)[];
  readonly task: RankTask;
};
const communicator = ports.length === 1 ? undefined : connectRanks(rank, ports);
const answer = await trainRank(task, communicator).catch((error: unknown) => ({
  error: error instanceof Error ? error.message : String(error),
}));
parentPort?.postMessage(answer);
for (const port of ports) (port as { close(): void } | undefined)?.close();
