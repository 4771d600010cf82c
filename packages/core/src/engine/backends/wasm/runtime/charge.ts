/** h = keep v + gain x + offset: how a kernel charges a membrane. */
export interface Charge {
  readonly keep: number;
  readonly gain: number;
  readonly offset: number;
}

/** @param r reciprocal time constant */
export function chargeOf(r: number, decayInput: boolean, vReset: number | null): Charge {
  return { keep: 1 - r, gain: decayInput ? r : 1, offset: r * (vReset ?? 0) };
}
