/** Numbers as people read them. */

/** 98.04 % */
export function percent(share: number | undefined): string {
  if (share === undefined) return "-";
  return `${(100 * share).toFixed(2)} %`;
}

/** 8.2 s, 3 min 20 s, 1 h 5 min */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 12,345; 0.41 */
export function count(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : Math.round(value).toLocaleString("en");
}

/** 1 epoch, 3 epochs, 1,200 samples; `many` where an s is not enough. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
