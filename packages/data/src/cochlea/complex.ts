/** A complex number. The few operations that the basilar membrane needs, on the principal branches. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** re + i im. */
export function complex(re: number, im = 0): Complex {
  return { re, im };
}

/** a + b. */
export function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im };
}

/** a - b. */
export function subtract(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im };
}

/** a b. */
export function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

/** factor a, for a real factor. */
export function scale(a: Complex, factor: number): Complex {
  return { re: a.re * factor, im: a.im * factor };
}

/** a / b. */
export function divide(a: Complex, b: Complex): Complex {
  const norm = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / norm, im: (a.im * b.re - a.re * b.im) / norm };
}

/** The square root with a real part of at least 0. */
export function squareRoot(a: Complex): Complex {
  const radius = Math.hypot(a.re, a.im);
  const re = Math.sqrt(Math.max(0, (radius + a.re) / 2));
  const im = Math.sqrt(Math.max(0, (radius - a.re) / 2));
  return { re, im: a.im < 0 ? -im : im };
}

/** The logarithm with an imaginary part in (-pi, pi]. */
export function logarithm(a: Complex): Complex {
  return { re: Math.log(Math.hypot(a.re, a.im)), im: Math.atan2(a.im, a.re) };
}

/** e^a. */
export function exponential(a: Complex): Complex {
  const radius = Math.exp(a.re);
  return { re: radius * Math.cos(a.im), im: radius * Math.sin(a.im) };
}
