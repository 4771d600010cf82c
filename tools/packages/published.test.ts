import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, it } from "vitest";
import { manifest, packageNames } from "../lib/packages.mjs";
import { tarballs } from "./install.ts";

const folder = inject("packages");
const modules = path.join(folder, "app/node_modules");

/** Everything is an ES module, for resolvers that know `exports`. */
const RESOLUTIONS: readonly string[] = ["node16-esm", "bundler"];

describe.each(packageNames.map((name) => manifest(name).name))("the package %s", (name) => {
  const installed = path.join(modules, name);

  it("brings licence, README and what a registry shows", () => {
    const { description, keywords, license, publishConfig, repository } = JSON.parse(
      readFileSync(path.join(installed, "package.json"), "utf8"),
    ) as Record<string, unknown>;
    expect({ description, keywords }).not.toContain(undefined);
    // Until there is a public address, none is made up.
    expect(repository).toBeUndefined();
    expect(license).toBe("Apache-2.0");
    expect(publishConfig).toEqual({ access: "public" });
    for (const file of ["LICENSE", "README.md"])
      expect(existsSync(path.join(installed, file)), file).toBe(true);
  });

  it("brings the sources that its source maps speak of, and no tests", () => {
    const maps = find(installed, ".map");
    expect(maps.length).toBeGreaterThan(10);
    const missing = maps.flatMap((map) => {
      const { sources } = JSON.parse(readFileSync(map, "utf8")) as { sources: string[] };
      return sources.filter((source) => !existsSync(path.resolve(path.dirname(map), source)));
    });
    expect(missing).toEqual([]);
    expect(find(installed, ".test.ts")).toEqual([]);
  });

  it("is clean for publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types wherever it can be imported", async () => {
    const tarball = tarballs(folder).find((file) => path.basename(file).startsWith(`${dashed(name)}-0`))!;
    const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    expect(result.types).toBeTruthy();
    const problems = "problems" in result ? result.problems : [];
    expect(
      problems.filter((one) => !("resolutionKind" in one) || RESOLUTIONS.includes(one.resolutionKind)),
    ).toEqual([]);
  });
});

describe("the installation", () => {
  it("of myelin is small beside the data that come with it", () => {
    const folders = [...needs("myelin")].map((name) => path.join(modules, name));
    const files = folders.flatMap((place) => find(place, ""));
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toBeLessThan(85);
    for (const joined of ["echarts", "h5wasm"]) expect(existsSync(path.join(modules, joined))).toBe(false);
  });
});

/** The packages that are installed with one, itself among them. */
function needs(name: string, known = new Set<string>()): Set<string> {
  if (known.has(name) || !existsSync(path.join(modules, name))) return known;
  known.add(name);
  const file = path.join(modules, name, "package.json");
  const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: object };
  for (const other of Object.keys(dependencies)) needs(other, known);
  return known;
}

function find(place: string, ending: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The name as npm writes it for files: @myelin/core -> myelin-core. */
function dashed(name: string): string {
  return name.replace("@", "").replace("/", "-");
}
