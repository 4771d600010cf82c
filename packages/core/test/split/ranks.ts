import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { rolldown } from "rolldown";
import type { RankAnswer, RankTask } from "./trainings.ts";

/** The program of a process, as one file of JavaScript: threads do not read TypeScript everywhere. */
export async function buildRank(): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "myelin-ranks-"));
  const bundle = await rolldown({
    input: fileURLToPath(new URL("rank.ts", import.meta.url)),
    platform: "node",
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  await bundle.close();
  const file = path.join(folder, "rank.mjs");
  await writeFile(file, output[0].code);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Trains on `size` threads that stand for processes. */
export async function trainOn(file: string, size: number, task: RankTask): Promise<RankAnswer[]> {
  const ports = channels(size);
  const workers = ports.map(
    (own, rank) =>
      new Worker(file, {
        workerData: { rank, ports: own, task },
        transferList: own.filter((port) => port !== undefined),
      }),
  );
  const answers = workers.map(
    (worker) =>
      new Promise<RankAnswer>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      }),
  );
  try {
    return await Promise.all(answers);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A port for each pair of ranks, at both of them. */
function channels(size: number): (MessagePort | undefined)[][] {
  const ports = Array.from({ length: size }, () => new Array<MessagePort | undefined>(size).fill(undefined));
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a]![b] = port1;
      ports[b]![a] = port2;
    }
  }
  return ports;
}
