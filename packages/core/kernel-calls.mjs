/**
 * Reads the sources of the kernels and writes what their callers need as one TypeScript module: for each
 * exported kernel the names and types of its arguments and a function that puts them in order, for each class
 * that a kernel takes a writer of its fields, and the enumerations with the names of their members.
 *
 * A kernel is an exported function that ends in `begin: i32, end: i32`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

/** What arguments of the basic types are on this side, and how they are handed over. */
const BASIC = {
  i32: { type: "number | boolean", value: (/** @type {string} */ from) => `Number(${from})` },
  u32: { type: "number", value: (/** @type {string} */ from) => from },
  f32: { type: "number", value: (/** @type {string} */ from) => from },
  usize: { type: "Address", value: (/** @type {string} */ from) => `addressOf(${from})` },
};

/** @typedef {{ name: string, type: string }} Field */
/** @typedef {{ name: string, family: string, fields: Field[], scratch: boolean }} Kernel */

/**
 * @param {string} folder
 * @returns {string[]} the sources below it, by name
 */
export function sourcesIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * The generated module.
 * @param {string} folder of the sources, with an index.ts
 */
export function kernelCalls(folder) {
  const files = sourcesIn(folder).map((path) =>
    ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true),
  );
  const model = new Model(folder, files);
  const kernels = model.kernels();
  const fields = kernels.flatMap((kernel) => kernel.fields);
  const records = used(fields).filter((type) => model.records.has(type));
  const enums = used([...fields, ...records.flatMap((name) => model.record(name))]).filter((type) =>
    model.enums.has(type),
  );
  return [
    'import { type Address, addressOf } from "./address.ts";\n',
    "/** Where records are written: `reserve` tells the index of their first word. */",
    "export interface Records {\n  readonly i32: Int32Array;\n  readonly f32: Float32Array;\n  reserve(words: number): number;\n}\n",
    `/** The most words that the records of one call take. */\nexport const RECORD_WORDS = ${model.mostWords(kernels)};\n`,
    ...enums.map((name) => model.enumText(name)),
    ...records.map((name) => model.recordText(name)),
    "/** What each kernel takes, but for scratch memory and the range. */",
    `export interface KernelArguments {\n${kernels.map((kernel) => `  ${kernel.name}: ${model.typeText(kernel.fields)};`).join("\n")}\n}\n`,
    "export type KernelName = keyof KernelArguments;\n",
    "/** A kernel: whether it takes scratch memory, and its other arguments in order. */",
    "export interface Kernel<A> {\n  readonly family: string;\n  readonly scratch: boolean;\n  readonly pack: (args: A, records: Records) => number[];\n}\n",
    "export const KERNELS: { readonly [K in KernelName]: Kernel<KernelArguments[K]> } = {",
    ...kernels.map((kernel) => model.kernelText(kernel)),
    "};\n",
  ].join("\n");
}

/** A class that may be null, or any other type. @param {string} type */
function recordOf(type) {
  return type.replace(/ \| null$/, "");
}

/** @param {readonly Field[]} fields */
function used(fields) {
  return [...new Set(fields.map(({ type }) => recordOf(type)))];
}

class Model {
  /** @param {string} folder @param {ts.SourceFile[]} files */
  constructor(folder, files) {
    this.folder = folder;
    this.files = files;
    /** @type {Map<string, ts.ClassDeclaration>} */
    this.records = new Map();
    /** @type {Map<string, string[]>} */
    this.enums = new Map();
    for (const statement of files.flatMap((file) => [...file.statements])) this.#learn(statement);
  }

  /** @param {ts.Statement} statement */
  #learn(statement) {
    if (ts.isEnumDeclaration(statement)) {
      const members = statement.members.map((member) => member.name.getText());
      this.enums.set(statement.name.text, members);
    } else if (ts.isClassDeclaration(statement) && statement.name) {
      const name = statement.name.text;
      if (this.records.has(name)) throw new Error(`assembly: expected one class ${name}, got two.`);
      this.records.set(name, statement);
    }
  }

  /** @returns {Kernel[]} in order of name */
  kernels() {
    const index = this.files.find(({ fileName }) => fileName === join(this.folder, "index.ts"));
    const statements = [...(index?.statements ?? [])];
    return statements
      .flatMap((statement) => (ts.isExportDeclaration(statement) ? this.#exported(statement) : []))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @param {ts.ExportDeclaration} statement @returns {Kernel[]} */
  #exported({ moduleSpecifier, exportClause }) {
    const path = join(this.folder, `${/** @type {ts.StringLiteral} */ (moduleSpecifier).text}.ts`);
    const file = this.files.find(({ fileName }) => fileName === path);
    if (!file) throw new Error(`assembly/index.ts: expected a file ${path}`);
    const names =
      exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : undefined;
    return file.statements.flatMap((node) => {
      if (!ts.isFunctionDeclaration(node) || !node.name || !isExported(node)) return [];
      if (names && !names.includes(node.name.text)) return [];
      const fields = fieldsOf(node.parameters);
      if (
        fields
          .slice(-2)
          .map(({ name }) => name)
          .join() !== "begin,end"
      )
        return [];
      const scratch = fields.at(-3)?.name === "scratch";
      const family = relative(this.folder, path).replace(/\.ts$/, "");
      return [{ name: node.name.text, family, fields: fields.slice(0, scratch ? -3 : -2), scratch }];
    });
  }

  /** @param {string} name @returns {Field[]} the fields of a class, those of its base first */
  record(name) {
    const node = this.records.get(name);
    if (!node) throw new Error(`assembly: expected a class ${name}`);
    const base = node.heritageClauses?.[0]?.types[0]?.getText();
    return [...(base ? this.record(base) : []), ...fieldsOf(node.members.filter(ts.isPropertyDeclaration))];
  }

  /** @param {readonly Kernel[]} kernels */
  mostWords(kernels) {
    const words = kernels.map(({ fields }) =>
      fields
        .map(({ type }) => recordOf(type))
        .reduce((sum, type) => sum + (this.records.has(type) ? this.record(type).length : 0), 0),
    );
    return Math.max(...words);
  }

  /** @param {string} type */
  #typeOf(type) {
    if (type !== recordOf(type)) return `${recordOf(type)} | undefined`;
    if (type in BASIC) return BASIC[/** @type {keyof typeof BASIC} */ (type)].type;
    return this.enums.has(type) ? `keyof typeof ${type}` : type;
  }

  /** @param {readonly Field[]} fields */
  typeText(fields) {
    return `{ ${fields.map(({ name, type }) => `readonly ${name}: ${this.#typeOf(type)}`).join("; ")} }`;
  }

  /** @param {Field} field @param {string} from */
  #valueOf({ name, type }, from) {
    const value = `${from}.${name}`;
    if (type !== recordOf(type)) return `${value} ? write${recordOf(type)}(${value}, records) : 0`;
    if (type in BASIC) return BASIC[/** @type {keyof typeof BASIC} */ (type)].value(value);
    return this.enums.has(type) ? `${type}[${value}]` : `write${type}(${value}, records)`;
  }

  /** @param {string} name */
  enumText(name) {
    const members = this.enums.get(name) ?? [];
    return `export const ${name} = { ${members.map((member, i) => `${member}: ${i}`).join(", ")} } as const;\n`;
  }

  /** @param {string} name */
  recordText(name) {
    const fields = this.record(name);
    const words = fields.map((field, i) => {
      const view = field.type === "f32" ? "f32" : "i32";
      return `  ${view}[at + ${i}] = ${this.#valueOf(field, "fields")};`;
    });
    const views = [...new Set(fields.map(({ type }) => (type === "f32" ? "f32" : "i32")))].sort();
    return [
      `export interface ${name} ${this.typeText(fields)}\n`,
      `function write${name}(fields: ${name}, records: Records): number {`,
      `  const at = records.reserve(${fields.length});`,
      `  const { ${views.join(", ")} } = records;`,
      ...words,
      "  return 4 * at;\n}\n",
    ].join("\n");
  }

  /** @param {Kernel} kernel */
  kernelText({ name, family, fields, scratch }) {
    const writes = fields.some(({ type }) => this.records.has(recordOf(type)));
    const values = fields.map((field) => this.#valueOf(field, "args")).join(", ");
    return `  ${name}: { family: "${family}", scratch: ${scratch}, pack: (args${writes ? ", records" : ""}) => [${values}] },`;
  }
}

/** @param {readonly (ts.ParameterDeclaration | ts.PropertyDeclaration)[] | ts.NodeArray<ts.ParameterDeclaration>} nodes @returns {Field[]} */
function fieldsOf(nodes) {
  return nodes.map((node) => ({ name: node.name.getText(), type: node.type?.getText() ?? "?" }));
}

/** @param {ts.FunctionDeclaration} node */
function isExported(node) {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
