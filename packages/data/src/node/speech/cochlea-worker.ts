import { parentPort, workerData } from "node:worker_threads";
import { readWav } from "../../audio/index.ts";
import { createCochlea, type CochleaOptions, type CochleaSpikes } from "../../cochlea/index.ts";

/** A recording for a worker. */
export interface HearRequest {
  readonly index: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly seed: number;
}

/** What a worker answers: spikes, or why there are none. */
export type HearReply =
  | { readonly index: number; readonly spikes: CochleaSpikes }
  | { readonly index: number; readonly error: unknown };

/** Answers each recording that it is sent with its spikes. */
const cochlea = createCochlea(workerData as CochleaOptions);
parentPort?.on("message", (request: HearRequest) => void answer(request));

async function answer({ index, name, bytes, seed }: HearRequest): Promise<void> {
  try {
    const spikes = (await cochlea).listen(await readWav(bytes, { name }), seed);
    parentPort?.postMessage({ index, spikes } satisfies HearReply, [
      spikes.times.buffer as ArrayBuffer,
      spikes.units.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    parentPort?.postMessage({ index, error } satisfies HearReply);
  }
}
