import { describe, expect, test } from "vitest";
import { hankel } from "./hankel.ts";

/** Re z, Im z, H0(z), H1(z), worked out to 15 digits with mpmath. */
const KNOWN = [
  [0.1, 0, 0.99750156206604, -1.5342386513503667, 0.049937526036242, -6.4589510947020266],
  [1, 0.5, 0.43064462640653445, -0.03715693632426279, 0.09986678064032144, -0.5362213650107958],
  [5, 3, -0.011491471543250507, -0.01150470257779589, -0.012835219682808294, 0.01120220213651539],
  [9.9, 5, -0.0013658131815132944, 0.0008442897494493819, 0.0008080481997194545, 0.0014275589520791679],
  [0.5, 9, 1.6280885099528852e-5, -2.7975695764626996e-5, -2.9438692327410365e-5, -1.7242016978828457e-5],
  [10.1, 2, -0.032750389427052294, 0.0073086105365039384, 0.005842259793658515, 0.033436925560702956],
  [30, 1, -0.03247357389097955, -0.042597949561671476, -0.043167633629357154, 0.03178747692322099],
  [-1, 3, -0.019728705760059147, -0.008804881208716137, -0.009173003685504234, 0.022918510099310334],
] as const;

describe("Hankel functions of the first kind", () => {
  test.each(KNOWN)("at %f + %f i", (re, im, re0, im0, re1, im1) => {
    const zero = hankel(0, { re, im });
    const one = hankel(1, { re, im });
    expect(Math.hypot(zero.re - re0, zero.im - im0) / Math.hypot(re0, im0)).toBeLessThan(1e-4);
    expect(Math.hypot(one.re - re1, one.im - im1) / Math.hypot(re1, im1)).toBeLessThan(1e-4);
  });

  test("series and expansion meet", () => {
    for (let angle = 0; angle < 3; angle += 0.1) {
      const at = (radius: number) =>
        hankel(0, { re: radius * Math.cos(angle), im: radius * Math.sin(angle) });
      const [inside, outside] = [at(10 - 1e-9), at(10 + 1e-9)];
      const distance = Math.hypot(inside.re - outside.re, inside.im - outside.im);
      // Deep in the upper half plane J and Y cancel almost entirely; there H is vanishingly small.
      expect(distance).toBeLessThan(1e-9);
    }
  });
});
