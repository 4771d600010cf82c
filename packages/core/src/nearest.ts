/** The name that was probably meant, for messages about unknown ones. */

/** Words of other frameworks whose names here look different. */
const ALIASES: Readonly<Record<string, string>> = {
  beta: "tau",
  decay: "tau",
  learningrate: "lr",
  params: "parameters",
  resetmechanism: "vReset",
  spikegrad: "surrogate",
};

/**
 * The candidate that `word` probably stands for: the one that other frameworks call so, the only one that has the
 * word in it, or the one that fewest insertions, deletions and substitutions away is close enough to be a slip.
 * Upper and lower case, `_` and `-` do not count.
 *
 * @returns undefined when none is near
 */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  const bare = plain(word);
  const alias = Object.hasOwn(ALIASES, bare) ? ALIASES[bare] : undefined;
  if (alias !== undefined && candidates.includes(alias)) return alias;
  const containing = candidates.filter((candidate) => plain(candidate).includes(bare));
  if (containing.length === 1 && bare !== "") return containing[0];
  const distances = candidates.map((candidate) => distance(bare, plain(candidate)));
  const least = Math.min(...distances);
  return least <= Math.max(1, Math.round(0.6 * word.length))
    ? candidates[distances.indexOf(least)]
    : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/** The edit distance of Levenshtein, one row of its table at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substituted));
    }
    row = next;
  }
  return row[b.length]!;
}
