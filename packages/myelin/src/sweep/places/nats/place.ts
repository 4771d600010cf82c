/** Workers anywhere, which take trainings from a queue on a NATS server. */
import type { Subscription } from "@nats-io/transport-node";
import { setTimeout as pause } from "node:timers/promises";
import { describeError } from "../../../format.ts";
import type { Following, Job, JobProgress, Outcome, Place } from "../job.ts";
import { connectQueue, contentsOf, JOBS, type Queue, RESULTS, RETRY_MS, send } from "./connection.ts";
import { packJob, subjectOf, unpackRun, type ResultParcel } from "./parcel.ts";

/** Jobs on the server at the same time. */
const MOST = 1000;
const LISTEN_MS = 2000;

/** How a sweep reaches its workers. */
export interface NatsOptions {
  readonly url: string;
  /** The sweep's name on the server. */
  readonly sweep: string;
  /** Failures that the server still knows do not count. */
  readonly retry: boolean;
}

/** A job whose result has not come. */
interface Open {
  readonly job: Job;
  readonly resolve: (outcome: Outcome) => void;
}

/** Gives jobs to a queue and waits for what comes back. */
export class NatsPlace implements Place {
  readonly capacity = MOST;
  readonly #queue: Queue;
  readonly #options: NatsOptions;
  readonly #open = new Map<string, Open>();
  /** Results of an earlier process that its sweep has not heard of. */
  readonly #early = new Map<string, ResultParcel>();
  #closed = false;
  #listening: Promise<void> | undefined;

  private constructor(queue: Queue, options: NatsOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  /** @throws MyelinError if the client is not installed, or there is no server with JetStream */
  static async begin(options: NatsOptions, following: Following): Promise<NatsPlace> {
    const { url } = options;
    const queue = await connectQueue({ url, patient: false, note: following.note.bind(following) });
    const place = new NatsPlace(queue, options);
    await new Promise<void>((resolve) => {
      place.#listening = place.#listen(resolve);
    });
    void follow(queue.connection.subscribe(`myelin.progress.${options.sweep}`), following);
    following.note(`Workers take the runs with: npx myelin worker --on ${url}`);
    return place;
  }

  async run(job: Job): Promise<Outcome> {
    const key = subjectOf(this.#options.sweep, job);
    const early = this.#early.get(key);
    if (early !== undefined) {
      this.#early.delete(key);
      await unpackRun(early, job.folder);
      return early.outcome;
    }
    const ended = new Promise<Outcome>((resolve) => this.#open.set(key, { job, resolve }));
    await this.#publish(key, job);
    return ended;
  }

  stop(): void {
    this.#closed = true;
    for (const { resolve } of this.#open.values()) resolve({ state: "interrupted" });
    this.#open.clear();
  }

  async close(): Promise<void> {
    const isStopped = this.#closed;
    this.#closed = true;
    // What no worker has begun shall not be done for nobody.
    const filter = `myelin.jobs.${this.#options.sweep}.>`;
    if (isStopped) await this.#queue.manager.streams.purge(JOBS, { filter }).catch(() => undefined);
    await this.#queue.connection.close();
    await this.#listening;
  }

  /** Adds a job to the queue, once the server is there. */
  async #publish(key: string, job: Job): Promise<void> {
    const text = JSON.stringify(await packJob(this.#options.sweep, job));
    if (this.#closed) return;
    // It may be in the queue already, from an earlier process.
    const isThere = (error: unknown): boolean => /per subject/.test(describeError(error));
    const message = { subject: `myelin.jobs.${key}`, text };
    await send(this.#queue, message, (error) => this.#closed || isThere(error));
  }

  /** Takes results as they come; begins anew where the server was gone, and adds what it may have lost. */
  async #listen(onCaughtUp: () => void): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#queue.ensure();
        for (const [key, { job }] of this.#open) await this.#publish(key, job);
        await this.#takeResults(onCaughtUp);
      } catch {
        await pause(RETRY_MS);
      }
    }
    onCaughtUp();
  }

  async #takeResults(onCaughtUp: () => void): Promise<void> {
    const filter_subjects = `myelin.results.${this.#options.sweep}.>`;
    const consumer = await this.#queue.client.consumers.get(RESULTS, { filter_subjects });
    let left = (await consumer.info()).num_pending;
    while (!this.#closed) {
      if (left-- <= 0) onCaughtUp();
      const message = await consumer.next({ expires: LISTEN_MS });
      if (message !== null) await this.#take(contentsOf<ResultParcel>(message));
    }
  }

  async #take(parcel: ResultParcel): Promise<void> {
    const key = subjectOf(this.#options.sweep, parcel);
    const open = this.#open.get(key);
    const isOld = open === undefined && this.#options.retry && parcel.outcome.state === "failed";
    if (open === undefined) {
      if (!isOld) this.#early.set(key, parcel);
      return;
    }
    this.#open.delete(key);
    await unpackRun(parcel, open.job.folder);
    open.resolve(parcel.outcome);
  }
}

async function follow(progress: Subscription, following: Following): Promise<void> {
  for await (const message of progress) {
    const { run, ...rest } = contentsOf<JobProgress & { readonly run: string }>(message);
    following.progress(run, rest);
  }
}
