import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { picturePixels } from "@myelin/core/runs";
import { expect, it } from "vitest";
import { decodeImage } from "./index.ts";

/** Eight colours or shades in two rows of four. */
const RGB = Uint8Array.from({ length: 24 }, (_, i) => (i * 31) & 255);

function rgba(colours: ArrayLike<number>, channels: number): number[] {
  return Array.from({ length: colours.length / channels }, (_, i) => {
    const own = Array.from({ length: channels }, (__, c) => colours[i * channels + c]!);
    const [first = 0, second = 0, third = 0, fourth = 255] = own;
    return channels === 1
      ? [first, first, first, 255]
      : channels === 2
        ? [first, first, first, second]
        : [first, second, third, fourth];
  }).flat();
}

it.each([1, 2, 3, 4] as const)("reads PNG of %i channels and 8 bits", async (channels) => {
  const data = RGB.slice(0, 8 * channels > 24 ? 24 : 8 * channels);
  const width = data.length / channels / 2;
  for (const interlace of ["null", "Adam7"] as const) {
    const image = await decodeImage(encode({ width, height: 2, data, channels, depth: 8 }, { interlace }));
    expect([...image.data]).toEqual(rgba(data, channels));
    expect(image).toMatchObject({ width, height: 2, channels: channels > 2 ? 3 : 1 });
  }
});

it("brings 16 bits to 8", async () => {
  const data = Uint16Array.of(0, 257, 0x8000, 65_535);
  const { data: pixels } = await decodeImage(encode({ width: 2, height: 2, data, channels: 1, depth: 16 }));
  expect([0, 4, 8, 12].map((i) => pixels[i])).toEqual([0, 1, 128, 255]);
});

it("reads palettes of less than a byte a pixel", async () => {
  const palette: [number, number, number][] = [
    [10, 20, 30],
    [40, 50, 60],
  ];
  const data = Uint8Array.of(0b0100_0000, 0b1000_0000);
  const png = encode({ width: 3, height: 2, data, channels: 1, depth: 1, palette });
  const { data: pixels, channels } = await decodeImage(png);
  expect([...pixels.subarray(0, 12)]).toEqual([10, 20, 30, 255, 40, 50, 60, 255, 10, 20, 30, 255]);
  expect(channels).toBe(3);
});

/** Left half reddish, right half bluish, 8 x 8, as CMYK by the Python Imaging Library. */
const CMYK =
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK" +
  "/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNR" +
  "YQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeY" +
  "mZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwDn/wDg5E/5oz/3MX/uMr8n" +
  "65//AINu/wDms3/cu/8AuTr9/K//2Q==";

it("reads JPEG in CMYK", async () => {
  const { data } = await decodeImage(Buffer.from(CMYK, "base64"));
  const near = (at: number, colour: number[]) =>
    colour.forEach((c, i) => expect(Math.abs(data[at + i]! - c)).toBeLessThan(8));
  near(0, [200, 40, 40]);
  near(28, [40, 40, 200]);
});

/** A JPEG image, bright in its upper left corner, with an orientation. */
function turned(orientation: number): Uint8Array {
  const [width, height] = [16, 8];
  const isBright = (i: number) => i % width < 8 && i < (width * height) / 2;
  const data = Buffer.from(
    Array.from({ length: width * height }, (_, i) =>
      isBright(i) ? [255, 255, 255, 255] : [0, 0, 0, 255],
    ).flat(),
  );
  const { data: bytes } = jpeg.encode({ data, width, height }, 95);
  const exif = [
    0xff,
    0xe1,
    0,
    34,
    ...Buffer.from("Exif\0\0MM\0*\0\0\0\x08", "latin1"),
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  return Uint8Array.of(0xff, 0xd8, ...exif, ...bytes.subarray(2));
}

it.each([
  [1, "left top"],
  [2, "right top"],
  [3, "right bottom"],
  [4, "left bottom"],
  [5, "left top"],
  [6, "right top"],
  [7, "right bottom"],
  [8, "left bottom"],
])("turns a photograph with orientation %i upright", async (orientation, corner) => {
  const { data, width, height } = await decodeImage(turned(orientation));
  expect([width, height]).toEqual(orientation >= 5 ? [8, 16] : [16, 8]);
  const at = (x: number, y: number) => data[4 * (y * width + x)]! > 128;
  const [right, bottom] = [width - 2, height - 2];
  const bright = [
    at(1, 1) && "left top",
    at(right, 1) && "right top",
    at(1, bottom) && "left bottom",
    at(right, bottom) && "right bottom",
  ];
  expect(bright.filter(Boolean)).toEqual([corner]);
});

it("reads PBM, PGM and PPM in text and bytes", async () => {
  const text = (form: string) => new TextEncoder().encode(form);
  const first = async (bytes: Uint8Array) =>
    [...(await decodeImage(bytes)).data].filter((_, i) => i % 4 === 0);
  expect(await first(text("P1\n# note\n3 1\n101"))).toEqual([0, 255, 0]);
  expect(await first(text("P2 2 1 15 0 15"))).toEqual([0, 255]);
  expect(await first(Uint8Array.of(...text("P4\n3 1\n"), 0b1010_0000))).toEqual([0, 255, 0]);
  expect(await first(Uint8Array.of(...text("P5\n2 1\n65535\n"), 0x80, 0, 255, 255))).toEqual([128, 255]);
  expect([...(await decodeImage(Uint8Array.of(...text("P6 1 1 255 "), 7, 8, 9))).data]).toEqual([
    7, 8, 9, 255,
  ]);
});

it("names what it does not read, and where a file breaks off", async () => {
  const gif = new TextEncoder().encode("GIF89a......");
  await expect(decodeImage(gif, { name: "a.gif" })).rejects.toThrow(
    /a\.gif.*got a GIF image\. Convert it to PNG/,
  );
  const png = encode({ width: 4, height: 2, data: RGB, channels: 3, depth: 8 });
  for (const whole of [png, turned(1)]) {
    for (const cut of [0, 5, 20, 40, whole.length >> 1, whole.length - 3]) {
      await expect(decodeImage(whole.subarray(0, cut), { name: "cut" })).rejects.toThrow(/^decodeImage: cut/);
    }
  }
  const damaged = png.slice();
  damaged[damaged.length - 20]! ^= 1;
  await expect(decodeImage(damaged)).rejects.toThrow(/expected a whole PNG image/);
  const huge = png.slice();
  new DataView(huge.buffer).setUint32(16, 1e6);
  new DataView(huge.buffer).setUint32(20, 1e6);
  await expect(decodeImage(huge)).rejects.toThrow(/1 to 67108864 pixels, got 1000000 x 1000000/);
});

it("makes pixels of pictures: transparency, grey, cropped, padded, resized", () => {
  const picture = { width: 2, height: 1, data: Uint8Array.of(100, 100, 100, 255, 200, 0, 0, 51) };
  expect([...picturePixels(picture, [1, 1, 2])]).toEqual([100, 12]);
  expect([...picturePixels(picture, [3, 1, 2], { background: "white" })]).toEqual([
    100, 244, 100, 204, 100, 204,
  ]);
  const wide = {
    width: 4,
    height: 2,
    data: Uint8Array.from({ length: 32 }, (_, i) => (i % 4 === 3 ? 255 : 20 * ((i >> 2) % 4))),
  };
  expect([...picturePixels(wide, [1, 2, 2], { fit: "crop" })]).toEqual([20, 40, 20, 40]);
  expect([...picturePixels(wide, [1, 4, 4], { fit: "pad", background: "white" }).subarray(0, 8)]).toEqual([
    255, 255, 255, 255, 0, 20, 40, 60,
  ]);
  // The weights of the two old pixels under a new one and of the next one are 3, 3 and 1.
  expect([...picturePixels(wide, [1, 1, 2])]).toEqual([14, 46]);
});
