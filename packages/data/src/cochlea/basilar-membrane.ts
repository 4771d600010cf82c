import {
  add,
  complex,
  divide,
  logarithm,
  multiply,
  scale,
  squareRoot,
  subtract,
  type Complex,
} from "./complex.ts";
import { hankel } from "./hankel.ts";

/** Parameters of the basilar membrane, in centimetres, grams and seconds; defaults as in the Heidelberg data sets. */
export interface BasilarMembraneOptions {
  /** C0 - a is the stiffness at the base; 1e9 g s^-2 cm^-2. */
  readonly c0?: number;
  /** Offset of the stiffness, a; 3500 g s^-2 cm^-2. */
  readonly a?: number;
  /** Decay of the stiffness along the membrane; 3 / cm. */
  readonly alpha?: number;
  /** Mass an area; 0.05 g cm^-2. */
  readonly m?: number;
  /** Height of the scala; 0.1 cm. */
  readonly h?: number;
  /** Damping; 0.15. */
  readonly delta?: number;
  /** Length of the membrane; 3.5 cm. */
  readonly length?: number;
}

/**
 * The transfer function from sound to the velocity of the basilar membrane, of the hydrodynamic shallow-water model
 * with a fluid of density 1, at angular frequency w and distance x from the base:
 *
 *   1. S(x) = C0 e^(-alpha x) - a,   R(x) = delta sqrt(C0 m) e^(-alpha x / 2)      stiffness, damping
 *   2. xi(w, x) = S - m w^2 - i w R                                                  impedance times -i w
 *   3. g(w, x) = w / sqrt(h xi)                                                      wave number
 *   4. G(w, x) = 2 g(w, 0) / alpha + integral of g from 0 to x                       phase
 *   5. p(w, x) = sqrt(G / g) H0(G)                                                   pressure, H0 of the first kind
 *   6. z(w) = i sqrt(2 C0 / h) conj(H0(k) / H1(k)),   k = 2 w / alpha sqrt(2 / (h C0))   input impedance
 *   7. v(w, x) = 2 w / xi(w, x) * p(w, x) / p(w, 0) * z(w)
 *
 * @source Sieroka, Dosch & Rupp 2006, JASA 120(1); Cramer, Stradmann, Schemmel & Zenke 2020, with the parameters of
 * LAUSCHER, its program
 */
export class BasilarMembrane {
  readonly length: number;
  private readonly c0: number;
  private readonly a: number;
  private readonly alpha: number;
  private readonly m: number;
  private readonly h: number;
  private readonly damping: number;

  constructor(options: BasilarMembraneOptions = {}) {
    const { c0 = 1e9, a = 3500, alpha = 3, m = 0.05, h = 0.1, delta = 0.15, length = 3.5 } = options;
    this.c0 = c0;
    this.a = a;
    this.alpha = alpha;
    this.m = m;
    this.h = h;
    this.length = length;
    this.damping = delta * Math.sqrt(c0 * m);
  }

  /** The frequency in hertz at which mass and stiffness balance at `x`; the response falls off quickly above it. */
  resonance(x: number): number {
    return Math.sqrt(Math.max(0, this.c0 * Math.exp(-this.alpha * x) - this.a) / this.m) / (2 * Math.PI);
  }

  /** The part of the velocity that is the same everywhere at angular frequency `omega`: 2 w z(w) / p(w, 0). */
  source(omega: number): Complex {
    return divide(scale(this.inputImpedance(omega), 2 * omega), this.pressure(omega, 0));
  }

  /** v(w, x), from {@link source} at the same frequency. */
  velocity(omega: number, x: number, source: Complex): Complex {
    return divide(multiply(this.pressure(omega, x), source), this.impedance(omega, x));
  }

  private impedance(omega: number, x: number): Complex {
    const stiffness = this.c0 * Math.exp(-this.alpha * x) - this.a;
    const resistance = this.damping * Math.exp((-this.alpha * x) / 2);
    return complex(stiffness - this.m * omega * omega, -omega * resistance);
  }

  private waveNumber(omega: number, x: number): Complex {
    return scale(squareRoot(divide(complex(1 / this.h), this.impedance(omega, x))), omega);
  }

  /** The integral in closed form: with D = sqrt(a + m w^2), E = e^(-alpha x / 2), u = i D - w R / (2 D) - sqrt(xi). */
  private phase(omega: number, x: number): Complex {
    const start = scale(this.waveNumber(omega, 0), 2 / this.alpha);
    const d = Math.sqrt(this.a + this.m * omega * omega);
    const e = Math.exp((-this.alpha * x) / 2);
    const u = (at: number, decay: number): Complex =>
      subtract(complex((-omega * this.damping * decay) / (2 * d), d), squareRoot(this.impedance(omega, at)));
    const log = logarithm(scale(divide(u(0, 1), u(x, e)), e));
    const factor = (-2 * omega) / (this.alpha * Math.sqrt(this.h) * d);
    return add(start, multiply(complex(0, factor), log));
  }

  private pressure(omega: number, x: number): Complex {
    const phase = this.phase(omega, x);
    return multiply(squareRoot(divide(phase, this.waveNumber(omega, x))), hankel(0, phase));
  }

  private inputImpedance(omega: number): Complex {
    const k = complex(((2 * omega) / this.alpha) * Math.sqrt(2 / (this.h * this.c0)));
    const ratio = divide(hankel(0, k), hankel(1, k));
    const size = Math.sqrt((2 * this.c0) / this.h);
    return complex(size * ratio.im, size * ratio.re); // i conj(ratio)
  }
}
