/** TensorBoard's event files, byte by byte. */
import { describe, expect, it } from "vitest";
import { inflateSync } from "node:zlib";
import { beginEventFile, encodeEvent, type LoggedValue } from "../src/index.ts";
import { maskedCrc32c } from "../src/tensorboard/crc32c.ts";
import { encodePng } from "../src/tensorboard/png.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("event files", () => {
  it("have the check sums of CRC-32C", () => {
    // 0xe3069283 is the check sum of "123456789"; masking turns it by 15 bits and adds a constant.
    const rotated = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) >>> 0;
    expect(maskedCrc32c(new TextEncoder().encode("123456789"))).toBe((rotated + 0xa282ead8) >>> 0);
  });

  it("begin with their version", () => {
    // As TensorBoard 2.21's EventAccumulator reads it; fixtures/read-events.py shows what it finds in a run.
    expect(hex(beginEventFile(1))).toBe(GOLDEN.begin);
  });

  it.each<[keyof typeof GOLDEN, LoggedValue]>([
    ["scalar", { tag: "loss", scalar: 0.5 }],
    ["histogram", { tag: "w", histogram: [1, 1, 1] }],
    ["raster", { tag: "r", raster: { steps: 2, neurons: 1, spikes: [1, 0] } }],
  ])("hold a %s", (name, value) => {
    expect(hex(encodeEvent({ step: 300, wallTime: 2, values: [value] }))).toBe(GOLDEN[name]);
  });

  it("leave out of histograms what is not finite", () => {
    const encoded = (histogram: number[]) =>
      hex(encodeEvent({ step: 300, wallTime: 2, values: [{ tag: "w", histogram }] }));
    expect(encoded([1, NaN, 1, Infinity, 1])).toBe(GOLDEN.histogram);
    expect(encoded([NaN, 2, 0, 1])).toBe(encoded([2, 0, 1]));
  });

  it("refuse what is no value", () => {
    const values = [{ tag: "x", raster: { steps: 2, neurons: 2, spikes: [1] } }];
    expect(() => encodeEvent({ step: 1, wallTime: 0, values })).toThrow("expected 4 numbers, got [1]");
    expect(() => encodeEvent({ step: -1, wallTime: 0, values: [] })).toThrow(
      "encodeEvent.step: expected an integer >= 0",
    );
    expect(() => encodeEvent({ step: 1, wallTime: 0, values: [{ tag: "" }] as never })).toThrow("a text");
  });
});

it("pictures are PNG, whatever their size", () => {
  const pixels = Uint8Array.from({ length: 300 * 400 }, (_, i) => i % 251);
  const png = Buffer.from(encodePng(300, 400, pixels));
  const data = png.subarray(8 + 25 + 8, png.length - 12 - 4);
  const rows = inflateSync(data);
  expect(rows.length).toBe(301 * 400);
  expect([...rows.subarray(301, 306)]).toEqual([0, ...pixels.subarray(300, 304)]);
});

const GOLDEN = {
  begin: "1800000000000000a37f4b2209000000000000f03f1a0d627261696e2e4576656e743a3286bf577a",
  scalar: "1b000000000000001a0d9e1309000000000000004010ac022a0d0a0b0a046c6f7373150000003fdfc52b60",
  histogram:
    "56000000000000004e2de2b209000000000000004010ac022a480a460a01772a4109000000000000f03f11000000000000f03f1900000000000008402100000000000008402900000000000008403208000000000000f03f3a080000000000000840d7297772",
  raster:
    "6400000000000000435f1cdf09000000000000004010ac022a560a540a0172224f080110021801224789504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000e494441547801010300fcff0000ff01020100b7012ef70000000049454e44ae4260829f65e2fc",
};
