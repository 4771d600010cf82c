import { FormatError, onWarning } from "@myelin/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import wavefile from "wavefile";
import { readWav } from "./wav.ts";

const NAME = { name: "x.wav" };

function wav(samples: number[] | number[][], bits = "16", rate = 8000): Uint8Array {
  const channels = Array.isArray(samples[0]) ? samples.length : 1;
  const file = new wavefile.WaveFile();
  file.fromScratch(channels, rate, bits, samples as number[]);
  return file.toBuffer();
}

function adpcm(): Uint8Array {
  const file = new wavefile.WaveFile(wav(Array.from({ length: 600 }, (_, i) => i)));
  file.toIMAADPCM();
  return file.toBuffer();
}

describe("samples on the scale -1 to 1", () => {
  const formats: [string, number[], number[]][] = [
    ["8", [0, 128, 192], [-1, 0, 0.5]],
    ["16", [-32768, 0, 16384], [-1, 0, 0.5]],
    ["24", [-(2 ** 23), 0, 2 ** 22], [-1, 0, 0.5]],
    ["32", [-(2 ** 31), 0, 2 ** 30], [-1, 0, 0.5]],
    ["32f", [-1, 0, 0.5], [-1, 0, 0.5]],
    ["64", [-1, 0, 0.5], [-1, 0, 0.5]],
  ];
  test.each(formats)("%s bits", async (bits, stored, expected) => {
    const { samples, sampleRate } = await readWav(wav(stored, bits, 16000), NAME);
    expect([...samples]).toEqual(expected);
    expect(sampleRate).toBe(16000);
  });

  test.each(["toALaw", "toMuLaw"] as const)("compressed, %s", async (compress) => {
    const tone = Array.from({ length: 1010 }, (_, i) => Math.round(8000 * Math.sin(i / 9)));
    const file = new wavefile.WaveFile();
    file.fromScratch(1, 8000, "16", tone);
    file[compress]();
    const { samples } = await readWav(file.toBuffer(), NAME);
    const error = tone.map((value, i) => Math.abs(value / 32768 - samples[i]!));
    expect(Math.max(...error)).toBeLessThan(0.02);
  });
});

test("the other byte order", async () => {
  const file = new wavefile.WaveFile(wav([-32768, 0, 16384, 0]));
  file.toRIFX();
  expect([...(await readWav(file.toBuffer(), NAME)).samples]).toEqual([-1, 0, 0.5, 0]);
});

test("several channels become their mean", async () => {
  const stereo = wav([
    [16384, 0, -16384],
    [0, 16384, -16384],
  ]);
  expect([...(await readWav(stereo, NAME)).samples]).toEqual([0.25, 0.25, -0.5]);
});

describe("samples beyond full scale", () => {
  const floats = (samples: number[]) => wav(samples, "32f");

  test("are cut to it, counted and said", async () => {
    const said: string[] = [];
    const before = onWarning((message) => said.push(message));
    const { samples, clipped } = await readWav(floats([0.5, 1.5, -1e30, 1, -1]), NAME);
    onWarning(before);
    expect({ samples: [...samples], clipped }).toEqual({ samples: [0.5, 1, -1, 1, -1], clipped: 2 });
    expect(said).toEqual([
      "readWav: x.wav: expected samples from -1 to 1, got 2 beyond; they were cut to this range. " +
        "Save the recording at a lower level.",
    ]);
  });

  test("are absent from whole files", async () => {
    expect(await readWav(floats([1, -1]), NAME)).not.toHaveProperty("clipped");
  });

  test.each([NaN, Infinity, -Infinity])("%s is refused", async (odd) => {
    await expect(readWav(floats([0, odd, 1]), NAME)).rejects.toThrow(
      `readWav: x.wav: expected finite samples, got ${odd} as sample 1. Save the recording as WAV.`,
    );
  });
});

describe("what is no sound is an error", () => {
  test.each<[string, () => Uint8Array, RegExp]>([
    ["no file", () => new Uint8Array(0), /^readWav: x.wav: expected a WAV file, got 0 bytes/],
    [
      "other contents",
      () => new Uint8Array(100),
      /expected a WAV file, got 100 bytes beginning with "\?\?\?\?"/,
    ],
    ["ADPCM", adpcm, /expected PCM or floating-point samples, A-law or mu-law, got IMA ADPCM/],
    ["no samples", () => wav([]), /expected at least one sample, got none/],
    ["cut short", () => wav([1, 2, 3, 4]).subarray(0, 47), /expected 8 bytes in its part "data", got 3/],
  ])("%s", async (_, bytes, message) => {
    await expect(readWav(bytes(), NAME)).rejects.toThrow(message);
  });

  test("damaged files end in samples or a FormatError", async () => {
    const whole = wav(Array.from({ length: 40 }, (_, i) => i));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.nat(whole.length - 1),
        fc.nat(255),
        async (length, at, value) => {
          const bytes = whole.slice();
          bytes[at] = value;
          const result = await readWav(bytes.subarray(0, length), NAME).catch((error: unknown) => error);
          if (result instanceof Error) expect(result).toBeInstanceOf(FormatError);
          else expect(result).toHaveProperty("samples");
        },
      ),
      { numRuns: 1000 },
    );
  });
});
