/** Where a name occurs for the second time in one object. */
export interface DuplicateKey {
  readonly key: string;
  /** Index into the text. */
  readonly position: number;
}

/**
 * Finds a name that occurs twice in one object of a valid JSON text. `JSON.parse` keeps the last one
 * silently, which would let a hostile file show different readers different contents.
 */
export function findDuplicateKey(text: string): DuplicateKey | undefined {
  const open: (Set<string> | undefined)[] = [];
  // Strings (with the colon that makes them names) and brackets are all that matters.
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (const match of text.matchAll(tokens)) {
    const [token, colon] = match;
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const names = open.at(-1);
      if (names?.has(key) === true) return { key, position: match.index };
      names?.add(key);
    }
  }
  return undefined;
}
