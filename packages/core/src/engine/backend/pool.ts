import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import type { WindowSize } from "./sizes.ts";

/** Pooling windows over `planes` images; padding counts as zero for averages (divisor `kernel^2`) and never wins a maximum. */
export interface PoolSize extends WindowSize {
  readonly planes: number;
  readonly channels: number;
}

/** Averages and maxima of windows; outputs are storages of their own. */
export interface PoolBackend {
  /** `y = sum of the window / kernel^2`. */
  averageForward(size: PoolSize, buffers: Buffers<"x" | "y">): void;
  /** Each `gy / kernel^2` is added to all of its window. */
  averageBackward(size: PoolSize, buffers: Buffers<"gy" | "gx">): void;
  /** `winner` gets, for each output, the place of the first maximum inside its window (row-major). */
  maxForward(size: PoolSize, buffers: Buffers<"x" | "y" | "winner">): void;
  /** Each `gy` is added to its winner. */
  maxBackward(size: PoolSize, buffers: Buffers<"gy" | "winner" | "gx">): void;
}

const x = ({ planes, channels, inHeight, inWidth }: PoolSize): number =>
  planes * channels * inHeight * inWidth;
const y = ({ planes, channels, outHeight, outWidth }: PoolSize): number =>
  planes * channels * outHeight * outWidth;

/** Lengths of the buffers of `PoolBackend`. */
export const POOL_LENGTHS: LengthsOf<PoolBackend> = {
  averageForward: { x, y: output(y) },
  averageBackward: { gy: y, gx: output(x) },
  maxForward: { x, y: output(y), winner: output(y) },
  maxBackward: { gy: y, winner: y, gx: output(x) },
};
