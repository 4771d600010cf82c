/** What losses ask of a backend, besides storage. */

/** The values that numbers must have; see `Backend.findOutside`. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
  /** Only whole numbers are inside. */
  readonly whole?: boolean;
}

/** A number that is not as it should be, and where it stands. */
export interface OutsideValue {
  readonly index: number;
  readonly value: number;
}

/** Targets `[batch, classes]` and how they are weighted; see `Backend.weighClasses`. */
export interface ClassWeighting {
  readonly batch: number;
  readonly classes: number;
  /** Share of the target spread evenly over all classes. */
  readonly smoothing: number;
  /** Whether a mean over samples divides by the sum of their weights, instead of their number. */
  readonly byWeight: boolean;
}
