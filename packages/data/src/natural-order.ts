/** Names, each once, in the order of people: digits count as numbers; names that are equal so, by their code units. */
export function inNaturalOrder(names: Iterable<string>): string[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return [...new Set(names)].sort((a, b) => compare(a, b) || (a < b ? -1 : 1));
}
