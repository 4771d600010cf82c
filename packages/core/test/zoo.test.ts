/** The zoo: every neuron has a golden case, takes every parameter in every way, and does what it is known for. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { backward, learnable, parameter, tensor, type Tensor } from "../src/index.ts";
import {
  BRF,
  CubaLIF,
  IZHIKEVICH_SETS,
  Izhikevich,
  MultiTimescaleLIF,
  RefractoryLIF,
  SigmaDelta,
  TernaryLIF,
  ZOO,
  zooNameOf,
  type ZooName,
} from "../src/entries/neurons.ts";
import { sum } from "../src/entries/ops.ts";
import { withEngine } from "./support/engines.ts";

const NAMES = Object.keys(ZOO) as ZooName[];
const T = 300;

/** Any layer of the zoo, with whatever options. */
type AnyLayer = new (options: object) => InstanceType<(typeof ZOO)[ZooName]>;

function made(name: ZooName, options: object): InstanceType<(typeof ZOO)[ZooName]> {
  return new (ZOO[name] as AnyLayer)(options);
}

function parametersOf(name: ZooName): [string, number][] {
  return Object.entries(ZOO[name].definition.parameters ?? {}).map(([key, value]) => [
    key,
    Math.fround(typeof value === "number" ? value : (value.value as number)),
  ]);
}

test("the golden cases are of the present equations", () => {
  const file = new URL("golden/fixtures/zoo.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as {
    cases: { name: string; options: { equations: string } }[];
  };
  const lines = (text: string): string =>
    text
      .trim()
      .split("\n")
      .map((line) => line.trim())
      .join("\n");
  const expected = Object.values(ZOO).map(({ definition }) => [definition.name, lines(definition.equations)]);
  const found = cases.map(({ name, options }) => [name, options.equations]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

describe("names", () => {
  it("are those of the classes, or aliases, however they are spelt", () => {
    expect(
      ["Izhikevich", "cuba-lif", "SYNAPTIC", "tc_lif", "balanced resonate and fire"].map(zooNameOf),
    ).toEqual(["Izhikevich", "CubaLIF", "CubaLIF", "TCLIF", "BRF"]);
    expect(zooNameOf("hodgkin")).toBeUndefined();
  });

  it("mean one neuron each", () => {
    const all = NAMES.flatMap((name) =>
      [name, ...(ZOO[name].notes.aliases ?? [])].map((text) => [text, name]),
    );
    expect(all.map(([text]) => zooNameOf(text!))).toEqual(all.map(([, name]) => name));
  });
});

describe.each(["reference", "wasm"] as const)("on %s", (backend) => {
  const engine = withEngine(backend);

  describe.each(NAMES)("%s", (name) => {
    const C = 3;
    const current = (shape: readonly number[]): Tensor => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      const x = Float32Array.from({ length: size }, (_, i) => ZOO[name].notes.current * (1 + (i % 5)));
      return tensor(x, shape);
    };

    test.each(parametersOf(name))(
      "%s: one value, per channel, per neuron, learnt or not",
      async (key, value) => {
        const spread = (count: number): number[] =>
          Array.from({ length: count }, (_, i) => value * (1 - i / 1e4));
        const run = async (options: object): Promise<number[]> =>
          engine().step(async () => [
            ...(await made(name, options)
              .forward(current([6, 2, C, 2, 1]))
              .data()),
          ]);
        const plain = await run({ [key]: value });
        expect(await run({ [key]: [value, value, value] })).toEqual(plain);
        expect(await run({ [key]: new Float32Array(2 * C).fill(value) })).toEqual(plain);
        expect(await run({ [key]: parameter([value], []) })).toEqual(plain);
        for (const per of ["layer", "channel", "neuron"] as const) {
          expect(await run({ [key]: learnable(value, { per }), features: [C, 2, 1] })).toEqual(plain);
        }
        for (const given of [spread(C), spread(2 * C)]) {
          await engine().step(() => {
            const shape = given.length === C ? [C] : [C, 2, 1];
            const layer = made(name, { [key]: parameter(given, shape) });
            backward(sum(layer.forward(current([6, 2, C, 2, 1]))));
            const [own] = layer.namedParameters().filter(([path]) => path === key);
            expect(own![1].grad!.shape).toEqual(shape);
          });
        }
      },
    );

    it("refuses values of another length", async () => {
      const [[key, value]] = parametersOf(name) as [[string, number]];
      await engine().step(() => {
        const layer = made(name, { [key]: [value, value] });
        expect(() => layer.forward(current([2, 1, C]))).toThrow(
          new RegExp(`^${name}\\.${key}: expected (a tensor of )?${C} values.*, got \\[2\\]`),
        );
      });
    });
  });

  const run = async (layer: { forward(x: Tensor): Tensor }, x: (t: number) => number): Promise<number[]> =>
    engine().step(async () => {
      const inputs = Float32Array.from({ length: T }, (_, t) => x(t));
      return [...(await layer.forward(tensor(inputs, [T, 1, 1])).data())];
    });
  const times = (spikes: readonly number[]): number[] =>
    spikes.flatMap((spike, t) => (spike === 0 ? [] : [t]));
  const count = (spikes: readonly number[]): number => times(spikes).length;

  it("fires at the current of its notes, and not without", async () => {
    for (const name of NAMES) {
      const { current } = ZOO[name].notes;
      expect(count(await run(made(name, {}), () => current)), name).toBeGreaterThan(0);
      expect(count(await run(made(name, {}), () => 0)), name).toBe(0);
    }
  });

  it("Izhikevich's parameter sets fire as their names say", async () => {
    const rates = new Map<string, number[]>();
    for (const [name, set] of Object.entries(IZHIKEVICH_SETS)) {
      rates.set(name, times(await run(new Izhikevich(set), () => 10)));
    }
    const intervals = (name: string): number[] =>
      rates
        .get(name)!
        .map((time, i, all) => time - (all[i - 1] ?? 0))
        .slice(1);
    expect(rates.get("fastSpiking")!.length).toBeGreaterThan(2 * rates.get("regularSpiking")!.length);
    const chatter = intervals("chattering");
    expect(Math.max(...chatter)).toBeGreaterThan(5 * Math.min(...chatter));
    const regular = intervals("regularSpiking");
    expect(regular.at(-1)).toBeGreaterThan(regular[0]!);
  });

  it("a refractory period keeps spikes apart", async () => {
    const spikes = times(await run(new RefractoryLIF({ refractory: 7 }), () => 100));
    expect(spikes.slice(1).map((time, i) => time - spikes[i]!)).toEqual(Array(spikes.length - 1).fill(8));
  });

  it("what sigma-delta neurons have sent follows the input on average", async () => {
    const sent = await run(new SigmaDelta(), () => 1.1);
    let known = 0;
    const path = sent.map((y) => (known += y));
    const late = path.slice(100);
    expect(late.reduce((total, value) => total + value, 0) / late.length).toBeCloseTo(1.1, 1);
  });

  it("ternary spikes have both signs", async () => {
    const spikes = await run(new TernaryLIF(), (t) => 1.5 * Math.sin(t / 5));
    expect([...new Set(spikes)].sort()).toEqual([-1, 0, 1]);
  });

  it("adaptation on two time scales slows firing, early and late", async () => {
    const spikes = times(await run(new MultiTimescaleLIF(), () => 2.5));
    const gaps = spikes.slice(1).map((time, i) => time - spikes[i]!);
    expect(gaps[5]!).toBeGreaterThan(gaps[0]!);
    expect(gaps.at(-1)).toBeGreaterThan(gaps[10]!);
  });

  it("resonators answer to their own frequency", async () => {
    const layer = new BRF({ omega: 30, bOffset: 0.5 });
    const at = async (omega: number): Promise<number> =>
      count(await run(layer, (t) => 12 * Math.cos(omega * 0.01 * t)));
    const [below, own, above] = [await at(10), await at(30), await at(60)];
    expect(own).toBeGreaterThan(0);
    expect(Math.max(below, above)).toBeLessThan(own);
  });

  it("first values may be drawn from a range", async () => {
    const layer = new BRF({ omega: learnable({ uniform: [5, 10] }, { per: "channel" }), features: 100 });
    const omega = [...(await layer.parameters()[0]!.data())];
    expect(new Set(omega).size).toBeGreaterThan(90);
    expect(Math.min(...omega)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...omega)).toBeLessThanOrEqual(10);
  });

  it.each<[string, () => unknown, string]>([
    [
      "no range",
      () => learnable({ uniform: [5] } as never),
      "learnable.value.uniform[1]: expected a finite number",
    ],
    [
      "an empty range",
      () => learnable({ uniform: [5, 4] }),
      "learnable.value.uniform[1]: expected a finite number",
    ],
    [
      "an unknown parameter",
      () => new CubaLIF({ alfa: 1 } as object),
      'CubaLIF: unknown option "alfa". Did you mean alpha?',
    ],
  ])("refuses %s", (_, work, message) => {
    expect(work).toThrow(message);
  });
});
