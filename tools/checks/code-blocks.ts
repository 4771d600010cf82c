import { repositoryFiles } from "./source-files.ts";

/** A fenced block of a Markdown file. */
export interface CodeBlock {
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** What follows the fence: `ts run`, `sh`, `text output`. */
  readonly info: string;
  readonly text: string;
}

/** The fenced blocks of README.md, CONTRIBUTING.md, ARCHITECTURE.md and everything in docs/, in order. */
export function codeBlocks(): CodeBlock[] {
  return repositoryFiles(/^([A-Z]+|docs\/.+)\.md$/).flatMap(({ path, text }) => blocksOf(path, text));
}

function blocksOf(file: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  text.split("\n").forEach((content, index) => {
    const fence = /^```(.*)$/.exec(content);
    if (!fence) {
      open?.lines.push(content);
    } else if (open) {
      blocks.push({ file, line: open.line, info: open.info, text: open.lines.join("\n") });
      open = undefined;
    } else {
      open = { line: index + 1, info: fence[1]!.trim(), lines: [] };
    }
  });
  return blocks;
}
