import { motionRecordings, saccadeRecordings } from "../../camera/index.ts";
import type { EventRecordings } from "../../events/index.ts";
import { selectSamples, type ImageDataset } from "../../images/index.ts";
import { DESCRIPTION_FILE, hasRecordings, openRecordings } from "../generated/index.ts";
import { countRecordings } from "./count-recordings.ts";
import { cifar10 } from "./cifar10.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { mnist } from "./mnist.ts";
import type { EventDatasetInfo, EventDatasetSpec, ImageDatasetSpec, Split } from "../dataset-spec.ts";

/** How many samples of Fashion-MNIST are set in motion: the first ones of each split. */
const MOTION_COUNTS: Readonly<Record<Split, number>> = { train: 10_000, test: 2000 };

/** Seeds of the generated data sets: the splits must not share noise. */
const SEEDS: Readonly<Record<Split, number>> = { train: 1, test: 2 };

/** Fashion-MNIST in motion before a restless background. */
export const fashionMotion: EventDatasetSpec = generatedSpec(
  fashionMnist,
  {
    name: "fashion-motion",
    description: "clothes in motion before clutter and noise, 34 x 34",
    width: 34,
    height: 34,
    trainCount: MOTION_COUNTS.train,
    testCount: MOTION_COUNTS.test,
  },
  (images, split) => {
    const count = Math.min(MOTION_COUNTS[split], images.count);
    const first = selectSamples(
      images,
      Uint32Array.from({ length: count }, (_, n) => n),
    );
    return motionRecordings(first, { name: "fashion-motion", seed: SEEDS[split] });
  },
);

/** Each data set of images before the moving event camera of N-MNIST. */
export const imageEvents: readonly EventDatasetSpec[] = [mnist, fashionMnist, cifar10].map((source) => {
  const { name, trainCount, testCount, width, height } = source.info;
  const margin = 3;
  const info = {
    name: `${name}-events`,
    description: `${name} before a moving event camera, simulated`,
    width: width + 2 * margin,
    height: height + 2 * margin,
    trainCount,
    testCount,
  };
  return generatedSpec(source, info, (images, split) =>
    saccadeRecordings(images, { seed: SEEDS[split], margin }),
  );
});

function generatedSpec(
  source: ImageDatasetSpec,
  info: Omit<EventDatasetInfo, "kind" | "licence" | "homepage" | "classNames">,
  record: (images: ImageDataset, split: Split) => EventRecordings,
): EventDatasetSpec {
  const { licence, homepage, classNames } = source.info;
  return {
    info: { kind: "events", licence, homepage, classNames, ...info },
    missingFiles: async (folder) => ((await hasRecordings(folder)) ? [] : [DESCRIPTION_FILE]),
    read: (folder, split) => openRecordings(folder, info.name, split),
    count: (folder, split) => countRecordings(openRecordings(folder, info.name, split)),
    downloads: [],
    madeFrom: { source: source.info.name, record },
  };
}
