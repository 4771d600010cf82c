/** NIR graphs: read, written, and refused. */
import { FormatError, MyelinError, onWarning } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  encodeNir,
  nirInfo,
  readNir,
  readNirFile,
  type NirGraph,
  type NirNode,
  type NirValue,
} from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

const folder = mkdtempSync(join(tmpdir(), "myelin-nir-"));
afterAll(() => rmSync(folder, { recursive: true }));

const warnings: string[] = [];
onWarning((message) => warnings.push(message));

const floats = (...data: number[]): NirValue => ({ shape: [data.length], data: Float32Array.from(data) });
const counts = (...data: number[]): NirValue => ({
  shape: [data.length],
  data: BigInt64Array.from(data, BigInt),
});
const node = (type: NirNode["type"], values: Record<string, NirValue>): NirNode => ({
  type,
  values: new Map(Object.entries(values)),
});

const NEURONS = { tau: floats(1, 2), r: floats(1, 1), v_leak: floats(0, 0), v_threshold: floats(1, 1) };

function graphOf(lif: NirNode, edges: NirGraph["edges"] = [["input", "lif.0"]]): NirGraph {
  const nodes = new Map([
    ["input", node("Input", { shape: counts(2) })],
    ["lif.0", lif],
  ]);
  return { type: "NIRGraph", nodes, edges };
}

const small = graphOf(node("LIF", { ...NEURONS, v_reset: floats(0, 0.5) }));

describe("readNir", () => {
  it("reads every type of node, nested graphs and metadata", async () => {
    const bytes = gunzipSync(checkpoint("all-types.nir.gz"));
    const graph = await readNir(bytes, { name: "all-types.nir" });
    const info = nirInfo(graph);
    expect(Object.keys(info.types).sort()).toEqual(
      [
        ...["AvgPool2d", "Affine", "Conv1d", "Conv2d", "CubaLI", "CubaLIF", "Delay", "Flatten", "I", "IF"],
        ...["Input", "LI", "LIF", "Linear", "Output", "Scale", "SumPool2d", "Threshold"],
      ].sort(),
    );
    expect(info.recurrent).toBe(true);
    expect(info.edges).toContainEqual(["graph/recurrent", "graph/scale"]);
    const conv = graph.nodes.get("conv.2d") as NirNode;
    expect(conv.values.get("padding")).toBe("same");
    expect(conv.values.get("stride")).toEqual(counts(2, 1));
    expect(conv.values.get("groups")).toEqual({ shape: [], data: BigInt64Array.of(1n) });
    expect(graph.nodes.get("affine")?.metadata).toEqual({ made: "by hand" });
    expect((graph.nodes.get("cubalif") as NirNode).values.get("w_in")).toEqual(floats(2, 2, 2, 2));
    expect(await readNir(await encodeNir(graph))).toEqual(graph);
  });

  it("takes v_reset for 0 where old files have none", async () => {
    const graph = await readNir(await encodeNir(graphOf(node("LIF", NEURONS))));
    expect((graph.nodes.get("lif.0") as NirNode).values.get("v_reset")).toEqual(floats(0, 0));
  });

  it("warns of shapes that do not fit along an edge", async () => {
    const threshold = node("Threshold", { threshold: floats(1, 1, 1) });
    warnings.length = 0;
    await readNir(await encodeNir(graphOf(threshold)), { name: "odd.nir" });
    expect(warnings).toEqual([
      "readNir: odd.nir: expected equal shapes along an edge, got input to lif.0: [2] and [3].",
    ]);
  });

  it.each<[string, NirGraph, RegExp]>([
    [
      "an edge to nowhere",
      graphOf(small.nodes.get("lif.0") as NirNode, [["input", "x"]]),
      /node\/edges.*the node "x"/,
    ],
    [
      "a missing parameter",
      graphOf(node("LIF", { tau: floats(1) })),
      /lif\.0 \(LIF\): expected the parameter r, got none/,
    ],
    [
      "two shapes",
      graphOf(node("LIF", { ...NEURONS, r: floats(1, 1, 1) })),
      /one shape, got tau \[2\], r \[3\]/,
    ],
    ["a flat weight", graphOf(node("Linear", { weight: floats(1, 2) })), /a weight of 2 axes, got \[2\]/],
    [
      "an unknown parameter",
      graphOf(node("LIF", { ...NEURONS, v: floats(1, 2) })),
      /of a LIF \(tau, .*, got "v"/,
    ],
    [
      "a wrong length",
      graphOf(node("I", { r: { shape: [3], data: Float32Array.of(1) } })),
      /3 numbers of r \[3\], got 1/,
    ],
  ])("neither writes nor takes %s", async (_, graph, message) => {
    await expect(encodeNir(graph)).rejects.toThrow(message);
    await expect(encodeNir(graph)).rejects.toThrow(FormatError);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, typeof FormatError, RegExp]>([
    ["no HDF5 file", () => new Uint8Array(100), FormatError, /an HDF5 file, got another beginning/],
    ["a cut file", (bytes) => bytes.subarray(0, bytes.length - 9), TruncatedError, /bytes, as the file says/],
    [
      "an unknown type",
      (bytes) => renamed(bytes, "LIF", "LIX"),
      UnsupportedError,
      /lif\.0.*got "LIX"\. Did you mean LI/,
    ],
  ])("refuses %s", async (_, change, type, message) => {
    const loading = readNir(change(await encodeNir(small)));
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(type);
  });
});

/** Other letters in the place of some, everywhere. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(from, to), "latin1");
}

describe("readNirFile", () => {
  const file = join(folder, "graph.nir");

  it("reads a graph, or gives it up after the time limit", async () => {
    writeFileSync(file, await encodeNir(small));
    expect(await readNirFile(file)).toEqual(small);
    await expect(readNirFile(file, { timeLimitMs: 1 })).rejects.toThrow("within 0.001 s, got no answer");
    await expect(readNirFile(join(folder, "none.nir"))).rejects.toThrow(MyelinError);
  });

  it("any change of the bytes ends in a graph or one error", { timeout: 120_000 }, async () => {
    const original = await encodeNir(small);
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let run = 0; run < 20; run++) {
      const bytes = Uint8Array.from(original);
      for (let change = 0; change < 3; change++) bytes[random(bytes.length)] = random(256);
      writeFileSync(file, bytes);
      const outcome = await readNirFile(file, { timeLimitMs: 4000 }).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
    }
  });
});

const data = process.env.MYELIN_DATA;
const published = data === undefined ? [] : nirFiles(join(data, "nir"));

function nirFiles(root: string): string[] {
  try {
    const names = readdirSync(root, { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".nir")).map((name) => join(root, name));
  } catch {
    return [];
  }
}

it.skipIf(published.length === 0)("published graphs are the same after being written", async () => {
  for (const name of published) {
    const graph = await readNir(readFileSync(name), { name });
    expect(await readNir(await encodeNir(graph))).toEqual(graph);
  }
});
