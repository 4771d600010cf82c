import { MyelinError } from "@myelin/core";
import type { Communicator, SumPlan } from "@myelin/core/training";
import { Worker } from "node:worker_threads";
import { findLauncher, type Launcher } from "./launcher.ts";
import type { Answer, Greeting, Members, Requests, WorkerData } from "./messages.ts";

/** Options of `connectMpi`. */
export interface MpiOptions {
  /** File of the library; default: the one that `MYELIN_MPI` names, or that of what started this process. */
  readonly library?: string;
}

/** Thrown where processes were lost and the others go on: all calls that were under way have failed. */
export class RanksLost extends MyelinError {
  override readonly name = "RanksLost";
}

/** A call that was answered; times in milliseconds since 1970, from when its turn came. */
export interface CallTimes {
  readonly name: "sum" | "gather" | "broadcast" | "close";
  readonly bytes: number;
  readonly begin: number;
  readonly end: number;
}

/** What waits for an answer. */
interface Waiting {
  readonly name: CallTimes["name"];
  readonly bytes: number;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** The processes that `mpirun` or `srun` has started, as a communicator for the trainer. */
export class MpiCommunicator implements Communicator {
  /** What the library calls itself. */
  readonly library: string;
  /** Told of every call when it was answered: for a trace. */
  onCall: ((times: CallTimes) => void) | undefined;
  readonly #worker: Worker;
  readonly #control: Int32Array;
  readonly #waiting = new Map<number, Waiting>();
  #members: Members;
  #lost = 0;
  #calls = 0;

  /** Made by `connectMpi`. */
  constructor(worker: Worker, control: Int32Array, greeting: Members & { readonly library: string }) {
    this.#worker = worker;
    this.#control = control;
    this.#members = greeting;
    this.library = greeting.library;
    worker.on("message", (answer: Answer) => this.#receive(answer));
    worker.on("error", (error) => this.#fail(error));
    // It keeps the process alive while a call waits.
    worker.unref();
  }

  /** The number of this process, from 0. */
  get rank(): number {
    return this.#members.rank;
  }

  /** How many processes there are. */
  get size(): number {
    return this.#members.size;
  }

  get lost(): number {
    return this.#lost;
  }

  allocate(length: number): Float32Array {
    return new Float32Array(new SharedArrayBuffer(4 * length));
  }

  sum(values: Float32Array, plan: SumPlan): Promise<void> {
    return this.#call("sum", { values, plan }, 4 * plan.length);
  }

  gather(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#call("gather", { bytes }, bytes.length);
  }

  broadcast(bytes: Uint8Array, root: number): Promise<Uint8Array> {
    return this.#call(
      "broadcast",
      { bytes: this.rank === root ? bytes : new Uint8Array(), root },
      bytes.length,
    );
  }

  async barrier(): Promise<void> {
    await this.gather(new Uint8Array());
  }

  /** Leaves the processes: all of them have to, when their work is done. */
  async close(): Promise<void> {
    await this.#call("close", {});
  }

  /** Ends all processes of the job. */
  async abort(exitCode = 1): Promise<never> {
    Atomics.store(this.#control, 0, exitCode);
    this.#worker.ref();
    this.#worker.postMessage("look");
    return new Promise(() => {});
  }

  #call<Name extends keyof Requests, Result>(
    name: Name,
    content: Requests[Name],
    bytes = 0,
  ): Promise<Result> {
    const id = this.#calls++;
    const { generation } = this.#members;
    return new Promise<Result>((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { name, bytes, resolve, reject });
      this.#worker.postMessage({ name, id, generation, ...content });
    });
  }

  #receive({ id, result, error, left, times: [begin, end] }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (waiting) this.onCall?.({ name: waiting.name, bytes: waiting.bytes, begin, end });
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error === undefined) {
      waiting?.resolve(result as never);
      return;
    }
    if (left === undefined) {
      waiting?.reject(new MyelinError(`MPI: expected an answer of all processes, got an error: ${error}.`));
      return;
    }
    this.#lost += Math.max(0, this.size - left.size);
    this.#members = left;
    waiting?.reject(
      new RanksLost(`MPI: expected an answer of all processes, got a loss; ${left.size} are left.`),
    );
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/**
 * Joins the processes that `mpirun` or `srun` has started.
 *
 * @throws MyelinError if there is no library of MPI, it is not that of what started this process, or nothing has
 * @example
 * const communicator = await connectMpi();
 * const trainer = new Trainer({ network, optimizer, loss, batches, microBatches: 4, communicator });
 */
export async function connectMpi({
  library = process.env["MYELIN_MPI"],
}: MpiOptions = {}): Promise<MpiCommunicator> {
  const launcher = findLauncher(process.env);
  const control = new Int32Array(new SharedArrayBuffer(8));
  const data: WorkerData = { library, environment: { ...process.env }, control };
  const worker = new Worker(new URL("worker.js", import.meta.url), { workerData: data });
  const greeting = await new Promise<Greeting>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  if ("error" in greeting) throw new MyelinError(greeting.error);
  const communicator = new MpiCommunicator(worker, control, greeting);
  await requireStarted(communicator, launcher);
  return communicator;
}

/** A library of another MPI than the launcher's makes every process its own world. */
async function requireStarted(communicator: MpiCommunicator, launcher: Launcher | undefined): Promise<void> {
  const { size, library } = communicator;
  if (launcher !== undefined && launcher.size === size) return;
  await communicator.close();
  if (launcher === undefined) {
    throw new MyelinError(
      "MPI: expected to be started by mpirun or srun, got a process of its own. Write: mpirun -n 2 --bind-to none npx myelin train ...",
    );
  }
  throw new MyelinError(
    `MPI: expected the library of what has started ${launcher.size} processes (${launcher.kind}), got ${library}, which sees ${size}. ` +
      "Name libmpi.so of the MPI whose mpirun you use in MYELIN_MPI.",
  );
}
