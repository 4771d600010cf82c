import { playwright } from "@vitest/browser-playwright";
import { join } from "node:path";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { CHROMIUM_FLAGS, findChromium } from "./tools/lib/chromium.mjs";
import { entryPoints, root } from "./tools/lib/packages.mjs";
import { ISOLATION } from "./tools/lib/static-server.mjs";

const chromium = findChromium();

/** Tests read the sources, not what the last build left. Anchored, as `@myelin/data` begins `@myelin/data/browser`. */
const alias = entryPoints().map(({ specifier, source }) => ({
  find: new RegExp(`^${specifier}$`),
  replacement: join(root, source),
}));

const node: TestProjectConfiguration = {
  resolve: { alias },
  test: {
    name: "node",
    include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "tools/checks/*.test.ts"],
    exclude: ["packages/*/test/browser/**", "tools/checks/*.alone.test.ts"],
    testTimeout: 30_000,
    // Vitest leaves a core for itself, which is half of a machine with two.
    maxWorkers: "100%",
  },
};

/** Tests with a clock: run when nothing else does. */
const alone: TestProjectConfiguration = {
  resolve: { alias },
  test: {
    name: "alone",
    include: ["tools/checks/*.alone.test.ts"],
    testTimeout: 120_000,
    fileParallelism: false,
    sequence: { groupOrder: 2 },
  },
};

/** The conformance suite and the golden vectors in Chromium. */
function inBrowser(name: string, isolated: boolean, executablePath: string): TestProjectConfiguration {
  return {
    resolve: { alias },
    // Two servers that prepare the same dependencies must not share a folder.
    cacheDir: join(root, "node_modules/.vite", name),
    server: { headers: isolated ? ISOLATION : {} },
    test: {
      name,
      provide: { isolated },
      include: ["packages/*/test/browser/*.test.ts"],
      testTimeout: 30_000,
      sequence: { groupOrder: 1 },
      browser: {
        enabled: true,
        headless: true,
        ui: false,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath, args: CHROMIUM_FLAGS } }),
        instances: [{ browser: "chromium" }],
      },
    },
  };
}

const browsers = chromium
  ? [inBrowser("browser", true, chromium), inBrowser("browser-plain", false, chromium)]
  : [];

export default defineConfig({ test: { projects: [node, alone, ...browsers] } });

declare module "vitest" {
  interface ProvidedContext {
    /** Whether browser tests run under cross-origin isolation. */
    isolated: boolean;
  }
}
