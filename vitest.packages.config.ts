import { defineConfig } from "vitest/config";

/** What is packed, installed and tried as a user would: `npm run test:packages`. It needs the registry. */
export default defineConfig({
  test: {
    include: ["tools/packages/*.test.ts"],
    globalSetup: "tools/packages/install.ts",
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});

declare module "vitest" {
  interface ProvidedContext {
    /** The folder that {@link Installed} describes. */
    packages: string;
  }
}
