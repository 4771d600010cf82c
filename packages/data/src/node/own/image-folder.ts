import { open, readFile } from "node:fs/promises";
import { FormatError } from "@myelin/core";
import { checkArray, checkInteger, checkOneOf, checkOptions, checkText, refuse } from "@myelin/core/checks";
import { BACKGROUNDS, FITS, type PictureFitting, picturePixels } from "@myelin/core/runs";
import { type ImageDataset, imageDataset } from "../../images/index.ts";
import { type DecodedImage, decodeImage, isImageFile } from "../../pictures/index.ts";
import type { Split } from "../dataset-spec.ts";
import { unreadableFile } from "../files/index.ts";
import {
  checkSplitOptions,
  type ClassFile,
  type FileKind,
  openClassFiles,
  type OwnSplitOptions,
  type PassedOver,
  SPLIT_OPTIONS,
} from "../labelled/index.ts";

/** Options of {@link openImageFolder}. */
export interface ImageFolderOptions extends OwnSplitOptions, PictureFitting {
  /** [width, height] of all images; if left out, they must have one size. */
  readonly resize?: readonly [width: number, height: number] | undefined;
  /** 1: shades of grey, 3: colours. If left out, 1 where all files hold shades of grey. */
  readonly channels?: 1 | 3 | undefined;
  /** The first samples of a part only. */
  readonly limit?: Partial<Readonly<Record<Split, number | undefined>>> | undefined;
}

/** A folder of images of one's own. */
export interface ImageFolder {
  readonly name: string;
  /** The classes of both parts: "2" before "10". */
  readonly classNames: readonly string[];
  /** How many images each part has. */
  readonly counts: Readonly<Record<Split, number>>;
  /** How much of the folder is no image that is used, and why. */
  readonly passedOver: PassedOver;
  /**
   * Reads the images of a part.
   *
   * @throws FormatError if there are none, one is damaged, or sizes differ and none is stated; it names the file
   */
  open(split: Split): Promise<ImageDataset>;
}

/** The most bytes of pixels of one part: 4 GiB. */
const MOST_BYTES = 2 ** 32;

/** Endings of pictures: such a file that cannot be read is an error. */
const ENDINGS = /\.(png|jpe?g|pbm|pgm|ppm|pnm|gif|webp|bmp|tiff?|heic|avif)$/i;

/** What is used of a folder of images. */
export const IMAGES: FileKind = {
  what: "images",
  isWanted: async (name, place) => ENDINGS.test(name) || isImageFile(await firstBytes(place)),
};

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch(unreadableFile("openImageFolder", file));
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const KNOWN = {
  ...SPLIT_OPTIONS,
  ...({ resize: true, fit: true, background: true, channels: true, limit: true } as const),
} as const;

/**
 * Opens images of one's own, in PNG, JPEG, PBM, PGM or PPM: `train/CLASS/FILE` and `test/CLASS/FILE`, or `CLASS/FILE`,
 * of which a share of each class is drawn for testing; or a table of files and labels in CSV. Links are followed. What is
 * passed over is counted and said.
 *
 * @throws MyelinError if the folder cannot be read or a link leads to a folder that holds it
 * @throws FormatError if there is no image or a class is not in `classNames`
 * @example
 * const folder = await openImageFolder("my-images", { resize: [32, 32] });
 * const train = createDataset(await folder.open("train"));
 */
export async function openImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ImageFolder> {
  checkText("openImageFolder.folder", folder);
  const checked = checkOptions<ImageFolderOptions>("openImageFolder", options, KNOWN);
  checkSplitOptions("openImageFolder", checked);
  checkImageOptions(checked);
  const { name, classNames, counts, passedOver, of } = await openClassFiles(folder, IMAGES, checked);
  const parts = new Map<Split, Promise<DecodedPart>>();
  const read = (split: Split, channels: 1 | 3 | undefined): Promise<DecodedPart> => {
    const own = spread(of(split), checked.limit?.[split]);
    const part = parts.get(split) ?? readPart(own, { ...checked, channels });
    parts.set(split, part);
    return part;
  };
  return {
    ...{ name, classNames, counts, passedOver },
    async open(split) {
      // What training images are decides for test images too.
      const channels = checked.channels ?? (await read("train", undefined)).channels;
      const { files, images, width, height } = await read(split, channels);
      const labels = files.map(({ className }) => classNames.indexOf(className));
      return imageDataset({ name, images, labels, channels, height, width, classNames });
    },
  };
}

function checkImageOptions({ resize, fit, background, channels, limit = {} }: ImageFolderOptions): void {
  if (resize !== undefined) {
    checkArray("openImageFolder.resize", resize, "[width, height]", (symbol, side: unknown) =>
      checkInteger(symbol, side as number, { min: 1, max: 4096 }, "It is in pixels."),
    );
  }
  if (fit !== undefined) checkOneOf("openImageFolder.fit", fit, FITS);
  if (background !== undefined) checkOneOf("openImageFolder.background", background, BACKGROUNDS);
  if (channels !== undefined && ![1, 3].includes(channels))
    refuse("openImageFolder.channels", "1 or 3", channels);
  for (const [split, count] of Object.entries(limit)) {
    if (count !== undefined) checkInteger(`openImageFolder.limit.${split}`, count, { min: 1 });
  }
}

/** Some of the files, from everywhere: they lie class by class. */
function spread(files: readonly ClassFile[], limit: number | undefined): readonly ClassFile[] {
  if (limit === undefined || limit >= files.length) return files;
  return Array.from({ length: limit }, (_, i) => files[Math.floor((i * files.length) / limit)]!);
}

/** The pixels of a part. */
interface DecodedPart {
  readonly files: readonly ClassFile[];
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
  /** uint8 [files, channels, height, width]. */
  readonly images: Uint8Array;
}

async function readPart(
  files: readonly ClassFile[],
  { channels: stated, resize, fit, background }: ImageFolderOptions,
): Promise<DecodedPart> {
  let channels = stated ?? 1;
  let [width, height] = resize ?? [0, 0];
  let images: Uint8Array | undefined;
  for (const [index, { path: file }] of files.entries()) {
    const bytes = await readFile(file).catch(unreadableFile("openImageFolder", file));
    const image = await decodeImage(bytes, { name: file });
    if (resize === undefined && index === 0) [width, height] = [image.width, image.height];
    if (resize === undefined) requireSize(image, { width, height, file, first: files[0]!.path });
    const isFirstColour = stated === undefined && channels === 1 && image.channels === 3;
    if (isFirstColour && images) images = asColours(images, width * height);
    if (isFirstColour) channels = 3;
    images ??= allocate(files, channels * width * height);
    images.set(
      picturePixels(image, [channels, height, width], { fit, background }),
      index * channels * width * height,
    );
  }
  return { files, channels, width, height, images: images! };
}

function allocate(files: readonly ClassFile[], length: number): Uint8Array {
  const bytes = files.length * length;
  if (bytes <= MOST_BYTES) return new Uint8Array(bytes);
  throw new FormatError(
    `openImageFolder: expected at most 4 GiB of pixels, got ${(bytes / 2 ** 30).toFixed(1)} GiB for ${files.length} images. ` +
      "Make them smaller with resize, or take fewer with limit.",
  );
}

/** Images in shades of grey as images of three equal channels. */
function asColours(images: Uint8Array, positions: number): Uint8Array {
  const colours = new Uint8Array(3 * images.length);
  for (let at = 0; at < images.length; at += positions) {
    const plane = images.subarray(at, at + positions);
    for (let channel = 0; channel < 3; channel++) colours.set(plane, 3 * at + channel * positions);
  }
  return colours;
}

interface StatedSize {
  readonly width: number;
  readonly height: number;
  readonly file: string;
  readonly first: string;
}

function requireSize(image: DecodedImage, { width, height, file, first }: StatedSize): void {
  if (image.width === width && image.height === height) return;
  throw new FormatError(
    `openImageFolder: expected images of one size, got ${width} x ${height} in ${first} and ` +
      `${image.width} x ${image.height} in ${file}. Say resize: [${width}, ${height}].`,
  );
}
