/** What the thread that speaks MPI is asked for, and what it answers. */
import type { SumPlan } from "@myelin/core/training";

/** What a call needs, by its name. */
export interface Requests {
  readonly sum: { readonly values: Float32Array; readonly plan: SumPlan };
  readonly gather: { readonly bytes: Uint8Array };
  readonly broadcast: { readonly bytes: Uint8Array; readonly root: number };
  readonly close: object;
}

/** A call, made while the processes were those of a generation: each loss of one begins another. */
export type Request = {
  [Name in keyof Requests]: {
    readonly name: Name;
    readonly id: number;
    readonly generation: number;
  } & Requests[Name];
}[keyof Requests];

/** Who takes part. */
export interface Members {
  readonly rank: number;
  readonly size: number;
  readonly generation: number;
}

/** The first message of the thread. */
export type Greeting = (Members & { readonly library: string }) | { readonly error: string };

/** The answer to a call. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
  /** When the call began and ended, in milliseconds since 1970. */
  readonly times: readonly [begin: number, end: number];
  /** Who is left, where processes were lost. */
  readonly left?: Members;
}

/** What the thread is given. */
export interface WorkerData {
  readonly library: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Its first number is not 0 when the job is to be ended, with that exit code. */
  readonly control: Int32Array;
}
