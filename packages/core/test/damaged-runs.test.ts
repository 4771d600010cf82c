import { expect, test } from "vitest";
import { buildNetwork, encodeWeights, FormatError, loadRun, MyelinError, Random } from "../src/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/entries/io.ts";
import { decodeRun, encodeRun, type RunDescription } from "../src/entries/runs.ts";
import { withEngine } from "./support/engines.ts";

withEngine("reference");

const DESCRIPTION: RunDescription = {
  network: {
    input: [4],
    layers: [
      { name: "fc1", type: "linear", outFeatures: 3 },
      { name: "repeat1", type: "repeat", steps: 2 },
      { name: "neuron1", type: "neuron", neuron: { type: "LIF" } },
    ],
  },
  input: { kind: "values", shape: [4], sequence: false },
  reading: "mean",
  classNames: ["a", "b", "c"],
};

const network = (description = DESCRIPTION) => buildNetwork(description.network);
const file = async () => encodeRun(await network(), DESCRIPTION);

/** The file with its metadata changed, and check sums that fit unless these are changed. */
async function changed(change: (description: Record<string, unknown>) => void): Promise<Uint8Array> {
  const description = JSON.parse(JSON.stringify(DESCRIPTION)) as Record<string, unknown>;
  change(description);
  const given = description as unknown as RunDescription;
  return encodeRun(await network(), given);
}

test("every damaged byte and every cut is one clear error, or changes nothing", async () => {
  const whole = await file();
  const expected = decodeRun(whole).description;
  const random = new Random(5);
  for (let n = 0; n < 300; n++) {
    const damaged = whole.slice(0, n % 5 === 0 ? random.nextUint32() % whole.length : whole.length);
    if (n % 5 !== 0) damaged[random.nextUint32() % damaged.length]! ^= 1 + (random.nextUint32() % 255);
    try {
      expect(decodeRun(damaged).description).toEqual(expected);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(/^network\.myelin: [\s\S]*expected [\s\S]+, got/);
    }
  }
});

test("what is no run says what it is", async () => {
  await expect(loadRun(await encodeWeights(await network()))).rejects.toThrow(
    'expected a run with format "myelin-run" in its metadata, got "myelin-checkpoint".',
  );
  await expect(loadRun(new Uint8Array(3))).rejects.toThrow(/expected at least 8 bytes, got 3/);
  await expect(loadRun("")).rejects.toThrow(MyelinError);
  await expect(loadRun("no-such-folder")).rejects.toThrow(/network\.myelin, or that file, at no-such-folder/);
});

test("a newer version asks for an update", async () => {
  const { tensors, metadata } = decodeSafetensors(await file());
  const newer = encodeSafetensors(tensors, { ...Object.fromEntries(metadata), version: "2" });
  await expect(loadRun(newer)).rejects.toThrow('expected version 1, got "2". A newer Myelin has written it');
});

test.each<[string, (description: Record<string, unknown>) => void, RegExp]>([
  ["no classes", (d) => delete d["classNames"], /classNames: expected an array of names, got undefined/],
  ["an unknown reading", (d) => (d["reading"] = "median"), /reading: expected one of "mean"/],
  ["inputs of an unknown kind", (d) => (d["input"] = { kind: "smell" }), /input\.kind: expected one of/],
  ["an unknown part", (d) => (d["nettwork"] = {}), /unknown option "nettwork"\. Did you mean network\?/],
  ["no network", (d) => delete d["network"], /network: expected a description of a network/],
])("a description with %s is refused when it is written", async (_, change, message) => {
  await expect(changed(change)).rejects.toThrow(message);
});

test("weights of another network, or none, are refused by name", async () => {
  const wider = { ...DESCRIPTION.network, layers: [{ ...DESCRIPTION.network.layers[0]!, outFeatures: 5 }] };
  const bytes = await encodeRun(await network(), { ...DESCRIPTION, network: wider });
  await expect(loadRun(bytes)).rejects.toThrow(
    /loadRun: checkpoint: .*fc1\.weight \[3, 4\] instead of \[5, 4\]/,
  );
  const unknown = { ...DESCRIPTION.network, layers: [{ name: "fc1", type: "linea", outFeatures: 3 }] };
  const other = await encodeRun(await network(), {
    ...DESCRIPTION,
    network: unknown,
  } as unknown as RunDescription);
  await expect(loadRun(other)).rejects.toThrow(
    /loadRun: expected the plugins that the run was trained with, for its layers linea, got none with that/,
  );
});

test.each<[string, unknown, RegExp]>([
  ["too few numbers", [1, 2], /^predict: expected 4 numbers \[4\], got 2/],
  ["a number that is none", [1, 2, 3, NaN], /^predict\[3\]: expected a finite number, got NaN/],
  ["a text", "1234", /^predict: expected an array of numbers/],
  ["spikes", { times: [0], units: [1] }, /^predict: expected numbers/],
  ["a wrong one among several", [[1, 2, 3, 4], [1]], /^predict: sample 1: expected 4 numbers/],
])("%s is no sample", async (_, sample, message) => {
  const run = await loadRun(await file());
  await expect(run.predict(sample as number[])).rejects.toThrow(message);
});
