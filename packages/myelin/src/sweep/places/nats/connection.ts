/** A connection to a NATS server and the two streams that sweeps use there. */
import type * as JetStream from "@nats-io/jetstream";
import type { JetStreamClient, JetStreamManager, JsMsg } from "@nats-io/jetstream";
import type * as Transport from "@nats-io/transport-node";
import type { NatsConnection } from "@nats-io/transport-node";
import { MyelinError } from "@myelin/core";
import { setTimeout as pause } from "node:timers/promises";
import { describeError } from "../../../format.ts";

/** Jobs that nobody has done yet: each goes to one worker. */
export const JOBS = "MYELIN_JOBS";
/** What came of jobs. */
export const RESULTS = "MYELIN_RESULTS";
/** Every worker takes jobs from here. */
export const WORKERS = "workers";

const SECOND = 1e9;
/** A job whose worker says nothing for so long goes to another one. */
const LOST_AFTER = 15 * SECOND;
/** How often a worker says that it is there. */
export const HEARTBEAT_MS = 5000;
/** Results that no sweep has asked for go after a month. */
const KEPT_FOR = 30 * 24 * 3600 * SECOND;

/** What is used of the client's packages. */
export interface Queue {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Bytes of a message at most. */
  readonly most: number;
  /** What the server may be asked again after: it is gone, or has lost its streams. */
  ensure(): Promise<void>;
}

/** How long is waited for a server that does not take a message. */
export const RETRY_MS = 1000;

/**
 * Adds a message to a stream, once the server is there.
 *
 * @param endsWith whether an error of the server ends the waiting: it may throw, too
 */
export async function send(
  { client, ensure }: Queue,
  { subject, text }: { readonly subject: string; readonly text: string },
  endsWith: (error: unknown) => boolean,
): Promise<void> {
  for (;;) {
    try {
      await client.publish(subject, text);
      return;
    } catch (error) {
      if (endsWith(error)) return;
      await pause(RETRY_MS);
      await ensure().catch(() => undefined);
    }
  }
}

/** How to reach a server. */
export interface QueueOptions {
  /** nats://HOST:PORT */
  readonly url: string;
  /** Waits for a server that is not there yet. */
  readonly patient: boolean;
  readonly note: (text: string) => void;
}

/**
 * Connects. A server that goes away is waited for, however long, and said once each time.
 *
 * @throws MyelinError if the client is not installed, there is no server, or it has no JetStream
 */
export async function connectQueue({ url, patient, note }: QueueOptions): Promise<Queue> {
  const { transport, jetstream } = await loadClient();
  if (patient) note(`${url}: connecting.`);
  const connection = await transport
    .connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 500, waitOnFirstConnect: patient })
    .catch((cause: unknown) => {
      const hint = "Start one with: nats-server --jetstream --store_dir FOLDER";
      throw new MyelinError(`--on ${url}: expected a NATS server, got "${describeError(cause)}". ${hint}`, {
        cause,
      });
    });
  void sayWhatHappens(connection, url, note);
  const client = jetstream.jetstream(connection);
  try {
    const manager = await jetstream.jetstreamManager(connection);
    const ensure = (): Promise<void> => ensureStreams(manager, jetstream);
    await ensure();
    return { connection, client, manager, most: connection.info?.max_payload ?? 1_000_000, ensure };
  } catch (cause) {
    await connection.close();
    throw new MyelinError(
      `--on ${url}: expected a NATS server with JetStream, got "${describeError(cause)}". Start it with --jetstream.`,
      { cause },
    );
  }
}

/** The client's packages, which Myelin installs without. */
async function loadClient(): Promise<{
  transport: typeof Transport;
  jetstream: typeof JetStream;
}> {
  try {
    const [transport, jetstream] = await Promise.all([
      import("@nats-io/transport-node"),
      import("@nats-io/jetstream"),
    ]);
    return { transport, jetstream };
  } catch (cause) {
    throw new MyelinError(
      "--on nats: expected the client of NATS, got none. Install it with: npm install @nats-io/transport-node @nats-io/jetstream",
      { cause },
    );
  }
}

async function sayWhatHappens(
  connection: NatsConnection,
  url: string,
  note: (text: string) => void,
): Promise<void> {
  let isGone = false;
  for await (const { type } of connection.status()) {
    if (type === "disconnect" && !isGone && !connection.isClosed()) {
      note(`${url}: the server is gone; waiting for it.`);
      isGone = true;
    } else if (type === "reconnect" && isGone) {
      note(`${url}: the server is back.`);
      isGone = false;
    }
  }
}

async function ensureStreams(
  manager: JetStreamManager,
  { RetentionPolicy, DiscardPolicy, AckPolicy }: typeof JetStream,
): Promise<void> {
  const isThere = (stream: string): Promise<boolean> =>
    manager.streams.info(stream).then(
      () => true,
      () => false,
    );
  if (!(await isThere(JOBS))) {
    // A job that is there already is refused, so that a sweep that is started again adds none twice.
    await manager.streams.add({
      ...{ name: JOBS, subjects: ["myelin.jobs.>"], retention: RetentionPolicy.Workqueue },
      ...{ max_msgs_per_subject: 1, discard: DiscardPolicy.New, discard_new_per_subject: true },
    });
  }
  if (!(await isThere(RESULTS))) {
    const subjects = ["myelin.results.>"];
    await manager.streams.add({ name: RESULTS, subjects, max_msgs_per_subject: 1, max_age: KEPT_FOR });
  }
  await manager.consumers.add(JOBS, {
    ...{ durable_name: WORKERS, ack_policy: AckPolicy.Explicit, ack_wait: LOST_AFTER },
    ...{ filter_subject: "myelin.jobs.>", max_ack_pending: -1 },
  });
}

/** What a message holds. */
export function contentsOf<T>(message: Pick<JsMsg, "data">): T {
  return JSON.parse(new TextDecoder().decode(message.data)) as T;
}
