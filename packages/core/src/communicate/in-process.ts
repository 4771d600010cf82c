import { checkArray, checkInteger, refuse } from "../checks.ts";
import type { Communicator, SumPlan } from "./communicator.ts";
import { sumBy } from "./sum.ts";

/** The end of a channel of messages, such as a `MessagePort` of Node or of a page. */
export interface RankPort {
  /** Sends a message to the other end. */
  postMessage(message: Uint8Array): void;
  /** Has each message that arrives handed to a function. */
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  /** Begins to hand over what arrives. */
  start(): void;
}

/**
 * A communicator for the threads of one program, over a channel for each pair of them.
 *
 * @param ports by rank, the channel to each of the others; undefined at this one's own place
 * @example
 * // in the thread of rank 1 of 2, which was given one port of `new MessageChannel()`
 * const trainer = new Trainer({ ..., communicator: connectRanks(1, [port, undefined]) });
 */
export function connectRanks(rank: number, ports: readonly (RankPort | undefined)[]): Communicator {
  checkInteger("connectRanks.rank", rank, { min: 0 });
  checkArray("connectRanks.ports", ports, "a port for each rank", checkPort);
  if (rank >= ports.length) refuse("connectRanks.rank", `a rank below ${ports.length}`, rank);
  return new ChannelCommunicator(rank, ports);
}

function checkPort(symbol: string, port: RankPort | null | undefined): void {
  if (port === undefined || typeof (port as Partial<RankPort> | null)?.postMessage === "function") return;
  refuse(symbol, "a message port, or undefined", port);
}

/** Messages that have come, or those that wait for one. */
class Inbox {
  readonly #messages: Uint8Array[] = [];
  readonly #waiting: ((message: Uint8Array) => void)[] = [];

  put(message: Uint8Array): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.#messages.push(message);
  }

  take(): Promise<Uint8Array> {
    const message = this.#messages.shift();
    return message
      ? Promise.resolve(message)
      : new Promise((resolve) => {
          this.#waiting.push(resolve);
        });
  }
}

class ChannelCommunicator implements Communicator {
  readonly rank: number;
  readonly #ports: readonly (RankPort | undefined)[];
  readonly #inboxes: readonly Inbox[];
  /** Calls follow each other, also where one sends again after it has received. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(rank: number, ports: readonly (RankPort | undefined)[]) {
    this.rank = rank;
    this.#ports = ports;
    this.#inboxes = ports.map(() => new Inbox());
    ports.forEach((port, r) => {
      port?.addEventListener("message", ({ data }) => this.#inboxes[r]?.put(data as Uint8Array));
      port?.start();
    });
  }

  get size(): number {
    return this.#ports.length;
  }

  allocate(length: number): Float32Array {
    return new Float32Array(length);
  }

  sum(values: Float32Array, plan: SumPlan): Promise<void> {
    const { rank, size } = this;
    const exchange = async (send: readonly Uint8Array[], receive: readonly Uint8Array[]): Promise<void> => {
      const messages = await this.#swap(send);
      messages.forEach((message, r) => (receive[r] as Uint8Array).set(message));
    };
    return this.#next(() => sumBy({ rank, size, exchange }, values, plan));
  }

  gather(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#next(() => this.#swap(this.#ports.map(() => bytes)));
  }

  async broadcast(bytes: Uint8Array, root: number): Promise<Uint8Array> {
    const nothing = new Uint8Array();
    const all = await this.gather(this.rank === root ? bytes : nothing);
    return all[root] ?? nothing;
  }

  async barrier(): Promise<void> {
    await this.gather(new Uint8Array());
  }

  #swap(send: readonly Uint8Array[]): Promise<Uint8Array[]> {
    this.#ports.forEach((port, r) => port?.postMessage((send[r] as Uint8Array).slice()));
    const own = (send[this.rank] as Uint8Array).slice();
    return Promise.all(this.#inboxes.map(async (inbox, r) => (r === this.rank ? own : inbox.take())));
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
