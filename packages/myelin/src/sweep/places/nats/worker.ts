/** Takes trainings from a queue and sends back what came of them. */
import type { JsMsg } from "@nats-io/jetstream";
import { setTimeout as pause } from "node:timers/promises";
import { isThere } from "@myelin/data/files";
import type { Following, Job, Outcome } from "../job.ts";
import { LocalPlace } from "../local.ts";
import {
  connectQueue,
  contentsOf,
  HEARTBEAT_MS,
  JOBS,
  type Queue,
  RESULTS,
  RETRY_MS,
  send,
  WORKERS,
} from "./connection.ts";
import { packResult, subjectOf, unpackJob, unpackRun, type JobParcel, type ResultParcel } from "./parcel.ts";

const ASK_MS = 2000;
const TELL_MS = 1000;

/** How a worker works. */
export interface WorkerOptions {
  readonly url: string;
  /** Where runs are trained. */
  readonly out: string;
  /** Trainings at the same time. */
  readonly jobs: number;
  readonly dataDir?: string | undefined;
  /** Ends after so many seconds without work; never when absent. */
  readonly idle?: number | undefined;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Works until it is stopped: what it trains then goes to another worker. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { url, note, jobs, signal } = options;
  const queue = await connectQueue({ url, patient: true, note });
  const worker = new QueueWorker(queue, options);
  const stop = (): void => worker.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    note(`${url}: ready for ${jobs === 1 ? "one training" : `${jobs} trainings`} at a time.`);
    await Promise.all(Array.from({ length: jobs }, () => worker.work()));
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.close();
  }
}

/** The trainings of a worker. */
class QueueWorker {
  readonly #queue: Queue;
  readonly #options: WorkerOptions;
  readonly #place: LocalPlace;
  readonly #sweeps = new Map<string, string>();
  readonly #told = new Map<string, number>();
  #workedAt = Date.now();
  #busy = 0;

  constructor(queue: Queue, options: WorkerOptions) {
    this.#queue = queue;
    this.#options = options;
    const following: Following = {
      note: options.note,
      progress: (run, progress) => {
        if (Date.now() - (this.#told.get(run) ?? 0) < TELL_MS) return;
        this.#told.set(run, Date.now());
        const text = JSON.stringify({ run, ...progress });
        queue.connection.publish(`myelin.progress.${this.#sweeps.get(run) ?? ""}`, text);
      },
    };
    this.#place = new LocalPlace(options.jobs, following);
  }

  /** Takes one job after the other. */
  async work(): Promise<void> {
    while (!this.#options.signal.aborted && !this.#isIdle()) {
      try {
        const consumer = await this.#queue.client.consumers.get(JOBS, WORKERS);
        const message = await consumer.next({ expires: ASK_MS });
        if (message !== null) await this.#busyWith(() => this.#do(message));
      } catch {
        // The server is gone, or has lost its streams.
        await pause(RETRY_MS);
        await this.#queue.ensure().catch(() => undefined);
      }
    }
  }

  stop(): void {
    this.#place.stop();
  }

  async close(): Promise<void> {
    await this.#place.close();
    await this.#queue.connection.close();
  }

  #isIdle(): boolean {
    const { idle = Infinity } = this.#options;
    return this.#busy === 0 && Date.now() - this.#workedAt > 1000 * idle;
  }

  async #busyWith(work: () => Promise<void>): Promise<void> {
    this.#busy++;
    await work().finally(() => {
      this.#busy--;
      this.#workedAt = Date.now();
    });
  }

  async #do(message: JsMsg): Promise<void> {
    const parcel = contentsOf<JobParcel>(message);
    const heartbeat = setInterval(() => message.working(), HEARTBEAT_MS);
    try {
      const subject = `myelin.results.${subjectOf(parcel.sweep, parcel.job)}`;
      // Another worker has sent it, but could not say that the job is done.
      if ((await this.#lastResult(subject)) === undefined || message.info.deliveryCount === 1) {
        const outcome = await this.#train(parcel);
        if (outcome.state === "interrupted") {
          message.nak();
          await this.#queue.connection.flush();
          return;
        }
      }
      await message.ackAck().catch(() => undefined);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #train(parcel: JobParcel): Promise<Outcome> {
    const { dataDir, out, note } = this.#options;
    const job: Job = { ...(await unpackJob(parcel, out)), dataDir };
    this.#sweeps.set(job.run, parcel.sweep);
    await this.#fetchRun(parcel.sweep, job);
    const outcome = await this.#place.run(job);
    if (outcome.state === "interrupted") return outcome;
    const result = JSON.stringify(await packResult(job, outcome, this.#queue.most));
    await this.#send(`myelin.results.${subjectOf(parcel.sweep, job)}`, result);
    note(`${job.recipe.name}: ${outcome.state}${outcome.state === "failed" ? `: ${outcome.message}` : ""}`);
    return outcome;
  }

  /** The checkpoint of a run that another worker has begun. */
  async #fetchRun(sweep: string, { run, folder }: Job): Promise<void> {
    if (await isThere(folder)) return;
    const last = await this.#lastResult(`myelin.results.${sweep}.${run}.*`);
    if (last?.outcome.state === "paused") await unpackRun(last, folder);
  }

  async #lastResult(subject: string): Promise<ResultParcel | undefined> {
    const message = await this.#queue.manager.streams
      .getMessage(RESULTS, { last_by_subj: subject })
      .catch(() => null);
    return message === null ? undefined : contentsOf<ResultParcel>(message);
  }

  /** Sends a result, once the server is there. */
  async #send(subject: string, text: string): Promise<void> {
    await send(this.#queue, { subject, text }, (error) => {
      if (this.#options.signal.aborted) throw error;
      return false;
    });
  }
}
