/** A command that is asked to stop stops, says so by its exit code, and leaves what the same command goes on from. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, type Ended, folder, myelin, start, TINY, writeRecipe } from "./process.ts";

/** Runs a command and sends it a signal once it has said `text` for the `times`th time. */
async function interrupted(
  args: readonly string[],
  { signal = "SIGINT" as NodeJS.Signals, text = "", times = 1, afterMs = 0 },
): Promise<Ended> {
  const child = start(args);
  let said = "";
  let isSent = false;
  child.stdout?.on("data", (piece: Buffer) => {
    said += piece.toString();
    if (isSent || said.split(text).length <= times) return;
    isSent = true;
    setTimeout(() => child.kill(signal), afterMs);
  });
  return ended(child);
}

describe("myelin train", () => {
  it.each([
    ["SIGHUP", 129],
    ["SIGTERM", 143],
  ] as const)("saves after %s", async (signal, exitCode) => {
    const recipe = writeRecipe("tiny.yaml", TINY.replace("epochs: 3", "epochs: 100"));
    const { code, stdout } = await interrupted(["train", recipe, "--out", signal], { signal, text: "\n" });
    expect(code).toBe(exitCode);
    expect(stdout).toContain(`Saved. Go on with: npx myelin train ${join(signal, "config.yaml")}`);
  });

  it.each([0, 500])("stops in the passes over the test set, %i ms after the last epoch", async (afterMs) => {
    const out = `end-${afterMs}`;
    const large = ["--set", "epochs=1", "--set", "data.limitTest=10000", "--set", "timeSteps=16"];
    const recipe = writeRecipe("end.yaml", TINY);
    const { code, stdout } = await interrupted(["train", recipe, "--out", out, ...large], {
      ...{ text: "epoch 1/1", afterMs },
    });
    expect(code).toBe(130);
    expect(stdout).toContain("Saved. Go on with:");
    expect(existsSync(join(folder, out, "result.json"))).toBe(false);
  });

  it("takes a signal that npm sends a second time for one", async () => {
    const child = start(["train", "tiny.yaml", "--out", "twice"]);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGINT");
    child.kill("SIGINT");
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(stdout).toContain("Saved.");
  });
});

describe("myelin reproduce", () => {
  const args = ["reproduce", "klif", "--seeds", "1", "--data", "mnist", "--epochs", "1", "--limit", "300"];

  // In the middle of a training, at its end, while its report is drawn, and between two.
  it.each([
    ["[1/", 1, 0],
    ["epoch 1/1", 1, 0],
    ["epoch 1/1", 1, 100],
    ["epoch 1/1", 1, 300],
    ["[2/", 1, 0],
  ])("stops after it has said %s (time %i) and %i ms", async (text, times, afterMs) => {
    const out = `study-${text.replaceAll(/\W/g, "")}-${afterMs}`;
    const { code, stdout } = await interrupted([...args, "--out", out], { text, times, afterMs });
    expect(code).toBe(130);
    const [, after = ""] = stdout.split("Stopping after this batch");
    expect(after).not.toMatch(/\[\d+\//);
    expect(after).toContain("the same command goes on from here");
  });

  it("goes on from there", async () => {
    const { code, stdout } = await myelin([...args, "--out", "study-2-0"]);
    expect(code).toBe(0);
    expect(stdout).toContain(": kept");
    expect(existsSync(join(folder, "study-2-0", "table.md"))).toBe(true);
  }, 60_000);
});

describe("work on data", () => {
  let server: Server;
  let mirror: string;

  beforeAll(async () => {
    // Sends a little and then nothing.
    server = createServer((_, response) => {
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(Buffer.alloc(1000));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("data get stops", async () => {
    const args = ["data", "get", "fashion-mnist", "--data-dir", "data", "--mirror", mirror];
    const { code, stdout } = await interrupted(args, { text: "MB" });
    expect(code).toBe(130);
    expect(stdout).toContain("Stopped: the same command goes on from here.");
    expect(readdirSync(join(folder, "data"))).toEqual(["fashion-mnist"]);
  });

  it("data convert stops and leaves nothing", async () => {
    const args = ["data", "convert", "mnist", "made", "--to", "events"];
    const { code, stderr } = await interrupted(args, { text: "%" });
    expect(code).toBe(130);
    expect(stderr).toContain("Stopping");
    expect(readdirSync(folder).filter((name) => name.startsWith("made"))).toEqual([]);
  });
});
