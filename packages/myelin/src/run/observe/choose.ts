/**
 * Which samples are looked at: of each class the first one, then of each the second, and so on; of more classes than
 * that, some from everywhere.
 *
 * @param labels of the test set
 * @returns places in the test set, by class
 */
export function chooseSamples(labels: ArrayLike<number>, wanted: number): number[] {
  const byClass = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? 0;
    const members = byClass.get(label) ?? [];
    if (members.length < wanted) byClass.set(label, [...members, i]);
  }
  const classes = [...byClass].sort(([a], [b]) => a - b).map(([, members]) => members);
  if (classes.length > wanted) return evenly(classes.length, wanted).map((i) => classes[i]?.[0] ?? 0);
  const rounds = Array.from({ length: wanted }, (_, round) =>
    classes.flatMap((members) => members[round] ?? []),
  );
  const chosen = new Set(rounds.flat().slice(0, wanted));
  return classes.flat().filter((i) => chosen.has(i));
}

/** At most `wanted` of 0 .. count-1, at even distances. */
export function evenly(count: number, wanted: number): number[] {
  const n = Math.min(count, wanted);
  return Array.from({ length: n }, (_, i) => Math.floor((i * count) / n));
}
