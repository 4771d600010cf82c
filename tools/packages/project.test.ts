import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../lib/chromium.mjs";
import { run, tarballs } from "./install.ts";

const folder = inject("packages");
const app = path.join(folder, "app");
const project = path.join(folder, "project");
const executablePath = findChromium();

const DONE = /step 300: loss 0\.\d+, accuracy 0\.\d+/;

beforeAll(() => {
  run(folder, path.join(app, "node_modules/.bin/myelin"), "init", "project");
  // What is not in the registry yet takes the place of what the project asks for.
  const file = path.join(project, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies: Record<string, string> };
  expect(Object.keys(manifest.dependencies)).toEqual(["myelin"]);
  run(project, "npm", "install", "--no-audit", "--no-fund", ...tarballs(folder));
});

describe("a project of myelin init", () => {
  it("trains its recipe and its network", () => {
    run(project, "npm", "run", "train", "--", "--set", "epochs=1", "--set", "data.limit=500");
    expect(existsSync(path.join(project, "runs/quickstart-1/report.html"))).toBe(true);
    expect(run(project, "npm", "run", "loop")).toMatch(DONE);
  });

  it("leaves files that are there alone", () => {
    expect(() => run(folder, path.join(app, "node_modules/.bin/myelin"), "init", "project")).toThrow(
      "expected a name that is free",
    );
  });
});

describe.skipIf(!executablePath)("pages", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS });
    useWorker();
    run(project, "npm", "run", "build");
  });
  afterAll(() => browser.close());

  it.each(["dev", "preview"])("of Vite's %s train in the page and in a worker", async (command) => {
    const server = spawn("npx", ["vite", command, "--port", "0", "--host", "127.0.0.1", ...outDir(command)], {
      cwd: project,
      detached: true,
    });
    try {
      await withPage(browser, await addressOf(server), async (page) => {
        await page.waitForFunction(`document.querySelector("#log").textContent.includes("done")`);
        expect(await page.textContent("#log")).toMatch(DONE);
        await page.waitForFunction(`document.title.startsWith("worker")`);
        expect(await page.title()).toBe("worker done on 2 threads");
      });
    } finally {
      process.kill(-server.pid!);
    }
  });

  it("take the engine as one classic script", async () => {
    const script = readFileSync(path.join(app, "node_modules/@myelin/core/dist/myelin.global.js"));
    const html = `<!doctype html><script src="myelin.js"></script><script>
      myelin.createEngine({ seed: 1 }).then(async (engine) => {
        document.title = String(Array.from(await myelin.tensor([1, 2]).data()));
        await engine.dispose();
      });</script>`;
    const server = createServer(({ url }, response) => {
      const isScript = url === "/myelin.js";
      response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? script : html);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = server.address() as { port: number };
    try {
      await withPage(browser, `http://127.0.0.1:${port}/`, async (page) => {
        await page.waitForFunction(`document.title !== ""`);
        expect(await page.title()).toBe("1,2");
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

/** Adds a worker to the project's page, in which the engine has threads. */
function useWorker(): void {
  const source = (name: string): string => path.join(project, "src", name);
  writeFileSync(
    source("worker.ts"),
    `import { createEngine } from "myelin";
const engine = await createEngine({ wasm: { threads: 2 } });
(self as unknown as Worker).postMessage(engine.backend.description);
await engine.dispose();\n`,
  );
  writeFileSync(
    source("page.ts"),
    `${readFileSync(source("page.ts"), "utf8")}
const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => (document.title = "worker done on " + data.match(/\\d+ threads?/)[0]);\n`,
  );
}

/** @returns the address that Vite prints once it serves */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const listen = (chunk: Buffer): void => {
      printed += chunk.toString();
      // Vite prints its port in bold where colours are asked for, as in many a CI.
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(stripVTControlCharacters(printed))?.[0];
      if (address !== undefined) resolve(address);
    };
    server.stdout!.on("data", listen);
    server.stderr!.on("data", listen);
    server.on("exit", () => reject(new Error(printed)));
  });
}

function outDir(command: string): string[] {
  return command === "preview" ? ["--outDir", "dist/page"] : [];
}

/** Fails on what the page reports as an error. */
async function withPage(browser: Browser, url: string, use: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  try {
    await page.goto(url);
    await use(page).catch((error: unknown) => {
      throw new Error(`${String(error)}\nerrors of the page: ${errors.join("\n")}`);
    });
    expect(errors).toEqual([]);
  } finally {
    await page.close();
  }
}
