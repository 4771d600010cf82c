/**
 * Numbers that carry a slope along one direction (forward-mode differentiation): a derivation of gradients that shares
 * nothing with the backward passes it is held against.
 */
export interface Dual {
  readonly value: number;
  readonly slope: number;
}

export function dual(value: number, slope = 0): Dual {
  return { value, slope };
}

/** The same value, regarded as a constant. */
export function detach({ value }: Dual): Dual {
  return dual(value);
}

export function add(a: Dual, b: Dual): Dual {
  return dual(a.value + b.value, a.slope + b.slope);
}

export function subtract(a: Dual, b: Dual): Dual {
  return dual(a.value - b.value, a.slope - b.slope);
}

export function multiply(a: Dual, b: Dual): Dual {
  return dual(a.value * b.value, a.slope * b.value + a.value * b.slope);
}

export function divide(a: Dual, b: Dual): Dual {
  return dual(a.value / b.value, (a.slope * b.value - a.value * b.slope) / b.value ** 2);
}

/** `max(0, a)`, flat at zero. */
export function relu(a: Dual): Dual {
  return a.value > 0 ? a : dual(0);
}

export function logistic(a: Dual): Dual {
  const value = 1 / (1 + Math.exp(-a.value));
  return dual(value, value * (1 - value) * a.slope);
}

/** The step function, with a slope of one's own. */
export function fire(z: Dual, derivative: (z: number) => number): Dual {
  return dual(z.value >= 0 ? 1 : 0, derivative(z.value) * z.slope);
}
