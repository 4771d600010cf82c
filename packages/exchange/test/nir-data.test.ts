/** Recordings of the nodes of NIR graphs. */
import { FormatError, MyelinError } from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  encodeNir,
  encodeNirData,
  readNirData,
  readNirDataFile,
  type NirEvents,
  type NirGraphData,
  type NirNodeData,
  type NirTimeGrid,
} from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

const folder = mkdtempSync(join(tmpdir(), "myelin-nir-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GRID: NirTimeGrid = {
  type: "TimeGriddedData",
  data: { shape: [1, 2, 1], data: Float32Array.of(1, 2) },
  dt: 1e-3,
};
const EVENTS: NirEvents = {
  type: "EventData",
  idx: { shape: [1, 2], data: BigInt64Array.of(0n, -1n) },
  time: { shape: [1, 2], data: Float64Array.of(0.5, Infinity) },
  nNeurons: 1,
  tMax: 1,
};
const dataOf = (observable: NirTimeGrid | NirEvents): NirGraphData => ({
  type: "NIRGraphData",
  nodes: new Map([["lif", { type: "NIRNodeData", observables: new Map([["s", observable]]) }]]),
});

describe("readNirData", () => {
  it("reads every kind of recording that Python writes", async () => {
    const data = await readNirData(gunzipSync(checkpoint("nir-data.h5.gz")));
    const { observables } = data.nodes.get("lif.1") as NirNodeData;
    const [spikes, v, events, valued] = ["spikes", "v", "events", "valued"].map((name) =>
      observables.get(name)!,
    );
    const { data: grid, dt } = spikes as NirTimeGrid;
    expect([dt, grid.shape, [...grid.data].flatMap((spike, i) => (spike ? [i] : []))]).toEqual([
      1e-3,
      [2, 5, 3],
      [5, 27],
    ]);
    expect((v as NirTimeGrid).data.data[3]).toBe(0.375);
    const none = [Infinity, Infinity];
    const idx = { shape: [2, 2], data: BigInt64Array.of(2n, -1n, 0n, -1n) };
    const time = { shape: [2, 2], data: Float64Array.of(1e-3, none[0]!, 4e-3, none[1]!) };
    expect(events).toEqual({ type: "EventData", idx, time, nNeurons: 3, tMax: 0.005 });
    const value = { shape: [2, 2], data: Float64Array.of(0.5, 0.25, 2, 0) };
    expect(valued).toEqual({ type: "ValuedEventData", idx, time, value, nNeurons: 3, tMax: 0.005 });
    expect(await readNirData(await encodeNirData(data))).toEqual(data);
  });

  it("reads graphs in graphs, and files in a thread with a time limit", async () => {
    const data: NirGraphData = { type: "NIRGraphData", nodes: new Map([["block", dataOf(EVENTS)]]) };
    const file = join(folder, "data.h5");
    writeFileSync(file, await encodeNirData(data));
    expect(await readNirDataFile(file)).toEqual(data);
    await expect(readNirDataFile(file, { timeLimitMs: 1 })).rejects.toThrow(
      "readNirDataFile: data.h5: expected",
    );
    await expect(readNirDataFile(join(folder, "none"))).rejects.toThrow(MyelinError);
  });

  it("refuses graphs and other files", async () => {
    const graph = await encodeNir({ type: "NIRGraph", nodes: new Map(), edges: [] });
    await expect(readNirData(graph, { name: "g.nir" })).rejects.toThrow(
      "g.nir: expected the attribute __type__, got none",
    );
    await expect(readNirData(new Uint8Array(100))).rejects.toThrow(FormatError);
    const odd = await encodeNirData(dataOf({ ...GRID, type: "Other" as "TimeGriddedData" })).catch(
      (error: unknown) => error,
    );
    expect(odd).toBeInstanceOf(FormatError);
    const renamed = Buffer.from(await encodeNirData(dataOf(GRID)))
      .toString("latin1")
      .replace("NIRNodeData", "NIRNodeDate");
    await expect(readNirData(Buffer.from(renamed, "latin1"))).rejects.toThrow(UnsupportedError);
  });

  it.each<[string, NirTimeGrid | NirEvents, RegExp]>([
    [
      "two axes",
      { ...GRID, data: { shape: [2, 1], data: Float32Array.of(1, 2) } },
      /data \[samples, steps, neurons\], got \[2, 1\]/,
    ],
    ["no step", { ...GRID, dt: 0 }, /a dt above 0, got 0/],
    [
      "missing values",
      { ...GRID, data: { shape: [1, 2, 2], data: Float32Array.of(1) } },
      /values \[1, 2, 2\], got 1 values/,
    ],
    [
      "other neurons",
      { ...EVENTS, idx: { shape: [1, 2], data: BigInt64Array.of(1n, 0n) } },
      /indices from -1 to 0, got 1/,
    ],
    [
      "two shapes",
      { ...EVENTS, time: { shape: [1, 1], data: Float64Array.of(1) } },
      /of one shape, got \[1, 2\] and \[1, 1\]/,
    ],
    ["values of none", { ...EVENTS, type: "ValuedEventData" }, /value in ValuedEventData alone/],
    ["no neurons", { ...EVENTS, nNeurons: 0 }, /n_neurons of at least 1, got 0/],
  ])("refuses recordings with %s", async (_, observable, message) => {
    await expect(encodeNirData(dataOf(observable))).rejects.toThrow(message);
  });
});
