import { sumBy, type SumPlan } from "@myelin/core/training";
import { errorText, type Handle, type Library } from "./library.ts";

/** Tries without a pause, then with short ones, then with longer ones: a core is left to whoever computes. */
const [SPINS, SHORT, SHORT_MS, LONG_MS] = [20, 60, 0.05, 0.4];
const TAG = 7;
const STATUS_BYTES = 64;

/** An error of MPI. */
export class MpiFault extends Error {}

/** Processes that exchange messages. All calls are made by one thread; they return when they are done. */
export class Group {
  readonly #library: Library;
  readonly #control: Int32Array;
  /** Memory that MPI reads or writes: it must not be collected before that is done. */
  held: readonly unknown[] = [];
  #comm: Handle;
  rank = 0;
  size = 1;
  generation = 0;

  /** @param control its first number ends the job when it is not 0 */
  constructor(library: Library, control: Int32Array) {
    this.#library = library;
    this.#control = control;
    this.#comm = library.world;
    this.#check(library.calls.MPI_Comm_set_errhandler(this.#comm, library.errorsReturn));
    this.#count();
  }

  /** Whether the group can go on without processes that were lost. */
  get isTolerant(): boolean {
    return this.#library.tolerant !== undefined;
  }

  /** Goes on with those that are left. */
  shrink(): void {
    const { tolerant, handleBytes } = this.#library;
    tolerant?.MPIX_Comm_revoke(this.#comm);
    const shrunk = new Uint8Array(new ArrayBuffer(handleBytes));
    this.#check(tolerant?.MPIX_Comm_shrink(this.#comm, shrunk) ?? 1);
    this.#comm = new BigInt64Array(shrunk.buffer)[0] as bigint;
    this.#check(this.#library.calls.MPI_Comm_set_errhandler(this.#comm, this.#library.errorsReturn));
    this.#count();
    this.generation++;
  }

  /** Adds up parts; see `Communicator.sum`. */
  async sum(values: Float32Array, plan: SumPlan): Promise<void> {
    const { rank, size } = this;
    const exchange = async (send: readonly Uint8Array[], receive: readonly Uint8Array[]): Promise<void> =>
      this.#exchange(send, receive);
    await sumBy({ rank, size, exchange }, values, plan);
  }

  /** What each has brought. */
  gather(bytes: Uint8Array): Uint8Array[] {
    const lengths = this.#ranks((_) => new Float64Array(new ArrayBuffer(8)));
    const own = Float64Array.of(bytes.length);
    this.#exchange(
      this.#ranks(() => bytesOf(own)),
      lengths.map(bytesOf),
    );
    const all = lengths.map((length) => new Uint8Array(new ArrayBuffer(length[0] as number)));
    this.#exchange(
      this.#ranks(() => bytes),
      all,
    );
    return all;
  }

  /** What `root` has brought. */
  broadcast(bytes: Uint8Array, root: number): Uint8Array {
    const length = new Float64Array(new ArrayBuffer(8));
    length[0] = bytes.length;
    this.#broadcast(bytesOf(length), root);
    const data = this.rank === root ? bytes : new Uint8Array(new ArrayBuffer(length[0]));
    this.#broadcast(data, root);
    return data;
  }

  /** Ends the job. */
  abort(code: number): void {
    this.#library.calls.MPI_Abort(this.#library.world, code);
  }

  #count(): void {
    const { calls } = this.#library;
    const [rank, size] = [[0], [0]];
    this.#check(calls.MPI_Comm_rank(this.#comm, rank));
    this.#check(calls.MPI_Comm_size(this.#comm, size));
    this.rank = rank[0] as number;
    this.size = size[0] as number;
  }

  #broadcast(data: Uint8Array, root: number): void {
    if (data.length === 0) return;
    const { calls, byte } = this.#library;
    this.held = [data];
    this.#wait(1, (requests) => {
      this.#check(calls.MPI_Ibcast(data, data.length, byte, root, this.#comm, requests[0]));
    });
  }

  /** Sends `send[r]` to each rank r and receives `receive[r]` from it. */
  #exchange(send: readonly Uint8Array[], receive: readonly Uint8Array[]): void {
    const { calls, byte } = this.#library;
    (receive[this.rank] as Uint8Array).set(send[this.rank] as Uint8Array);
    const others = this.#ranks((r) => r).filter((r) => r !== this.rank);
    const [from, to] = [receive, send].map((all) =>
      others.filter((r) => (all[r] as Uint8Array).length > 0),
    ) as [number[], number[]];
    this.held = [send, receive];
    this.#wait(from.length + to.length, (requests) => {
      from.forEach((r, i) => {
        const data = receive[r] as Uint8Array;
        this.#check(calls.MPI_Irecv(data, data.length, byte, r, TAG, this.#comm, requests[i]));
      });
      to.forEach((r, i) => {
        const data = send[r] as Uint8Array;
        const request = requests[from.length + i];
        this.#check(calls.MPI_Isend(data, data.length, byte, r, TAG, this.#comm, request));
      });
    });
  }

  /** Starts calls that do not wait, and waits for them, without keeping a core busy. */
  #wait(count: number, start: (requests: readonly Uint8Array[]) => void): void {
    if (count === 0) return;
    const { calls, handleBytes } = this.#library;
    const requests = new Uint8Array(new ArrayBuffer(count * handleBytes));
    start(Array.from({ length: count }, (_, i) => requests.subarray(i * handleBytes, (i + 1) * handleBytes)));
    const statuses = new Uint8Array(new ArrayBuffer(count * STATUS_BYTES));
    const flag = [0];
    for (let tries = 0; ; tries++) {
      this.#check(calls.MPI_Testall(count, requests, flag, statuses));
      if (flag[0] !== 0) break;
      const code = Atomics.load(this.#control, 0);
      if (code !== 0) this.abort(code);
      if (tries > SPINS) Atomics.wait(this.#control, 1, 0, tries < SPINS + SHORT ? SHORT_MS : LONG_MS);
    }
    this.held = [];
  }

  #ranks<T>(make: (rank: number) => T): T[] {
    return Array.from({ length: this.size }, (_, r) => make(r));
  }

  #check(code: number): void {
    if (code !== 0) throw new MpiFault(errorText(this.#library, code));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
