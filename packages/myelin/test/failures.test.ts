/** Bad input: one clear line, the right exit code, nothing half-written. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folder, myelin, TINY, writeRecipe, type Ended } from "./process.ts";

function expectFailure({ code, stdout, stderr }: Ended, message: string | RegExp, exitCode = 1): void {
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(exitCode);
  expect(stdout).not.toContain("test accuracy");
}

/** No temporary file or folder, and no result. */
function expectNothingHalfWritten(run: string): void {
  const path = join(folder, run);
  if (!existsSync(path)) return;
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  expect(names.filter((name) => /tmp|result|report/.test(name) || /\.\d+$/.test(name))).toEqual([]);
  const metrics = join(path, "metrics.jsonl");
  if (existsSync(metrics)) expect(readFileSync(metrics, "utf8")).toMatch(/^(\{.*\}\n)*$/);
}

beforeAll(async () => {
  writeRecipe("tiny.yaml", TINY.replace("epochs: 3", "epochs: 1"));
  const { code } = await myelin(["train", "tiny.yaml", "--out", "good"]);
  expect(code).toBe(0);
});

describe("a recipe that cannot be", () => {
  it.each([
    ["a misspelt key", ["network.hiden=[3]"], /network\.hiden: unknown key "hiden"\. Did you mean hidden\?/],
    ["a wrong type", ["epochs=many"], /epochs: expected a number, got "many"\./],
    ["T = 0", ["timeSteps=0"], /timeSteps: expected a number above 0, got 0\./],
    [
      "a batch larger than the data",
      ["batchSize=1000"],
      /expected batchSize from 1 to the \d+ samples there are, got 1000/,
    ],
    [
      "impossible shapes",
      [
        "network={type: sequential, neuron: {type: LIF}, layers: [{conv2d: {outChannels: 2, kernelSize: 99}}]}",
      ],
      /network\.conv1 \(conv2d\): expected an image of at least 99 x 99/,
    ],
    [
      "labels out of range",
      [
        "network={type: sequential, neuron: {type: LIF}, layers: [{flatten: {}}, {linear: {outFeatures: 5}}, {neuron: {}}]}",
      ],
      /network: expected 10 outputs, one for each label from 0 to 9, got 5\./,
    ],
    ["statistics for other channels", ["data.normalise={mean: [0.1, 0.2], std: [1, 1]}"], /mean/],
  ])("%s", async (_, changes, message) => {
    const sets = changes.flatMap((change) => ["--set", change]);
    expectFailure(await myelin(["train", "tiny.yaml", ...sets, "--out", "impossible"]), message);
    expect(existsSync(join(folder, "impossible"))).toBe(false);
  });

  it("a loss that is no number stops and names the layer", async () => {
    const args = ["--set", "optimizer={type: adam, lr: 1.0e+30}"];
    const run = await myelin(["train", "tiny.yaml", ...args, "--out", "diverged"]);
    expectFailure(run, /expected a finite loss and gradient .* first not finite: .*(fc|neuron)\d/);
    expectNothingHalfWritten("diverged");
  });

  it.each([
    [["train", "tinny.yaml"], /tinny\.yaml: expected a recipe, got no such file\. Did you mean tiny\.yaml\?/],
    [["train", "good"], /good: expected a recipe, got a folder\./],
    [["eval", "nowhere"], /nowhere: expected the folder of a run, got no such folder\./],
    [["eval", "tiny.yaml"], /tiny\.yaml: expected the folder of a run, got a file\./],
    [["data", "info", "good"], /expected a readable file at good, got a folder\./],
    [["train", "tiny.yaml", "--data-dir", "nope"], /--data-dir: .* got nope, which does not exist\./],
    [["train", "tiny.yaml", "--data-dir", "tiny.yaml"], /--data-dir: .* got tiny\.yaml, which is a file\./],
    [
      ["train", "tiny.yaml", "--data-dir", "good"],
      /--data-dir: expected a folder that holds data sets .* got good with/,
    ],
    [["data", "list", "--data-dir", "nope"], /--data-dir: .* got nope, which does not exist\./],
  ])("a name that is not what it should be: %j", async (args, message) => {
    expectFailure(await myelin(args), message);
  });

  it("a missing file", async () => {
    expectFailure(await myelin(["train", "nope.yaml"]), /nope\.yaml: expected a recipe, got no such file\./);
  });
});

describe("wrong usage exits with 2", () => {
  it.each([
    [["trian"], /unknown command 'trian'/],
    [["train"], /missing required argument 'recipe'/],
    [["train", "tiny.yaml", "--seed", "x"], /'--seed <n>' argument 'x' is invalid/],
    [["train", "tiny.yaml", "--threads", "0"], /'--threads <n>' argument '0' is invalid/],
    [["train", "tiny.yaml", "--colour"], /unknown option '--colour'/],
    [
      ["train", "tiny.yaml", "--epochs", "2"],
      /unknown option '--epochs'[^]*Change it with: --set epochs=2\n/,
    ],
    [["train", "tiny.yaml", "--batch-size=5"], /Change it with: --set batchSize=5\n/],
    [["train", "tiny.yaml", "--lr", "0.1"], /Change it with: --set optimizer\.lr=0\.1\n/],
    [["reproduce", "everything"], /'everything' is invalid/],
  ])("myelin %j", async (args, message) => {
    const { code, stderr } = await myelin(args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe("folders and disks", () => {
  it.each([
    ["below a file", "tiny.yaml/run", /tiny\.yaml.*a file where a folder should be/],
    ["where nothing can be made", "/proc/myelin", /\/proc\/myelin\S*: expected to write, got/],
    [
      "that holds a run",
      "good",
      /--out good: expected a folder without a run, got one\. Go on with --resume/,
    ],
  ])("a run folder %s", async (_, out, message) => {
    expectFailure(await myelin(["train", "tiny.yaml", "--out", out]), message);
  });

  it("--resume without a run", async () => {
    const run = await myelin(["train", "tiny.yaml", "--out", "nothing", "--resume"]);
    expectFailure(run, /--resume: expected a run in nothing, got none\./);
    expect(existsSync(join(folder, "nothing"))).toBe(false);
  });

  it("--resume with another recipe", async () => {
    const run = await myelin(["train", "tiny.yaml", "--out", "good", "--resume", "--set", "optimizer.lr=1"]);
    expectFailure(
      run,
      /expected the recipe that good.config\.yaml was begun with, got another optimizer\.lr \(0\.01 before, 1 now\)\./,
    );
  });

  it("a disk that fills up while a checkpoint is written", async () => {
    const inject = `data:text/javascript,${encodeURIComponent(FULL_DISK)}`;
    const run = await myelin(["train", "tiny.yaml", "--out", "full"], { NODE_OPTIONS: `--import ${inject}` });
    expectFailure(run, /checkpoints.step-00000012\S*: expected to write, got a full disk\. Free some space/);
    expectNothingHalfWritten("full");
    expect(readdirSync(join(folder, "full", "checkpoints"))).toEqual([]);
    expect((await myelin(["train", "tiny.yaml", "--out", "full", "--resume"])).code).toBe(0);
  });

  it("a file system that takes no more, for real", () => {
    const program = join(import.meta.dirname, "../bin/myelin.js");
    const command = `ulimit -f 40; exec "$0" "$1" train tiny.yaml --out limited`;
    const run = spawnSync("bash", ["-c", command, process.execPath, program], {
      cwd: folder,
      encoding: "utf8",
    });
    expectFailure({ ...run, code: run.status }, /expected to write, got a file size limit/);
    expectNothingHalfWritten("limited");
  });

  it("no files left to open, not even for the program's own", () => {
    const program = join(import.meta.dirname, "../bin/myelin.js");
    const run = spawnSync(
      "bash",
      ["-c", 'ulimit -n 24; exec "$0" "$1" report good', process.execPath, program],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    expectFailure({ ...run, code: run.status }, /expected to open a file, got too many open files\. Raise/);
  });
});

it("ends without a word when nobody reads on, as other tools do", () => {
  const program = join(import.meta.dirname, "../bin/myelin.js");
  const command = `set -o pipefail; "$0" "$1" data list | true`;
  const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, program], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 141, stderr: "" });
});

/** Makes every write of weights fail as on a full disk, after half of it was written. */
const FULL_DISK = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const open = fs.promises.open;
fs.promises.open = async (file, ...rest) => {
  const handle = await open(file, ...rest);
  const write = handle.writeFile.bind(handle);
  if (String(file).endsWith("model.safetensors")) handle.writeFile = async (bytes) => {
    await write(bytes.subarray(0, bytes.length >> 1));
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC", syscall: "write" });
  };
  return handle;
};
syncBuiltinESMExports();
`;

describe("checkpoints", () => {
  const damaged = (name: string): string => {
    cpSync(join(folder, "good"), join(folder, name), { recursive: true });
    return join(folder, name, "checkpoints", "step-00000012");
  };

  it("with a flipped bit", async () => {
    const file = join(damaged("flipped"), "model.safetensors");
    const bytes = readFileSync(file);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(file, bytes);
    expectFailure(await myelin(["eval", "flipped"]), /CRC-32/);
    const resume = ["train", "tiny.yaml", "--out", "flipped", "--resume", "--extend", "2"];
    expectFailure(await myelin(resume), /step-00000012: .*CRC-32.*damaged/);
  });

  it("cut short", async () => {
    truncateSync(join(damaged("short"), "model.safetensors"), 1000);
    expectFailure(await myelin(["eval", "short"]), /step-00000012/);
  });

  it("with a state that is no JSON", async () => {
    writeFileSync(join(damaged("nostate"), "state.json"), "{");
    expectFailure(await myelin(["eval", "nostate"]), /expected state in JSON/);
  });

  it("of another network", async () => {
    damaged("other");
    const config = join(folder, "other", "config.yaml");
    writeFileSync(config, readFileSync(config, "utf8").replace("- 24", "- 25"));
    expectFailure(
      await myelin(["eval", "other"]),
      /expected the tensors of this network, got .*fc1\.weight \[24, 784\] instead of \[25, 784\]/,
    );
  });

  it("that is not there", async () => {
    mkdirSync(join(folder, "empty"));
    expectFailure(await myelin(["eval", "empty"]), /empty: expected the folder of a run/);
  });
});

describe("data", () => {
  const nowhere = { MYELIN_DATA: "", XDG_CACHE_HOME: join(folder, "cache") };

  it("that is missing: says how to get it", async () => {
    const run = await myelin(
      ["train", "tiny.yaml", "--set", "data.name=cifar10", "--out", "missing"],
      nowhere,
    );
    expectFailure(run, /Get it with: npx myelin data get cifar10/);
    expect(existsSync(join(folder, "missing"))).toBe(false);
  });

  it("that cannot be fetched", async () => {
    const run = await myelin(["data", "get", "fashion-mnist", "--mirror", "http://127.0.0.1:9/"], nowhere);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^error: .*127\.0\.0\.1:9/);
  });

  it("with an unknown name", async () => {
    expectFailure(await myelin(["data", "get", "emnist"], nowhere), /expected a data set name, got "emnist"/);
  });

  it.each([
    ["cut short", Buffer.from([0, 0, 8, 1, 0, 0, 0, 9, 1]), /data\.bin, byte 8: expected 9 bytes of values/],
    [
      "of a format nobody knows",
      Buffer.from("%PDF-1.7"),
      /data\.bin, byte 0: expected a recording of an event camera .*got bytes that start with "%PDF-1\.7"/,
    ],
    ["that is empty", Buffer.alloc(0), /got data\.bin \(0 bytes/],
  ])("in a file %s", async (_, bytes, message) => {
    writeFileSync(join(folder, "data.bin"), bytes);
    expectFailure(await myelin(["data", "info", "data.bin"]), message);
  });

  it("in no file", async () => {
    expectFailure(
      await myelin(["data", "info", "nofile"]),
      /expected a readable file at nofile, got no such file/,
    );
  });
});
