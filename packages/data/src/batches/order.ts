import { ShapeError } from "@myelin/core";
import { checkBoolean, checkInteger, checkOptions, describeValue } from "@myelin/core/checks";
import { permutation, STREAMS, streamKey } from "../random.ts";

/** Which batches of an epoch are made, whatever the samples are. */
export interface OrderOptions {
  /** Samples a batch, B; at most as many as the data set has. */
  readonly batchSize: number;
  /** New order in every epoch; in the data set's order if left out. */
  readonly shuffle?: boolean;
  /** Seed of order and transforms; 0 if left out. */
  readonly seed?: number;
  /** Which pass over the data, from 0: another epoch, other numbers. */
  readonly epoch?: number;
  /** Leave out the last batch if it is not full. */
  readonly dropLast?: boolean;
  /** Index of the first batch to make: resumes an epoch with the very numbers it would have had. */
  readonly startBatch?: number;
}

/** The names of {@link OrderOptions}. */
export const ORDER_OPTIONS = {
  batchSize: true,
  shuffle: true,
  seed: true,
  epoch: true,
  dropLast: true,
  startBatch: true,
} as const;

/**
 * How many batches an epoch has.
 *
 * @throws ShapeError unless 1 <= batchSize <= count
 */
export function batchCount(count: number, options: Pick<OrderOptions, "batchSize" | "dropLast">): number {
  checkInteger("batchCount.count", count, { min: 0 }, "It is the number of samples.");
  checkOptions("batchCount", options, { batchSize: true, dropLast: true }, "{ batchSize: 100 }");
  return countBatches(count, options);
}

function countBatches(
  count: number,
  { batchSize, dropLast = false }: Pick<OrderOptions, "batchSize" | "dropLast">,
): number {
  checkBoolean("batches.dropLast", dropLast);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count) {
    throw new ShapeError(
      `batches: expected batchSize from 1 to the ${count} samples there are, got ${describeValue(batchSize)}. ` +
        `Choose a smaller batch or more data.`,
    );
  }
  return dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
}

/** A batch's place in the epoch and its samples' places in the data set. */
export interface BatchPlace {
  readonly index: number;
  readonly samples: Uint32Array;
}

/**
 * The batches of an epoch, in an order that depends on (seed, epoch) alone. Options are checked when this is called.
 *
 * @throws ShapeError for options that do not fit `count` samples
 */
export function batchPlaces(count: number, options: OrderOptions): Iterable<BatchPlace> {
  const total = countBatches(count, options);
  const { batchSize, startBatch = 0, shuffle = false, seed = 0, epoch = 0 } = options;
  checkBoolean("batches.shuffle", shuffle);
  checkWhole("seed", seed);
  checkWhole("epoch", epoch, 0);
  checkWhole("startBatch", startBatch, 0, total);
  return {
    *[Symbol.iterator]() {
      const order = sampleOrder(count, shuffle ? streamKey(seed, STREAMS.shuffle, epoch) : undefined);
      for (let index = startBatch; index < total; index++) {
        yield { index, samples: order.subarray(index * batchSize, (index + 1) * batchSize) };
      }
    },
  };
}

/** The key from which the random numbers of sample `n` in an epoch follow: `streamKey(key, n)`. */
export function augmentationKey({ seed = 0, epoch = 0 }: OrderOptions): number {
  return streamKey(seed, STREAMS.augment, epoch);
}

function sampleOrder(count: number, key: number | undefined): Uint32Array {
  return key === undefined ? Uint32Array.from({ length: count }, (_, n) => n) : permutation(count, key);
}

function checkWhole(
  option: string,
  value: number,
  smallest = Number.MIN_SAFE_INTEGER,
  largest = Number.MAX_SAFE_INTEGER,
) {
  if (Number.isSafeInteger(value) && value >= smallest && value <= largest) return;
  throw new ShapeError(
    `batches: expected ${option} as a whole number from ${smallest} to ${largest}, got ${describeValue(value)}. ` +
      `Leave it out to start at 0.`,
  );
}
