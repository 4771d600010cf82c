/** Parameters of the inner hair cell, rates per second; defaults as in the Heidelberg data sets. */
export interface HairCellOptions {
  /** Replenishing of the free transmitter, y; 5.05. */
  readonly y?: number;
  /** Largest release, g; 2000. */
  readonly g?: number;
  /** Loss from the cleft, l; 2500. */
  readonly l?: number;
  /** Return from the cleft, r; 6580. */
  readonly r?: number;
  /** Return from the reprocessing store, x; 66.3. */
  readonly x?: number;
  /** Constants A and B of the membrane's permeability; 5 and 300. */
  readonly a?: number;
  readonly b?: number;
  /** Firing a second and unit of transmitter, h; 50000. */
  readonly h?: number;
  /** Most free transmitter, M; 1. */
  readonly m?: number;
}

/** The transmitter of one hair cell after a step. */
export interface HairCellState {
  /** In the cleft. */
  c: number;
  /** Free. */
  q: number;
  /** Being reprocessed. */
  w: number;
}

/** A hair cell in silence. */
export function hairCellAtRest(options: HairCellOptions = {}): HairCellState {
  const { y = 5.05, g = 2000, l = 2500, r = 6580, x = 66.3, a = 5, b = 300, m = 1 } = options;
  const rest = (g * a) / (a + b);
  const c = (m * y * rest) / (l * rest + y * (l + r));
  return { c, q: (c * (l + r)) / rest, w: (c * r) / x };
}

/**
 * The transmitter of an inner hair cell, from the velocity v of the basilar membrane to the chance that a nerve fibre
 * fires within a step dt:
 *
 *   1. k = g dt (v + A) / (v + A + B), 0 where v + A <= 0
 *   2. q += y dt max(0, M - q) - k q + x dt w,   not below 0      free transmitter
 *   3. c += k q - (l + r) dt c                                     in the cleft
 *   4. w += r dt c - x dt w                                        being reprocessed
 *   5. probability = h dt c
 *
 * Each line uses the values of the step before, except that 5 uses the new c.
 *
 * @param velocity f64 [T], overwritten with the probabilities
 * @param state where it begins, overwritten with where it ends; at rest if left out
 * @source Meddis 1986, JASA 79(3); Meddis 1988, JASA 83(3), with the parameters of LAUSCHER
 */
export function hairCell(
  velocity: Float64Array,
  steps: number,
  dt: number,
  options: HairCellOptions = {},
  state: HairCellState = hairCellAtRest(options),
): void {
  const { y = 5.05, g = 2000, l = 2500, r = 6580, x = 66.3, a = 5, b = 300, h = 50000, m = 1 } = options;
  let { c, q, w } = state;
  for (let t = 0; t < steps; t++) {
    const drive = velocity[t]! + a;
    const k = drive > 0 ? (g * dt * drive) / (drive + b) : 0;
    const replenished = q < m ? y * dt * (m - q) : 0;
    const ejected = k * q;
    const returned = r * dt * c;
    const reprocessed = x * dt * w;
    q = Math.max(0, q + replenished - ejected + reprocessed);
    c = Math.max(0, c + ejected - (l + r) * dt * c);
    w = Math.max(0, w + returned - reprocessed);
    velocity[t] = h * dt * c;
  }
  Object.assign(state, { c, q, w });
}
