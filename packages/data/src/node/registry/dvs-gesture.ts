import path from "node:path";
import { gestureTrials, readGestures } from "../events/index.ts";
import { isThere } from "../files/index.ts";
import { countRecordings } from "./count-recordings.ts";
import type { EventDatasetSpec, Split } from "../dataset-spec.ts";

const LISTS: Readonly<Record<Split, string>> = { train: "trials_to_train.txt", test: "trials_to_test.txt" };

/** The folder inside the publisher's archive; files may lie there or directly in the data set's folder. */
const ARCHIVE_FOLDER = "DvsGesture";

/** Eleven gestures of 29 people before an event camera. */
export const dvsGesture: EventDatasetSpec = {
  info: {
    kind: "events",
    name: "dvs-gesture",
    description: "gestures of 29 people before an event camera, 128 x 128",
    licence: "CC BY 4.0",
    homepage: "https://research.ibm.com/interactive/dvsgesture/",
    trainCount: 1176,
    testCount: 288,
    width: 128,
    height: 128,
    classNames: [
      "hand clapping",
      "right hand wave",
      "left hand wave",
      "right arm clockwise",
      "right arm counter clockwise",
      "left arm clockwise",
      "left arm counter clockwise",
      "arm roll",
      "air drums",
      "air guitar",
      "other gestures",
    ],
  },
  folderNames: ["dvs-gesture", "DVS128Gesture", "DvsGesture"],
  async missingFiles(folder, split) {
    return (await placeOf(folder, LISTS[split])) === undefined ? [LISTS[split]] : [];
  },
  async read(folder, split) {
    const place = (await placeOf(folder, LISTS[split])) ?? folder;
    const { name, classNames } = dvsGesture.info;
    return readGestures(place, { name, classNames, files: await gestureTrials(place, LISTS[split]) });
  },
  count: (folder, split) => countRecordings(dvsGesture.read(folder, split)),
  downloads: [],
  byHand:
    "Download DvsGesture.tar.gz from https://ibm.ent.box.com/s/3hiq58ww1pbbjrinh367ykfdf60xsfm8 in a browser " +
    "and unpack it into the folder dvs-gesture of a data folder.",
};

async function placeOf(folder: string, file: string): Promise<string | undefined> {
  for (const place of [folder, path.join(folder, ARCHIVE_FOLDER)]) {
    if (await isThere(path.join(place, file))) return place;
  }
  return undefined;
}
