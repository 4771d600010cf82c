import { sizeOf } from "@myelin/core/ops";
import { fileError } from "../../problem.ts";
import type { Asked } from "../check.ts";
import type { NirArray } from "../types.ts";
import type { NirEvents, NirGraphData, NirTimeGrid } from "./types.ts";

/**
 * Requires recordings of fitting shapes.
 *
 * @throws FormatError that names the observable
 */
export function checkData({ nodes }: NirGraphData, asked: Asked, place: string): void {
  for (const [name, node] of nodes) {
    const at = `${place}nodes/${name}`;
    if (node.type === "NIRGraphData") checkData(node, asked, `${at}/`);
    else node.observables.forEach((one, key) => checkObservable(one, asked, `${at}/observables/${key}`));
  }
}

function checkObservable(observable: NirTimeGrid | NirEvents, asked: Asked, at: string): void {
  const fail = (expected: string, got: string): never => {
    throw fileError({ ...asked, at: `${at} (${observable.type})`, expected, got });
  };
  const text = ({ shape }: NirArray): string => `[${shape.join(", ")}]`;
  const requireWhole = (array: NirArray): void => {
    if (sizeOf(array.shape) !== array.data.length)
      fail(`values ${text(array)}`, `${array.data.length} values`);
  };
  if (observable.type === "TimeGriddedData") {
    const { data, dt } = observable;
    requireWhole(data);
    if (data.shape.length !== 3) fail("data [samples, steps, neurons]", text(data));
    if (!(dt > 0)) fail("a dt above 0", String(dt));
    return;
  }
  if (!["EventData", "ValuedEventData"].includes(observable.type)) fail("a kind of recording", "another");
  const { idx, time, value, nNeurons, tMax } = observable;
  const arrays = value === undefined ? [idx, time] : [idx, time, value];
  arrays.forEach(requireWhole);
  if (idx.shape.length !== 2) fail("idx [samples, events]", text(idx));
  const other = arrays.find((array) => text(array) !== text(idx));
  if (other) fail("idx, time and value of one shape", `${text(idx)} and ${text(other)}`);
  if ((value === undefined) !== (observable.type === "EventData"))
    fail("value in ValuedEventData alone", "another");
  if (!Number.isSafeInteger(nNeurons) || nNeurons < 1) fail("n_neurons of at least 1", String(nNeurons));
  if (!(tMax >= 0)) fail("a t_max of at least 0", String(tMax));
  const bad = Array.from(idx.data as ArrayLike<number | bigint>, Number).find(
    (index) => !Number.isInteger(index) || index < -1 || index >= nNeurons,
  );
  if (bad !== undefined) fail(`indices from -1 to ${nNeurons - 1}`, String(bad));
}
