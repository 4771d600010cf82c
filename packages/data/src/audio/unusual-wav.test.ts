/** WAV files that are whole but not as most are; their bytes are put together here. */
import { FormatError } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";
import { describe, expect, test } from "vitest";
import { readWav } from "./wav.ts";

const NAME = { name: "x.wav" };
const UNKNOWN = 2 ** 32 - 1;

/** The samples 0.5, -0.25 and 0 as 16-bit PCM. */
const PCM = [0x00, 0x40, 0x00, 0xe0, 0x00, 0x00];
const VALUES = [0.5, -0.25, 0];

function text(letters: string): number[] {
  return Array.from(letters, (letter) => letter.charCodeAt(0));
}

function little(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

function chunk(id: string, contents: readonly number[], size = contents.length): number[] {
  const filling = contents.length % 2 === 1 ? [0] : [];
  return [...text(id), ...little(size, 4), ...contents, ...filling];
}

interface Format {
  readonly encoding?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly frame?: number;
}

function format({
  encoding = 1,
  channels = 1,
  bits = 16,
  frame = (channels * bits) / 8,
}: Format = {}): number[] {
  return [
    ...little(encoding, 2),
    ...little(channels, 2),
    ...little(8000, 4),
    ...little(8000 * frame, 4),
    ...little(frame, 2),
    ...little(bits, 2),
  ];
}

const GUID = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

function extensible(encoding: number, bits: number, valid: number, guid = GUID): number[] {
  const base = format({ encoding: 0xfffe, bits });
  return [...base, ...little(22, 2), ...little(valid, 2), ...little(4, 4), ...little(encoding, 2), ...guid];
}

function file(chunks: readonly (readonly number[])[], { form = "RIFF", size = 0 } = {}): Uint8Array {
  const contents = chunks.flat();
  return Uint8Array.from([
    ...text(form),
    ...little(size || contents.length + 4, 4),
    ...text("WAVE"),
    ...contents,
  ]);
}

async function samples(bytes: Uint8Array): Promise<number[]> {
  return [...(await readWav(bytes, NAME)).samples];
}

describe("lengths that a program writing into a pipe did not know", () => {
  test.each([0, UNKNOWN, 2 ** 31, 2 ** 31 - 1, 2 ** 31 - 4096])("%i for the samples", async (size) => {
    for (const riff of [0, UNKNOWN, size + 36]) {
      const bytes = file([chunk("fmt ", format()), chunk("data", PCM, size)]);
      new DataView(bytes.buffer).setUint32(4, riff, true);
      expect(await samples(bytes)).toEqual(VALUES);
      expect(await samples(bytes.subarray(0, -1))).toEqual(VALUES.slice(0, 2));
    }
  });

  test("0 means none where other parts follow to the end", async () => {
    const bytes = file([chunk("fmt ", format()), chunk("data", []), chunk("LIST", text("INFOabcd"))]);
    await expect(samples(bytes)).rejects.toThrow("expected at least one sample, got none");
  });
});

describe("RF64 and BW64", () => {
  const ds64 = (size: number): number[] =>
    chunk("ds64", [...little(0, 8), ...little(size, 8), ...little(3, 8), ...little(0, 4)]);

  test.each(["RF64", "BW64"])("%s has the length in ds64", async (form) => {
    const parts = [ds64(6), chunk("fmt ", format()), chunk("data", PCM, UNKNOWN), chunk("LIST", [1, 2])];
    expect(await samples(file(parts, { form, size: UNKNOWN }))).toEqual(VALUES);
    const cut = [ds64(8), ...parts.slice(1, 3)];
    await expect(samples(file(cut, { form, size: UNKNOWN }))).rejects.toThrow(TruncatedError);
  });

  test("out of a pipe it has none", async () => {
    const parts = [ds64(0), chunk("fmt ", format()), chunk("data", PCM, UNKNOWN)];
    expect(await samples(file(parts, { form: "RF64", size: UNKNOWN }))).toEqual(VALUES);
  });
});

describe("parts in between", () => {
  test("and after the samples are passed over, whatever is in them", async () => {
    const list = chunk("LIST", [...text("INFOISFT"), 3, 0, 0, 0, 65, 66, 67]);
    const parts = [list, chunk("fmt ", format()), chunk("fact", [3, 0, 0, 0]), chunk("data", PCM), list];
    const whole = file(parts);
    expect(await samples(whole)).toEqual(VALUES);
    expect(await samples(whole.subarray(0, -9))).toEqual(VALUES);
    expect(await samples(Uint8Array.from([...whole, ...text("garbage without end")]))).toEqual(VALUES);
  });

  test("of odd length are found without their filling byte as well", async () => {
    const odd = chunk("note", [1, 2, 3]);
    for (const part of [odd, odd.slice(0, -1)]) {
      expect(await samples(file([part, chunk("fmt ", format()), part, chunk("data", PCM)]))).toEqual(VALUES);
    }
  });
});

describe("encodings", () => {
  test.each<[string, number[], number[], number[]]>([
    ["8-bit PCM", format({ bits: 8 }), [192, 96, 128], VALUES],
    ["24-bit PCM, extensible", extensible(1, 24, 24), [0, 0, 0x40, 0, 0, 0xe0, 0, 0, 0], VALUES],
    ["20 bits in 24, extensible", extensible(1, 24, 20), [0, 0, 0x40, 0, 0, 0xe0, 0, 0, 0], VALUES],
    ["12 bits in 16", format({ bits: 12, frame: 2 }), PCM, VALUES],
    ["32-bit PCM", format({ bits: 32 }), [0, 0, 0, 0x40, 0, 0, 0, 0xe0, 0, 0, 0, 0], VALUES],
    ["two channels", format({ channels: 2 }), [...PCM, 0, 0x40], [0.125, 0.25]],
    [
      "A-law",
      format({ encoding: 6, bits: 8 }),
      [0xd5, 0x55, 0xaa, 0x2a],
      [8, -8, 32256, -32256].map((v) => v / 32768),
    ],
    [
      "mu-law",
      format({ encoding: 7, bits: 8 }),
      [0xff, 0x7f, 0x80, 0x00],
      [0, 0, 32124, -32124].map((v) => v / 32768),
    ],
  ])("%s", async (_, fmt, data, expected) => {
    const read = await samples(file([chunk("fmt ", fmt), chunk("data", data)]));
    expect(read.map((sample) => sample + 0)).toEqual(expected.map(Math.fround));
  });

  test.each<[string, string, number[]]>([
    ["float32", "setFloat32", extensible(3, 32, 32)],
    ["float64", "setFloat64", format({ encoding: 3, bits: 64 })],
  ])("%s", async (_, set, fmt) => {
    const view = new DataView(new ArrayBuffer(24));
    const bytes = set === "setFloat32" ? 4 : 8;
    VALUES.forEach((value, i) => view[set as "setFloat32"](i * bytes, value, true));
    const data = [...new Uint8Array(view.buffer, 0, 3 * bytes)];
    expect(await samples(file([chunk("fmt ", fmt), chunk("data", data)]))).toEqual(VALUES);
  });
});

describe("errors say whether getting the file again helps", () => {
  const whole = file([chunk("fmt ", format()), chunk("data", PCM)]);

  test.each([45, 44, 40, 36, 30, 20, 12])("cut to %i bytes", async (length) => {
    const reading = readWav(whole.subarray(0, length), NAME);
    await expect(reading).rejects.toThrow(TruncatedError);
    await expect(reading).rejects.toThrow(
      /^readWav: x.wav: expected .* The file is cut short: get it again.$/,
    );
  });

  test.each<[string, number[], string]>([
    ["ADPCM", format({ encoding: 2, bits: 4, frame: 1 }), "got ADPCM"],
    ["MP3", format({ encoding: 0x55, bits: 0, frame: 1 }), "got MP3"],
    ["something unknown", format({ encoding: 0x1234 }), "got encoding 0x1234"],
    ["64-bit PCM", format({ bits: 64 }), "got samples of 8 bytes"],
    [
      "another identifier",
      extensible(
        1,
        16,
        16,
        GUID.map(() => 9),
      ),
      "got the identifier ..",
    ],
  ])("%s is not supported", async (_, fmt, message) => {
    const reading = samples(file([chunk("fmt ", fmt), chunk("data", PCM)]));
    await expect(reading).rejects.toThrow(UnsupportedError);
    await expect(reading).rejects.toThrow(message);
  });

  test("samples that are no numbers are named", async () => {
    const data = [0, 0, 0, 0, 0, 0, 0xc0, 0x7f];
    const reading = samples(file([chunk("fmt ", format({ encoding: 3, bits: 32 })), chunk("data", data)]));
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow("expected finite samples, got NaN as sample 1");
  });
});
