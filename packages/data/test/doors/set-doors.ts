import { gzipSync } from "node:zlib";
import { Random, type Tensor } from "@myelin/core";
import { isPlainObject } from "@myelin/core/checks";
import {
  anything,
  boolean,
  callback,
  type Doors,
  fn,
  instance,
  integer,
  type Kind,
  kind,
  list,
  number,
  optional,
  options,
  tensorOf,
  text,
} from "../../../core/test/doors/kinds.ts";
import * as data from "../../src/browser.ts";
import { idxBytes } from "../synthetic.ts";
import { images, indices, opaque, random, seed, sequences, share, spikes } from "./samples.ts";

const order = {
  ...{ batchSize: integer(2), shuffle: optional(boolean), seed: optional(seed) },
  ...{ epoch: optional(integer(1, 0)), dropLast: optional(boolean), startBatch: optional(integer(1, 0)) },
};
const transform: Kind = callback(data.horizontalFlip());
const perChannel: Kind = kind(
  () => [0.5],
  (value) => typeof value === "number" || (Array.isArray(value) && value.length === 1),
);
const range: Kind = list(
  () => [1, 1],
  (value) => typeof value === "number" && value > 0,
);
const anyBytes = (bytes: Uint8Array): Kind =>
  kind(
    () => bytes,
    (value) => value instanceof Uint8Array || value instanceof ArrayBuffer,
  );
/** A PGM picture of one pixel, and a table of two rows. */
const greyMap = new TextEncoder().encode("P2 1 1 9 5");
const smallTable = new TextEncoder().encode("label,x\na,1\nb,2\n");
const column: Kind = kind(
  () => "label",
  (value) => typeof value === "string" || typeof value === "number" || value === false,
);
const columns: Kind = list(
  () => ["x"],
  (value) => typeof value === "string" || typeof value === "number",
);
const words = (...names: string[]): Kind =>
  list(
    () => names,
    (name) => typeof name === "string",
  );
const rows: Kind = opaque(() =>
  data.valueDataset({
    ...{ name: "mine", classNames: ["a", "b"], columns: ["x", "y"], labels: [0, 1, 0] },
    values: new Float64Array(6),
  }),
);
const perColumn: Kind = kind(
  () => [0.5, 1],
  (value) => typeof value === "number" || (Array.isArray(value) && value.length === 2),
);
const named = options({ name: optional(text("mine")) });

/** Applies a transform of images, as batches do. */
function apply(
  transformed: data.Transform,
  size: data.ImageShape = { channels: 1, height: 2, width: 2 },
): void {
  transformed(new Float32Array(4), new Float32Array(4), size, new Random(1));
}

/** Encoders without chance do not look at the number of the call. */
const unused: Kind = anything(() => 1);

/** Left away, there are 700 channels, which take a while: that is not tried. */
function small(inner: Kind): Kind {
  const isDefault = (value: unknown): boolean => value === undefined || optional(options({})).allows(value);
  return { ...inner, skips: isDefault };
}

/** One of the mistakes, { length: 2 }, is right here. */
function withLength(inner: Kind): Kind {
  const hasLength = (value: unknown): boolean => isPlainObject(value) && "length" in value;
  return { ...inner, allows: (value) => value === undefined || hasLength(value) || inner.allows(value) };
}

/** An encoder that is made with options, then called. */
function encoding<Options>(
  make: (options: Options) => data.Encoder,
  given: Kind,
  input = tensorOf(3, 2),
  call = unused,
) {
  return fn((chosen: Options, x: Tensor, call: number) => make(chosen)(x, call), given, input, call);
}

const zero = optional(number(0.5, 0));

/** Images, spike trains, sound, batches and encoders. */
export const setDoors: Doors = {
  batchCount: fn(
    data.batchCount,
    integer(10),
    options({ batchSize: integer(2), dropLast: optional(boolean) }),
  ),
  batches: fn(
    data.batches,
    images,
    options({
      ...order,
      transform: optional(transform),
      normalise: optional(options({ mean: optional(perChannel), std: optional(perChannel) })),
    }),
  ),
  createDataset: fn(
    data.createDataset,
    images,
    optional(
      options({
        normalise: optional(options({ mean: optional(perChannel), std: optional(perChannel) })),
        transform: optional(transform),
      }),
    ),
  ),
  sequenceBatches: fn(data.sequenceBatches, sequences, options({ ...order, augment: optional(boolean) })),
  constantCurrent: encoding(data.constantCurrent, options({ steps: integer(3) })),
  poissonRate: encoding(data.poissonRate, options({ steps: integer(3), seed }), undefined, seed),
  latencyEncoding: encoding(data.latencyEncoding, options({ steps: integer(3) })),
  deltaEncoding: encoding(
    data.deltaEncoding,
    options({ threshold: number(1, Number.MIN_VALUE), signed: optional(boolean) }),
    tensorOf(3, 2, 2),
  ),

  decodeImage: fn(data.decodeImage, anyBytes(greyMap), optional(named)),
  readTable: fn(
    data.readTable,
    anyBytes(smallTable),
    optional(
      options({
        ...{
          name: optional(text("mine")),
          header: optional(boolean),
          label: optional(column),
          omit: optional(columns),
        },
        ...{ columns: optional(columns), missing: optional(text("drop", "drop", "refuse")) },
      }),
    ),
  ),
  describeTable: fn(data.describeTable, anyBytes(smallTable), optional(text("mine"))),
  valueDataset: fn(
    data.valueDataset,
    options({
      ...{
        name: text("mine"),
        values: instance(Float64Array, () => new Float64Array(4)),
        labels: indices(0, 1),
      },
      ...{ classNames: words("a", "b"), columns: words("x", "y") },
    }),
  ),
  columnStatistics: fn(data.columnStatistics, rows, optional(text("range", "range", "standard"))),
  selectRows: fn(data.selectRows, rows, indices(0, 1)),
  valueBatches: fn(
    data.valueBatches,
    rows,
    options({
      ...order,
      normalise: optional(options({ mean: optional(perColumn), std: optional(perColumn) })),
    }),
  ),
  imageDataset: fn(
    data.imageDataset,
    options({
      ...{ name: text("mine"), images: instance(Uint8Array, () => new Uint8Array(8)) },
      ...{
        labels: indices(0, 1),
        classNames: list(
          () => ["a", "b"],
          (name) => typeof name === "string",
        ),
      },
      ...{ channels: integer(1), height: integer(2), width: integer(2) },
    }),
  ),
  pixelStatistics: fn(data.pixelStatistics, images),
  selectSamples: fn(data.selectSamples, images, indices(0, 1)),
  splitDataset: fn(data.splitDataset, images, options({ validation: share, seed })),
  compose: fn((inner: data.Transform) => apply(data.compose(inner)), transform),
  horizontalFlip: fn(
    (chosen: { p?: number }) => apply(data.horizontalFlip(chosen)),
    optional(options({ p: optional(share) })),
  ),
  randomCrop: fn(
    (chosen: { padding: number }) => apply(data.randomCrop(chosen)),
    options({ padding: integer(1, 0) }),
  ),
  randomAffine: fn(
    (chosen: data.RandomAffineOptions) => apply(data.randomAffine(chosen)),
    options({
      ...{
        degrees: zero,
        translate: optional(
          kind(
            () => [0, 0],
            (value) => share.allows(value),
          ),
        ),
      },
      ...{ scale: optional(range), shear: zero },
      interpolation: optional(text("bilinear", "bilinear", "nearest")),
    }),
  ),
  gunzip: fn(
    data.gunzip,
    instance(Uint8Array, () => GZIPPED),
    options({ maxBytes: number(100, 0), name: optional(text("mine")) }),
  ),
  isGzip: fn(
    data.isGzip,
    instance(Uint8Array, () => GZIPPED),
  ),
  isHdf5: fn(
    data.isHdf5,
    instance(Uint8Array, () => GZIPPED),
  ),
  isImageFile: fn(
    data.isImageFile,
    instance(Uint8Array, () => GZIPPED),
  ),
  readCifar10: fn(data.readCifar10, anyBytes(new Uint8Array(3073)), optional(named)),
  readIdx: fn(data.readIdx, anyBytes(idxBytes([2], [1, 2])), optional(named)),

  readWav: fn(data.readWav, anyBytes(wav()), options({ name: text("mine") })),
  resample: fn(
    data.resample,
    options({
      samples: instance(Float32Array, () => new Float32Array(4)),
      sampleRate: number(8000, Number.MIN_VALUE),
    }),
    kind(
      () => 4000,
      (rate) => typeof rate === "number" && rate > 0 && rate < 1e9,
    ),
  ),
  createCochlea: fn(
    async (chosen?: data.CochleaOptions) => {
      const cochlea = await data.createCochlea(chosen);
      return cochlea.channels < 3 && cochlea.listen({ samples: new Float32Array(4), sampleRate: 8000 }, 1);
    },
    small(
      options({
        channels: small(
          kind(
            () => 2,
            (channels) => channels === 1,
          ),
        ),
        ...{ level: optional(number(0.3, Number.MIN_VALUE)), fade: zero, preEmphasis: optional(share) },
        basilarMembrane: withLength(
          options({
            ...{ c0: optional(number(1e9)), a: optional(number(3500)), alpha: optional(number(3)) },
            ...{ m: optional(number(0.05)), h: optional(number(0.1)), delta: optional(number(0.15)) },
            length: optional(number(3.5)),
          }),
        ),
        hairCell: optional(options({})),
        bushyCell: optional(
          options({
            fibres: optional(integer(4)),
            tauMem: zero,
            tauSyn: zero,
            tauRefrac: zero,
            weight: zero,
          }),
        ),
      }),
    ),
  ),

  readSpikes: "needs a file of HDF5's library, which takes a while to read: read-spikes.test.ts",
  joinSpikes: fn(data.joinSpikes, spikes, spikes),
  packSpikes: fn(
    data.packSpikes,
    list(
      () => [{ times: [0.2, 0.1], units: [1, 0] }],
      (sample) => {
        const { times, units } = (sample ?? {}) as { times?: unknown; units?: unknown };
        return Array.isArray(times) && Array.isArray(units);
      },
    ),
  ),
  selectSpikes: fn(data.selectSpikes, spikes, indices(0, 1)),
  spikeDataset: fn(
    data.spikeDataset,
    options({
      ...{ name: text("mine"), units: integer(4), labels: indices(0, 1), sources: optional(indices(0, 1)) },
      classNames: list(
        () => ["a", "b"],
        (name) => typeof name === "string",
      ),
      ...{ times: opaque(() => Float32Array.of(0, 1)), unitIds: opaque(() => Uint16Array.of(0, 1)) },
      offsets: opaque(() => Uint32Array.of(0, 1, 2)),
    }),
  ),
  spikeSequences: fn(
    (dataset: data.SpikeDataset, chosen: data.SpikeSequenceOptions) =>
      data.spikeSequences(dataset, chosen).collate([0], () => new Random(1)),
    spikes,
    optional(
      options({
        ...{ frameMs: optional(number(10, Number.MIN_VALUE)), pool: optional(integer(1)) },
        ...{
          origin: optional(text("firstSpike", "firstSpike", "recording")),
          maxDurationMs: optional(
            kind(
              () => 100,
              (ms) => typeof ms === "number" && ms > 0,
            ),
          ),
        },
        warp: optional(options({ units: optional(integer(1, 0)), time: optional(share) })),
        masks: optional(
          options({
            probability: optional(share),
            timeMaskSize: integer(1),
            inputMaskSize: optional(integer(1)),
          }),
        ),
        cutMix: optional(options({ probability: optional(share) })),
        padding: optional(text("masked", "masked", "paper")),
      }),
    ),
  ),
  timeCutMix: fn(
    data.timeCutMix,
    options({
      data: instance(Float32Array, () => new Float32Array(4)),
      steps: integer(2),
      lengths: optional(opaque(() => Uint32Array.of(2, 2))),
    }),
    instance(Float32Array, () => Float32Array.of(1, 0, 0, 1)),
    integer(2),
    random,
    optional(options({ probability: optional(share) })),
  ),
  splitBySource: fn(
    data.splitBySource,
    sequences,
    list(() => [0], Number.isInteger),
  ),
  splitSequences: fn(data.splitSequences, sequences, options({ validation: share, seed })),
};

/** An empty text, compressed. */
const GZIPPED = gzipSync("");

/** Four samples of 16 bits. */
function wav(): Uint8Array {
  const bytes = new Uint8Array(52);
  const view = new DataView(bytes.buffer);
  const letters = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  letters(0, "RIFF");
  view.setUint32(4, 44, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, 8, true);
  return bytes;
}
