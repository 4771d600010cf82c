import path from "node:path/posix";
import type { Events } from "../../events/index.ts";
import { hasClassFolders, readClassFolders, type ClassFolderLayout } from "../events/index.ts";
import { countRecordings } from "./count-recordings.ts";
import type { Download, EventDatasetInfo, EventDatasetSpec } from "../dataset-spec.ts";

const CIFAR10_CLASSES = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

/** CIFAR-10's photographs moving on a screen before an event camera; the publisher has one archive per class. */
export const cifar10Dvs: EventDatasetSpec = classFolderSpec({
  info: {
    kind: "events",
    name: "cifar10-dvs",
    description: "photographs moving before an event camera, 128 x 128",
    licence: "CC BY 4.0",
    homepage: "https://figshare.com/articles/dataset/CIFAR10-DVS_New/4724671",
    trainCount: 9000,
    testCount: 1000,
    width: 128,
    height: 128,
    classNames: CIFAR10_CLASSES,
  },
  folderNames: ["cifar10-dvs", "CIFAR10DVS"],
  archives: new RegExp(`^(${CIFAR10_CLASSES.join("|")})\\.zip$`),
  classOf: folderOf(/\.aedat$/, CIFAR10_CLASSES),
  convert: upright,
  downloads: [
    figshare("airplane", 7712788, "0afd5c4bf9ae06af762a77b180354fdd"),
    figshare("automobile", 7712791, "8438dfeba3bc970c94962d995b1b9bdd"),
    figshare("bird", 7712794, "a9c207c91c55b9dc2002dc21c684d785"),
    figshare("cat", 7712812, "52c63c677c2b15fa5146a8daf4d56687"),
    figshare("deer", 7712815, "b6bf21f6c04d21ba4e23fc3e36c8a4a3"),
    figshare("dog", 7712818, "f379ebdf6703d16e0a690782e62639c3"),
    figshare("frog", 7712842, "cad6ed91214b1c7388a5f6ee56d08803"),
    figshare("horse", 7712851, "e7cbbf77bec584ffbf913f00e682782a"),
    figshare("ship", 7712836, "41c7bd7d6b251be82557c6cce9a7d5c9"),
    figshare("truck", 7712839, "89f3922fd147d9aeff89e76a2b0b70a7"),
  ],
});

/** Caltech101's pictures before a moving event camera. Recordings are of several sizes and lie at the upper left. */
export const nCaltech101: EventDatasetSpec = classFolderSpec({
  info: {
    kind: "events",
    name: "ncaltech101",
    description: "pictures of 101 kinds before a moving event camera, up to 240 x 180",
    licence: "CC BY 4.0",
    homepage: "https://www.garrickorchard.com/datasets/n-caltech101",
    trainCount: 7838,
    testCount: 871,
    width: 240,
    height: 180,
    classNames: [],
  },
  folderNames: ["ncaltech101", "NCaltech101", "N-Caltech101"],
  archives: /^Caltech101\.zip$/,
  classOf: folderOf(/\.bin$/),
  downloads: [
    {
      file: "Caltech101.zip",
      provides: ["Caltech101.zip"],
      urls: [
        "https://data.mendeley.com/public-files/datasets/cy6cvx3ryv/files/36b5c52a-b49d-4853-addb-a836a8883e49/file_downloaded",
      ],
      checksum: { algorithm: "md5", hex: "66201824eabb0239c7ab992480b50ba3" },
      maxBytes: 8_000_000_000,
    },
  ],
});

const SUITS = ["club", "diamond", "heart", "spade"];

/** Symbols of playing cards rushing past an event camera. */
export const pokerDvs: EventDatasetSpec = classFolderSpec({
  info: {
    kind: "events",
    name: "poker-dvs",
    description: "symbols of playing cards rushing past an event camera, 35 x 35",
    licence: "none stated; free for research",
    homepage: "http://www2.imse-cnm.csic.es/caviar/POKERDVS.html",
    trainCount: 118,
    testCount: 13,
    width: 35,
    height: 35,
    classNames: SUITS,
  },
  folderNames: ["poker-dvs", "POKERDVS"],
  archives: /^poker_dvs\.zip$/,
  classOf: suitOf,
  downloads: [],
  byHand:
    "Download poker_dvs.tar.gz from http://www2.imse-cnm.csic.es/caviar/POKERDVS.html and unpack it into the folder " +
    "poker-dvs of a data folder.",
});

interface ClassFolderSet extends Pick<EventDatasetSpec, "downloads" | "byHand"> {
  readonly info: EventDatasetInfo;
  readonly folderNames: readonly string[];
  readonly archives: RegExp;
  readonly classOf: (file: string) => string | undefined;
  readonly convert?: (events: Events) => Events;
}

function classFolderSpec({
  info,
  folderNames,
  archives,
  classOf,
  convert,
  downloads,
  byHand,
}: ClassFolderSet) {
  const { name, width, height, classNames } = info;
  const layout: ClassFolderLayout = {
    name,
    width,
    height,
    archives,
    classOf,
    ...(classNames.length > 0 && { classNames }),
    ...(convert && { convert }),
  };
  const spec: EventDatasetSpec = {
    info,
    folderNames,
    missingFiles: async (folder) => ((await hasClassFolders(folder, layout)) ? [] : ["recordings"]),
    read: (folder, split) => readClassFolders(folder, split, layout),
    count: (folder, split) => countRecordings(readClassFolders(folder, split, layout)),
    downloads,
    ...(byHand !== undefined && { byHand }),
  };
  return spec;
}

/** The folder of a file as its class, for files of an ending and, where they are given, of known classes. */
function folderOf(ending: RegExp, classes?: readonly string[]): (file: string) => string | undefined {
  return (file) => {
    const folder = path.basename(path.dirname(file));
    const isRecording = ending.test(file) && folder !== "." && !path.basename(file).startsWith(".");
    return isRecording && (classes?.includes(folder) ?? true) ? folder : undefined;
  };
}

/** Files are called "nclub01i.aedat": a letter, the suit, a number, and an "i" where the colours are inverted. */
function suitOf(file: string): string | undefined {
  return /^.?(club|diamond|heart|spade)\d+i?\.aedat$/.exec(path.basename(file))?.[1];
}

/**
 * Events of CIFAR10-DVS as its users know them: the camera stood on its side, so x and y are exchanged and mirrored, and
 * its polarity was the other way around.
 */
function upright({ t, x, y, p, length, width, height }: Events): Events {
  return {
    length,
    width,
    height,
    t,
    x: y.map((row) => height - 1 - row),
    y: x.map((column) => width - 1 - column),
    p: p.map((polarity) => 1 - polarity),
  };
}

function figshare(className: string, id: number, md5: string): Download {
  const file = `${className}.zip`;
  return {
    file,
    provides: [file],
    urls: [`https://ndownloader.figshare.com/files/${id}`],
    checksum: { algorithm: "md5", hex: md5 },
    maxBytes: 4_000_000_000,
  };
}
