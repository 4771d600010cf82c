/** Recipes with parts of one's own: trained, gone on with after an abrupt end, evaluated and drawn. */
import { loadRun, onWarning } from "@myelin/core";
import { createDataset, imageDataset, type Dataset } from "@myelin/data";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { definePlugin, loadedPlugin, type OwnDataset } from "../src/plugins/index.ts";
import { loadRecipe, type Recipe } from "../src/recipe/index.ts";
import { openRun, RunFolder, train, withTrained } from "../src/run/index.ts";
import { renderReport } from "../src/report/index.ts";

/** An own neuron in a convolutional net: this file and the recipe are all that a user writes. */
const NEURON = `import { defineNeuron, learnable } from "myelin";
import { definePlugin } from "myelin/plugin";

export default definePlugin({
  neurons: {
    Adaptive: defineNeuron({
      name: "Adaptive",
      state: { v: 0, a: 0 },
      parameters: { tau: 2, tauA: learnable(10, { per: "channel" }), beta: 0.2 },
      equations: \`
        h = v + (x - v) / tau             # charge
        s = spike(h - (1 + beta * a))     # fire
        v = h * (1 - s)                   # hard reset
        a = a + (s - a) / tauA            # adapt
      \`,
    }),
  },
});
`;

const OTHERS = `import { scale } from "@myelin/core/ops";
import { createDataset, imageDataset, Linear, rateMse } from "myelin";
import { definePlugin, z } from "myelin/plugin";

enum Sides { Whole = 8 }

export default definePlugin({
  surrogates: {
    cauchy: "1 / (1 + (pi * u) ** 2)",
    wide: { options: { width: z.number().positive().default(2) }, derivative: ({ width }) => \`1 / (1 + (u / \${width}) ** 2)\` },
  },
  layers: {
    mixing: {
      options: { width: z.int().positive() },
      build: ({ width }, { input }) => ({ module: new Linear(input[0]!, width), output: [width] }),
    },
  },
  losses: {
    scaledMse: { options: { factor: z.number().default(0.5) }, loss: (out, labels, { factor }) => scale(rateMse(out, labels), factor) },
  },
  datasets: {
    stripes: {
      options: { count: z.int().positive().default(24) },
      load: ({ count }, { split }) => {
        const side: number = Sides.Whole;
        const labels = Array.from({ length: count }, (_, i) => i % 2);
        const images = Uint8Array.from({ length: count * side * side }, (_, i) => {
          const n = Math.floor(i / (side * side));
          return (labels[n] ? i % 2 : Math.floor(i / side) % 2) * (200 + (n * 7 + split.length) % 50);
        });
        return createDataset(imageDataset({ name: "stripes", images, labels, channels: 1, height: side, width: side, classNames: ["rows", "columns"] }));
      },
    },
  },
});
`;

const RECIPE = `name: own
plugins: [./neuron.ts, ./others.ts]
data: { name: stripes, count: 32 }
timeSteps: 4
network:
  type: sequential
  neuron: { type: Adaptive, beta: 0.3, surrogate: { type: wide, width: 3 } }
  layers:
    - conv2d: { outChannels: 4, kernelSize: 3 }
    - neuron: {}
    - flatten: {}
    - mixing: { width: 12 }
    - neuron: { type: LIF, surrogate: { type: cauchy } }
    - linear: { outFeatures: classes }
    - neuron: { type: Adaptive }
loss: { type: scaledMse }
optimizer: { type: adam, lr: 0.01 }
init: { firing: 0.2 }
epochs: 2
batchSize: 8
checkpoint: { everySeconds: 0.02 }
report: { samples: 2 }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "myelin-plugins-"));
  await writeFile(join(folder, "neuron.ts"), NEURON);
  await writeFile(join(folder, "others.ts"), OTHERS);
  await writeFile(join(folder, "own.yaml"), RECIPE);
});
afterAll(() => rm(folder, { recursive: true }));

const silent = { start: () => undefined, batch: () => undefined, epoch: () => undefined };

/** Trains as the command does; an error after `steps` stands for a process that ends without a word. */
async function run(name: string, resume = false, steps = Infinity): Promise<void> {
  const asked = await loadRecipe(join(folder, "own.yaml"));
  const { recipe, folder: place, lock } = await openRun(asked, { out: join(folder, name), resume });
  const batch = ({ step }: { readonly step: number }): void => {
    if (step > steps) throw new Error("killed");
  };
  try {
    await train({ recipe, folder: place, signal: { aborted: false }, watcher: { ...silent, batch } });
  } finally {
    await lock.release();
  }
}

const weightsOf = async (name: string): Promise<Buffer> => {
  const { folder: newest } = (await new RunFolder(join(folder, name)).checkpoints.latest())!;
  return readFile(join(newest, "model.safetensors"));
};

describe("a recipe with plugins", () => {
  it("needs 25 lines at most for a neuron of one's own", () => {
    expect(NEURON.trimEnd().split("\n").length).toBeLessThanOrEqual(25);
  });

  it("trains, goes on after a kill with the same bits, is evaluated and drawn", async () => {
    await run("whole");
    await expect(run("killed", false, 6)).rejects.toThrow("killed");
    const warnings: string[] = [];
    const before = onWarning((text) => void warnings.push(text));
    await run("killed", true);
    expect(await weightsOf("killed")).toEqual(await weightsOf("whole"));
    const record = await new RunFolder(join(folder, "whole")).record();
    expect(record.result?.testAccuracy).toBeGreaterThan(0.8);
    expect(record.recipe.network.neuron).toMatchObject({ type: "equations", name: "Adaptive" });
    expect(renderReport(record)).toContain("sequential of Adaptive neurons");
    await withTrained(join(folder, "whole"), {}, ({ model }) => {
      expect(model.network.namedModules().map(([, { constructor }]) => constructor.name)).toContain(
        "Adaptive",
      );
      return Promise.resolve();
    });
    expect(warnings.filter((text) => text.includes("plugins"))).toEqual([]);
    onWarning(before);
  });

  it("is opened as a run with its plugins, and says that they are missing", async () => {
    await expect(loadRun(join(folder, "whole"))).rejects.toThrow(
      /network\.myelin: expected the plugins that the run was trained with, for its layers mixing, got none with that/,
    );
    const plugins = ["neuron.ts", "others.ts"].map((name) => loadedPlugin(join(folder, name))!.plugin);
    const opened = await loadRun(join(folder, "whole"), { plugins });
    const columns = Uint8Array.from({ length: 64 }, (_, i) => (i % 2) * 220);
    expect((await opened.predict(columns)).name).toBe("columns");
    const stream = opened.stream();
    expect((await stream.step(new Float32Array(64)).data()).length).toBe(2);
    stream.dispose();
    await opened.dispose();
  });

  it("warns where a plugin has changed, and refuses another neuron", async () => {
    await expect(run("changed", false, 6)).rejects.toThrow("killed");
    const warnings: string[] = [];
    const before = onWarning((text) => void warnings.push(text));
    await copyFile(join(folder, "others.ts"), join(folder, "before.ts"));
    await writeFile(join(folder, "others.ts"), OTHERS.replace("default(0.5)", "default(0.25)"));
    await expect(run("changed", true)).rejects.toThrow("loss.factor (0.5 before, 0.25 now)");
    await writeFile(join(folder, "others.ts"), `${OTHERS}// another loss inside\n`);
    await run("changed", true);
    expect(warnings.filter((text) => text.includes("got another others.ts"))).toHaveLength(1);
    onWarning(before);
  });
});

const HEAD = 'import { Linear } from "myelin"; import { definePlugin, z } from "myelin/plugin";\n';

describe("a plugin that cannot be used is one error", () => {
  async function error(plugin: string | undefined, change = (text: string): string => text): Promise<string> {
    const name = `p${Math.random()}.ts`;
    if (plugin !== undefined) await writeFile(join(folder, name), plugin);
    const file = join(folder, "bad.yaml");
    await writeFile(
      file,
      change(RECIPE.replace("./neuron.ts", plugin === undefined ? "./neuron.ts" : `./${name}`)),
    );
    const loaded: Recipe | string = await loadRecipe(file).catch((cause: Error) => cause.message);
    return typeof loaded === "string" ? loaded.replaceAll(folder, "") : "";
  }

  it.each([
    [
      undefined,
      "./neuron.ts",
      "./neurn.ts",
      "/bad.yaml:2:11: plugins.0: expected a plugin file, got no such file",
    ],
    [
      'throw new Error("boom");',
      "",
      "",
      'expected a plugin that loads, got "boom", thrown at line 2. Mend /p',
    ],
    ["export default definePlugin({", "", "", "expected a plugin that loads, got"],
    ["export const x = Linear;", "", "", "expected a default export made by definePlugin"],
    ["export default { neurons: {} };", "", "", "got one that was made in another way"],
    ["export default definePlugin({ neuron: {} });", "", "", 'got "neuron". Did you mean neurons?'],
    [
      "export default definePlugin({ layers: { linear: { build: () => z } } });",
      "",
      "",
      'got "linear", which Myelin has already',
    ],
    ['export default definePlugin({ surrogates: { cauchy: "u" } });', "", "", 'got "cauchy", which /p'],
    [undefined, "type: Adaptive, beta", "type: Adaptve, beta", 'got "Adaptve". Did you mean Adaptive?'],
    [
      undefined,
      "beta: 0.3",
      "bta: 0.3",
      '/bad.yaml:7:29: network.neuron.bta: unknown key "bta". Did you mean beta?',
    ],
    [
      undefined,
      "width: 3",
      "width: -3",
      "network.neuron.surrogate.width: expected a number above 0, got -3.",
    ],
    [
      undefined,
      "mixing: { width",
      "mixing: { widht",
      '/bad.yaml:12:17: network.layers.3.mixing.widht: unknown key "widht". Did you mean width?',
    ],
    [undefined, "- mixing", "- mixin", 'unknown key "mixin". Did you mean mixing?'],
    [undefined, "scaledMse }", "scaledMse, factr: 1 }", "loss.factr: unknown key"],
    [undefined, "name: stripes", "name: stripe", "Did you mean stripes?"],
    [undefined, "[./neuron.ts, ./others.ts]", "./neuron.ts", "plugins: expected a list of files"],
  ])("%j with %j as %j", async (plugin, from, to, message) => {
    const text = await error(plugin === undefined ? undefined : HEAD + plugin, (recipe) =>
      recipe.replace(from, to),
    );
    expect(text).toContain(message);
  });

  it("where its own code fails, by the part's name", async () => {
    const file = join(folder, "fails.yaml");
    await writeFile(
      join(folder, "fails.ts"),
      `${HEAD}export default definePlugin({ datasets: { stripes2: { load: () => { throw new TypeError("no disk"); } } } });`,
    );
    await writeFile(
      file,
      RECIPE.replace("./others.ts", "./others.ts, ./fails.ts").replace("stripes, count: 32", "stripes2"),
    );
    const recipe = await loadRecipe(file);
    const options = {
      recipe,
      folder: new RunFolder(join(folder, "fails")),
      signal: { aborted: false },
      watcher: silent,
    };
    await expect(train(options)).rejects.toThrow("plugin's data set stripes2: no disk");
  });
});

it("definePlugin knows the types of options", () => {
  const load = (): Dataset =>
    createDataset(
      imageDataset({
        ...{ name: "one", images: new Uint8Array(4), labels: [0], classNames: ["a"] },
        ...{ channels: 1, height: 2, width: 2 },
      }),
    );
  const dataset: OwnDataset = { load };
  expect(definePlugin({ datasets: { one: dataset } }).parts.datasets).toHaveProperty("one");
  expect(() => definePlugin({ losses: { l: {} as never } })).toThrow(
    "definePlugin.losses.l.loss: expected a function, got undefined.",
  );
  expect(() =>
    definePlugin({ layers: { l: { options: { a: 1 as never }, build: () => null as never } } }),
  ).toThrow("definePlugin.layers.l.options.a: expected a schema of zod");
});
