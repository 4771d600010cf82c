import { describe, expect, it } from "vitest";
import { allocateDensity, type WeightShape } from "../../src/entries/sparse.ts";

const VGG: readonly WeightShape[] = [
  ...[
    [64, 2],
    [128, 64],
    [256, 128],
    [256, 256],
    [512, 256],
    [512, 512],
    [512, 512],
    [512, 512],
  ].map(([outputs, inputs], i) => conv(`conv${i + 1}`, outputs!, inputs!)),
  { name: "fc", shape: [10, 4608] },
];

const RESNET: readonly WeightShape[] = [
  conv("conv1", 64, 3),
  ...stage("l1", 64, 128, 3),
  ...stage("l2", 128, 256, 3),
  ...stage("l3", 256, 512, 2),
  { name: "fc1", shape: [256, 512] },
  { name: "fc2", shape: [10, 256] },
];

function conv(name: string, outputs: number, inputs: number, kernel = 3): WeightShape {
  return { name, shape: [outputs, inputs, kernel, kernel] };
}

function stage(name: string, inputs: number, outputs: number, blocks: number): WeightShape[] {
  return Array.from({ length: blocks }, (_, i) => [
    conv(`${name}.${i}.conv1`, outputs, i === 0 ? inputs : outputs),
    conv(`${name}.${i}.conv2`, outputs, outputs),
    ...(i === 0 ? [conv(`${name}.down`, outputs, inputs, 1)] : []),
  ]).flat();
}

function densities(layers: readonly WeightShape[], density: number): Map<string, number> {
  const found = allocateDensity(layers, density, "erk");
  return new Map(layers.map(({ name }, i) => [name, found[i]!]));
}

function sizeOf({ shape }: WeightShape): number {
  return shape.reduce((product, n) => product * n, 1);
}

describe("allocateDensity", () => {
  it.each([
    [0.1, [1, 0.475, 0.2339, 0.1553, 0.1161, 0.0772, 0.0772, 0.0772, 1]],
    [0.5, [1, 1, 1, 0.8449, 0.6312, 0.42, 0.42, 0.42, 1]],
  ])("gives the layers of VGGSNN at %d their published densities", (density, expected) => {
    expect(VGG.reduce((sum, layer) => sum + sizeOf(layer), 0)).toBe(9263232);
    const found = allocateDensity(VGG, density, "erk");
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3.9));
  });

  it("gives the layers of ResNet-19 their published densities", () => {
    expect(RESNET.reduce((sum, layer) => sum + sizeOf(layer), 0)).toBe(12619968);
    const tenth = densities(RESNET, 0.1);
    const expectedAtTenth = {
      ...{ conv1: 1, "l1.0.conv1": 0.3304, "l1.0.conv2": 0.2186, "l1.2.conv2": 0.2186, "l1.down": 1 },
      ...{ "l2.0.conv1": 0.1627, "l2.1.conv1": 0.108, "l2.down": 1 },
      ...{ "l3.0.conv1": 0.0807, "l3.1.conv2": 0.0537, "l3.down": 0.7227, fc1: 0.7209, fc2: 1 },
    };
    const half = densities(RESNET, 0.5);
    const expectedAtHalf = {
      ...{ conv1: 1, "l1.0.conv1": 1, "l1.2.conv2": 1, "l2.0.conv1": 1, "l1.down": 1, "l2.down": 1 },
      ...{ "l3.down": 1, "l2.1.conv1": 0.6663, "l3.0.conv1": 0.4978, "l3.1.conv2": 0.3312, fc1: 1, fc2: 1 },
    };
    for (const [name, value] of Object.entries(expectedAtTenth))
      expect(tenth.get(name)).toBeCloseTo(value, 3.9);
    for (const [name, value] of Object.entries(expectedAtHalf))
      expect(half.get(name)).toBeCloseTo(value, 3.9);
  });

  it.each(["uniform", "er", "erk"] as const)("keeps the wanted share of all weights, %s", (distribution) => {
    for (const layers of [VGG, RESNET]) {
      for (const density of [0.02, 0.1, 0.5, 0.9, 1]) {
        const found = allocateDensity(layers, density, distribution);
        const total = layers.reduce((sum, layer) => sum + sizeOf(layer), 0);
        const kept = layers.reduce((sum, layer, i) => sum + found[i]! * sizeOf(layer), 0);
        expect(kept / total).toBeCloseTo(density, 9);
        for (const value of found) expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  it("does not count the kernel's sides without the k", () => {
    const layers = [conv("a", 8, 8), { name: "b", shape: [8, 8] }];
    const [a, b] = allocateDensity(layers, 0.1, "er");
    expect(a).toBe(b);
  });

  it.each([0, -0.1, 1.1, NaN])("refuses a density of %d", (density) => {
    expect(() => allocateDensity(VGG, density)).toThrow(
      `allocateDensity.density: expected a finite number > 0 and <= 1, got ${density}.`,
    );
  });
});
