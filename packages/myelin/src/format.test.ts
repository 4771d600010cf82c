import { describe, expect, it } from "vitest";
import { duration, exact, mebibytes, shorten, withUnit } from "./format.ts";

describe("numbers as people read them", () => {
  it.each([
    [1_650_042, "1,650,042"],
    [0.004, "0.004"],
    [1e-8, "1e-8"],
    [0.1 + 0.2, "0.30000000000000004"],
  ])("keeps every digit of %d", (value, text) => expect(exact(value)).toBe(text));

  it.each([
    [1.37e-6, "1.37 µJ"],
    [9.999e-7, "1.00 µJ"],
    [70.5e-6, "70.5 µJ"],
    [123e-9, "123 nJ"],
    [4.6e-12, "4.60 pJ"],
    [1e-3, "1.00 mJ"],
    [0.5, "500 mJ"],
    [2, "2.00 J"],
    [12_300, "12.3 kJ"],
    [0, "0 J"],
  ])("gives %d joules a prefix", (value, text) => expect(withUnit(value, "J")).toBe(text));

  it.each([
    [1.04, "1.0 s"],
    [9.97, "10 s"],
    [59.7, "1 min 0 s"],
    [119.6, "2 min 0 s"],
    [125, "2 min 5 s"],
    [3599.8, "1 h 0 min"],
    [3900, "1 h 5 min"],
  ])("says how long %d seconds are", (seconds, text) => expect(duration(seconds)).toBe(text));

  it("counts memory and cuts long texts", () => {
    expect(mebibytes(33_554_432)).toBe("32.0 MiB");
    expect([shorten("abc", 3), shorten("abcd", 3)]).toEqual(["abc", "ab…"]);
  });
});
