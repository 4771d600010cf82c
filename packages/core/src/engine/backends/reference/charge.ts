/** Charging a leaky membrane: what all spiking neurons begin a time step with. */

export interface Leak {
  /** Share of the distance to `rest` that is lost in a step: 1 / tau; 0 for a neuron that does not leak. */
  readonly r: number;
  /** Potential without input: `vReset`, or 0 for a soft reset. */
  readonly rest: number;
  /** Whether the input is scaled by r too. */
  readonly decayInput: boolean;
}

/** `h = v + (x - (v - rest)) r` with decayInput, else `h = v - (v - rest) r + x`. */
export function charge({ r, rest, decayInput }: Leak, v: number, x: number): number {
  return decayInput ? v + (x - (v - rest)) * r : v - (v - rest) * r + x;
}

/** Derivatives of `charge` with respect to v, x and r. */
export function chargeDerivatives(
  { r, rest, decayInput }: Leak,
  v: number,
  x: number,
): { readonly dv: number; readonly dx: number; readonly dr: number } {
  return decayInput ? { dv: 1 - r, dx: r, dr: x - (v - rest) } : { dv: 1 - r, dx: 1, dr: -(v - rest) };
}
