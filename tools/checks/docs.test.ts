import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parseRecipe } from "myelin/recipe";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifest, root } from "../lib/packages.mjs";
import { codeBlocks, type CodeBlock } from "./code-blocks.ts";
import { repositoryFiles } from "./source-files.ts";

const execute = promisify(execFile);
/** Numbers are not coloured where a CI asks for colours. */
const PLAIN = { ...process.env, FORCE_COLOR: "0" };

const blocks = codeBlocks();
/** TypeScript to run, with the output it is said to print where a block of output follows. */
const programs = blocks.flatMap((block, index) => {
  const next = blocks[index + 1];
  const output = next?.info === "text output" && next.file === block.file ? next.text : undefined;
  return block.info === "ts run" ? [{ name: `${block.file}, line ${block.line}`, block, output }] : [];
});

let folder: string;
let faults: Map<string | undefined, string[]>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-docs-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const { block } of programs) writeFileSync(fileOf(block), block.text);
  faults = compile(programs.map(({ block }) => fileOf(block)));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Where a block lies, to be compiled. */
function fileOf({ file, line }: CodeBlock): string {
  return join(folder, `${file.replaceAll("/", "-")}-${line}.ts`);
}

/** Compiles all blocks strictly against the built packages, as a user would; gives the compiler's messages by file. */
function compile(paths: readonly string[]): Map<string | undefined, string[]> {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    skipLibCheck: true,
  };
  const program = ts.createProgram(paths, options);
  const messages = new Map<string | undefined, string[]>();
  for (const { file, messageText } of [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]) {
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    messages.set(file?.fileName, [...(messages.get(file?.fileName) ?? []), text]);
  }
  return messages;
}

/** The words of an output, and its numbers apart: those may differ a little between machines. */
function wordsAndNumbers(output: string): { words: string; numbers: number[] } {
  const number = /-?\d+(\.\d+)?/g;
  return {
    words: output.replace(number, "#").replace(/\s+/g, " ").trim(),
    numbers: [...output.matchAll(number)].map(([match]) => Number(match)),
  };
}

describe("documentation", () => {
  it("has programs to run", () => {
    expect(programs.length).toBeGreaterThan(0);
  });

  it.each(programs)(
    "$name compiles, runs and prints what it says",
    async ({ block, output }) => {
      const source = fileOf(block);
      expect(faults.get(source) ?? faults.get(undefined)).toBeUndefined();
      const { stdout } = await execute(process.execPath, [source.replace(/\.ts$/, ".js")], {
        cwd: folder,
        env: PLAIN,
      });
      if (output === undefined) return;
      const [printed, promised] = [wordsAndNumbers(stdout), wordsAndNumbers(output)];
      expect(printed.words).toBe(promised.words);
      printed.numbers.forEach((value, index) => {
        expect(Math.abs(value - promised.numbers[index]!)).toBeLessThan(0.05 + 0.02 * Math.abs(value));
      });
    },
    90_000,
  );

  it("shows recipes that are valid", () => {
    const recipes = blocks.filter(({ info }) => info === "yaml recipe");
    expect(recipes.length).toBeGreaterThan(0);
    for (const { file, text } of recipes) expect(parseRecipe(text, { file })).toBeDefined();
  });

  it("names npm scripts that exist", () => {
    const scriptsOf = (folder: string): string[] => {
      const text = readFileSync(join(root, folder, "package.json"), "utf8");
      return Object.keys((JSON.parse(text) as { scripts: object }).scripts);
    };
    const builtIn = ["ci", "init", "install", "pack", "pkg", "start", "test"];
    const known = [...builtIn, ...scriptsOf("."), ...scriptsOf("packages/myelin/templates/project")];
    const named = shellLines().flatMap((line) =>
      [...line.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name]) => name!),
    );
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("names commands of myelin that exist", async () => {
    const program = join(root, "packages/myelin", manifest("myelin").bin!.myelin!);
    const { stdout } = await execute(process.execPath, [program, "--help"]);
    const named = shellLines().flatMap((line) =>
      [...line.matchAll(/\bnpx myelin (\w+)/g)].map(([, name]) => name!),
    );
    expect(named.filter((name) => !new RegExp(`^ +${name}\\b`, "m").test(stdout))).toEqual([]);
  });

  it("links to files that exist", () => {
    const broken = repositoryFiles(/\.md$/).flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target]) => join(dirname(path), target!))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("shows code within the first 20 lines of the README", () => {
    const [first] = blocks.filter(({ file }) => file === "README.md");
    expect(first!.line).toBeLessThan(20);
    expect(first!.text).toContain("npm ci && npm start");
  });
});

function shellLines(): string[] {
  return blocks.filter(({ info }) => info === "sh").flatMap(({ text }) => text.split("\n"));
}
