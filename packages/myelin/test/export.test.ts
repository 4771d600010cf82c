/** `myelin export`: dense weights for other programs. */
import { decodeSafetensors } from "@myelin/core/io";
import { readStateDict } from "@myelin/exchange";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folder, myelin, readJson, TINY, writeRecipe } from "./process.ts";

const SPARSE = `${TINY}structure: { density: 0.1, distribution: uniform, updateInterval: 3 }\n`;

describe("myelin export", () => {
  beforeAll(async () => {
    expect(await myelin(["train", writeRecipe("sparse.yaml", SPARSE), "--out", "sparse"])).toMatchObject({
      code: 0,
    });
  });

  it("writes sparse weights out, under the dense network's shapes", async () => {
    const file = join("deep", "dense.safetensors");
    expect(await myelin(["export", "sparse", file])).toMatchObject({ code: 0, stderr: "" });
    const { tensors } = decodeSafetensors(new Uint8Array(readFileSync(join(folder, file))));
    const { shape, data } = tensors.get("fc1.weight")!;
    expect(shape).toEqual([24, 784]);
    expect(data.filter((value) => value !== 0).length).toBeLessThanOrEqual(Math.round(0.1 * 24 * 784));
    expect(data.some((value) => value !== 0)).toBe(true);
  });

  it("writes a checkpoint of PyTorch", async () => {
    expect(await myelin(["export", "sparse", "dense.pt"])).toMatchObject({ code: 0, stderr: "" });
    const tensors = await readStateDict(readFileSync(join(folder, "dense.pt")));
    expect(tensors.get("fc1.weight")?.shape).toEqual([24, 784]);
  });

  it("writes the neurons of another framework, and says how they are made there", async () => {
    const { code, stdout } = await myelin(["export", "sparse", "jelly.pt", "--to", "spikingjelly"]);
    expect(code).toBe(0);
    expect(stdout).toContain("neuron1: neuron.KLIFNode(scale_reset=False, tau=2.0");
    const refused = await myelin(["export", "sparse", "twin.py", "--to", "norse"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("export --to norse: expected a file of weights, got twin.py");
  });

  it("writes a twin in Python, and its weights beside it", async () => {
    expect(await myelin(["export", "sparse", "twin.py"])).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "twin.py"), "utf8")).toContain(
      "nn.Linear(in_features=784, out_features=24",
    );
    expect((await readStateDict(readFileSync(join(folder, "twin.pt")))).has("fc1.weight")).toBe(true);
  });

  it("writes weights that another training begins with", async () => {
    const init = ["train", writeRecipe("tiny.yaml"), "--set", "optimizer.lr=1e-12", "--set", "epochs=1"];
    await myelin(["train", writeRecipe("tiny.yaml"), "--out", "first"]);
    await myelin(["export", "first", "first.pt"]);
    const begun = await myelin([...init, "--out", "second", "--init", "first.pt"]);
    expect(begun).toMatchObject({ code: 0 });
    expect(begun.stdout + begun.stderr).toContain("fc1.weight -> fc1.weight [24, 784]");
    const [first, second] = ["first", "second"].map((run) => readJson(run, "result.json"));
    expect(second!["testAccuracy"]).toBe(first!["testAccuracy"]);
    const other = await myelin([
      ...init,
      "--out",
      "third",
      "--init",
      "first.pt",
      "--set",
      "network.hidden=[23]",
    ]);
    expect(other.stderr).toContain("expected tensors of the network's shapes, got fc1.weight [24, 784]");
    expect((await myelin([...init, "--init-from", "norse"])).stderr).toContain("expected --init with it");
  });

  it("needs no data", async () => {
    const images = join(folder, "data", "cifar10");
    mkdirSync(images, { recursive: true });
    const files = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);
    // A label and 3 x 32 x 32 pixels per image.
    for (const file of [...files, "test_batch.bin"]) {
      writeFileSync(join(images, file), new Uint8Array(60 * 3073).fill(7));
    }
    const recipe = writeRecipe("cifar.yaml", SPARSE.replace("name: mnist", "name: cifar10"));
    const here = { MYELIN_DATA: join(folder, "data") };
    expect(await myelin(["train", recipe, "--out", "cifar"], here)).toMatchObject({ code: 0 });
    const nowhere = { MYELIN_DATA: "", XDG_CACHE_HOME: join(folder, "cache") };
    expect(await myelin(["eval", "cifar"], nowhere)).toMatchObject({ code: 1 });
    expect(await myelin(["export", "cifar", "cifar.safetensors"], nowhere)).toMatchObject({ code: 0 });
  });

  it.each(["x.onnx", "x.ptx", "x"])("refuses to write %s", async (file) => {
    const { code, stderr } = await myelin(["export", "sparse", file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/expected a file name that ends in \.safetensors \(safetensors\), \.pt .*, got/);
    expect(existsSync(join(folder, file))).toBe(false);
  });

  it("leaves no file behind where there is no run", async () => {
    const { code, stderr } = await myelin(["export", "nothing", "none.safetensors"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/nothing: expected the folder of a run/);
    expect(existsSync(join(folder, "none.safetensors"))).toBe(false);
  });
});
