import type { ImageSize } from "./sizes.ts";

/** A block of float32 values that belongs to one backend. */
export interface Storage {
  /** How many values it holds. */
  readonly length: number;
  /** For a view: the storage whose values it shares. */
  readonly base?: Storage | undefined;
}

/** Step storage is freed as a whole at the end of the step; persistent storage by `release`. */
export type Lifetime = "step" | "persistent";

/** Where values live, and how they come in and go out. */
export interface MemoryBackend {
  /** Uninitialised values. */
  allocate(length: number, lifetime: Lifetime): Storage;
  /** Gives storage back before its lifetime ends; it must not be used afterwards. */
  release(storage: Storage): void;
  /** The same values under another handle, for a tensor of another shape. */
  view(storage: Storage): Storage;
  /** Frees all step storage. */
  endStep(): void;
  /** Copies values in; with `image` they come as `[planes, channels, positions]`. */
  write(storage: Storage, data: ArrayLike<number>, image?: ImageSize): void;
  /** Copies values out; with `image` they leave as `[planes, channels, positions]`. Reads that wait together may be served at once. */
  read(storage: Storage, image?: ImageSize): Promise<Float32Array>;
  /** Bytes reserved now, and the most that one step has used. */
  usage(): MemoryUsage;
  /** When little memory is left: waits until what is no longer referenced is given back; else undefined. */
  reclaim(): Promise<void> | undefined;
  /** Called for each output before an operation writes to it: what is known about its values holds no more. */
  overwritten?(storage: Storage): void;
}

/** Bytes of a backend's memory. */
export interface MemoryUsage {
  readonly bytes: number;
  readonly stepPeak: number;
}
