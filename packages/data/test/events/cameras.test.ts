import { onWarning } from "@myelin/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEvents, openEvents, readEvents, type CameraOption } from "../../src/index.ts";
import {
  aedat2Bytes,
  aedat3Packet,
  aedat4EventTable,
  aedat4Header,
  aedat4Packet,
  concatBytes,
  davisAddress,
  dvs128Address,
  plainEvents,
  tuplesOf,
  type TestEvent,
} from "../event-bytes.ts";

const EVENTS = plainEvents(12);
/** Every third event is of camera 1. */
const cameraOf = (index: number) => (index % 3 === 2 ? 1 : 0);
const eventsOf = (camera: number) => EVENTS.filter((_, i) => cameraOf(i) === camera);
const shifted = (width: number) =>
  EVENTS.map(([t, x, y, p], i): TestEvent => [t, x + width * cameraOf(i), y, p]);

/** AEDAT 2.0 with the number of the camera at some bit of the address. */
function addressed(chip: string, address: (event: TestEvent) => number, bit: number): Uint8Array {
  const numbers = new Map(EVENTS.map((event, i) => [event, cameraOf(i)]));
  return aedat2Bytes(EVENTS, {
    header: `#!AER-DAT2.0\r\n# AEChip: ${chip}\r\n`,
    address: (event) => (address(event) | (numbers.get(event)! << bit)) >>> 0,
  });
}

function aedat3(sources: string, numbers: readonly [number, number]): Uint8Array {
  const packets = EVENTS.map((event, i) => aedat3Packet([event], { source: numbers[cameraOf(i)] }));
  return concatBytes(`#!AER-DAT3.1\r\n#Format: RAW\r\n${sources}#!END-HEADER\r\n`, ...packets);
}

/** Two streams of events, 0 and 1. */
function aedat4(): Uint8Array {
  const header = aedat4Header({ types: ["EVTS", "EVTS", "IMUS"] });
  return concatBytes(
    header,
    ...EVENTS.map((event, i) => aedat4Packet(cameraOf(i), aedat4EventTable([event]))),
  );
}

const JAER = "ch.unizh.ini.jaer.chip";
const RECORDINGS: readonly (readonly [name: string, width: number, bytes: Uint8Array])[] = [
  ["DVS128StereoPair", 128, addressed(`${JAER}.stereopsis.DVS128StereoPair`, dvs128Address, 15)],
  ["Tmpdiff128StereoBoard", 128, addressed(`${JAER}.stereopsis.Tmpdiff128StereoBoard`, dvs128Address, 15)],
  ["MultiDVS128CameraChip", 128, addressed(`${JAER}.multicamera.MultiDVS128CameraChip`, dvs128Address, 24)],
  [
    "MultiDAVIS240CCameraChip",
    240,
    addressed(`${JAER}.multicamera.MultiDAVIS240CCameraChip`, davisAddress, 0),
  ],
  ["AEDAT 3", 240, aedat3("#Source 1: DVS128\r\n#Source 4: DAVIS240C\r\n", [1, 4])],
  ["AEDAT 4", 128, aedat4()],
];

const said: string[] = [];
let before: ReturnType<typeof onWarning>;
beforeEach(() => {
  said.length = 0;
  before = onWarning((message) => said.push(message));
});
afterEach(() => void onWarning(before));

const read = (bytes: Uint8Array, camera?: CameraOption) => readEvents(bytes, { name: "a.aedat", camera });

describe.each(RECORDINGS)("%s", (_, width, bytes) => {
  test("is refused without a choice, with the counts", async () => {
    await expect(read(bytes)).rejects.toThrow(
      "openEvents: a.aedat: expected the choice of a camera, got none for events of 2 cameras (camera 0: 8, camera 1: 4). " +
        'Read one with camera: 0, or all side by side with camera: "all" (--camera on the command line).',
    );
  });

  test.each([0, 1])("camera %i", async (camera) => {
    const reader = await openEvents(bytes, { camera });
    const events: TestEvent[] = [];
    for await (const chunk of reader.chunks()) {
      expect(chunk).not.toHaveProperty("camera");
      events.push(...tuplesOf(chunk));
    }
    expect(events).toEqual(eventsOf(camera));
    expect(reader.skipped.otherCameras).toBe(12 - events.length);
    expect(reader.cameras).toEqual([8, 4]);
  });

  test("all side by side", async () => {
    const events = await read(bytes, "all");
    expect(tuplesOf(events)).toEqual(shifted(width));
    expect([events.width, events.height]).toEqual([2 * width, width === 240 ? 180 : 128]);
    expect([...(events.camera ?? [])]).toEqual(EVENTS.map((_, i) => cameraOf(i)));
    expect(said).toEqual([]);
  });

  test("describes all, with the counts", async () => {
    const info = await describeEvents(await openEvents(bytes, { camera: "all" }));
    expect(info).toMatchObject({ events: 12, width: 2 * width, cameras: [8, 4] });
  });

  test("has no camera 2", async () => {
    await expect(read(bytes, 2)).rejects.toThrow(
      "openEvents: a.aedat: expected camera 0 to 1, got 2. The recording has 2 cameras.",
    );
  });
});

test("a recording of one camera is the same with every choice", async () => {
  const bytes = aedat2Bytes(EVENTS);
  const alone = await read(bytes);
  expect(alone).not.toHaveProperty("camera");
  expect(await read(bytes, 0)).toEqual(alone);
  expect(await read(bytes, "all")).toEqual({ ...alone, camera: new Uint8Array(12) });
  expect(await describeEvents(await openEvents(bytes))).not.toHaveProperty("cameras");
  await expect(read(bytes, 1)).rejects.toThrow("expected camera 0, got 1. The recording has one camera.");
});

test("a pair of which one camera is silent needs no choice", async () => {
  const bytes = aedat2Bytes(EVENTS, { header: "#!AER-DAT2.0\r\n# AEChip: DVS128StereoPair\r\n" });
  expect(tuplesOf(await read(bytes))).toEqual(EVENTS);
  expect((await read(bytes, 1)).length).toBe(0);
  expect(await read(bytes, "all")).toMatchObject({ length: 12, width: 256 });
});

test("events outside their camera do not get into the next one", async () => {
  const wide: TestEvent = [5, 130, 1, 1];
  const packets = [aedat3Packet([wide], { source: 1 }), aedat3Packet(EVENTS, { source: 2 })];
  const sources = "#Source 1: DVS128\r\n#Source 2: DVS128\r\n";
  const reader = await openEvents(concatBytes(`#!AER-DAT3.1\r\n${sources}#!END-HEADER\r\n`, ...packets), {
    camera: "all",
  });
  const events: TestEvent[] = [];
  for await (const chunk of reader.chunks()) events.push(...tuplesOf(chunk));
  expect(events).toEqual(EVENTS.map(([t, x, y, p]) => [t, x + 128, y, p]));
  expect(reader.skipped.outsideSensor).toBe(1);
});

test("cameras of unknown width need the sensor of all, or a choice", async () => {
  const bytes = aedat3("#Source 1: NewCam\r\n#Source 2: NewCam\r\n", [1, 2]);
  await expect(read(bytes, "all")).rejects.toThrow(
    /expected a header that says how many cameras there are and how wide each is, got events of 2 cameras \(camera 0: 8/,
  );
  const events = await readEvents(bytes, { camera: "all", sensor: [80, 30] });
  expect(tuplesOf(events)).toEqual(shifted(40));
  const unlisted = aedat3("#Source 1: DVS128\r\n", [1, 7]);
  await expect(read(unlisted)).rejects.toThrow(/2 cameras \(camera 0: 8, camera 1: 4\)/);
  await expect(read(unlisted, "all")).rejects.toThrow(/a header that says how many cameras/);
  expect((await read(unlisted, 1)).length).toBe(4);
});

test("chunks before the second camera's first event do not hide it", async () => {
  const first = Array.from({ length: 40_000 }, (_, i): TestEvent => [i, 1, 1, 1]);
  const bytes = concatBytes(
    aedat2Bytes(first, { header: "#!AER-DAT2.0\r\n# AEChip: DVS128StereoPair\r\n" }),
    aedat2Bytes([[40_001, 2, 2, 1]], { header: "", address: (event) => dvs128Address(event) | 0x8000 }),
  );
  await expect(read(bytes)).rejects.toThrow(/camera 0: 40000, camera 1: 1\)/);
});

test("an unknown camera in AEDAT 3 is said, with what was assumed", async () => {
  expect((await read(aedat3("#Source 1: NewCam\r\n", [1, 1]))).width).toBe(128);
  expect(said).toEqual([
    'openEvents: a.aedat: expected the name of a known camera in the header, got "NewCam"; its sensor is taken to be the ' +
      "smallest usual one that holds its events. State it with sensor: [width, height].",
  ]);
});

test.each([-1, 0.5, Number.NaN, "left"])("camera %s is refused at the door", async (camera) => {
  await expect(openEvents(new Uint8Array(0), { camera: camera as CameraOption })).rejects.toThrow(
    /openEvents.camera: expected the number of a camera, from 0, or "all", got/,
  );
});

test("a misspelt option is refused", async () => {
  await expect(readEvents(new Uint8Array(0), { cameras: 1 } as never)).rejects.toThrow(
    'openEvents: unknown option "cameras". Did you mean camera?',
  );
});
