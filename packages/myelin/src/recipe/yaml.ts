/** YAML of recipes and of values behind `--set`: the same rules for both. */
import { LineCounter, parseDocument, type Document } from "yaml";

/** A parsed text. */
export interface ParsedYaml {
  readonly document: Document;
  readonly lines: LineCounter;
  /** What is wrong with it first, and at which character; nothing is ever printed. */
  readonly problem: { readonly text: string; readonly at: number } | undefined;
}

/** Parses YAML 1.2 with merges (`<<`); all keys are texts. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const options = { lineCounter: lines, stringKeys: true, merge: true, logLevel: "error" } as const;
  const document = parseDocument(text, options);
  const broken = document.errors[0] ?? document.warnings[0];
  return { document, lines, problem: broken && { text: problemText(broken), at: broken.pos[0] } };
}

/** What people are told of mistakes that the parser words for programmers. */
const PROBLEMS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "a key that stands in this section already",
  MULTIPLE_DOCS: "a second document behind ---; a file holds one recipe",
  MULTILINE_IMPLICIT_KEY: "a line that is no key: value; a colon and a space stand between them",
  NON_STRING_KEY: "a key that is no text",
  TAB_AS_INDENT: "a tab; indent with spaces",
  TAG_RESOLVE_FAILED: "a tag (!name) that is not known",
};

function problemText({ code, message }: Document["errors"][number] | Document["warnings"][number]): string {
  const reason = message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "");
  return PROBLEMS[code] ?? `a syntax error: ${reason?.replace(/\.$/, "")}`;
}
