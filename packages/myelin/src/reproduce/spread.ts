/** Mean and sample standard deviation. */
export interface Spread {
  readonly mean: number;
  /** 0 for a single value. */
  readonly sd: number;
}

/** Mean and standard deviation with n - 1 in the denominator. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}
