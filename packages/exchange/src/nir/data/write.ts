import { MyelinError } from "@myelin/core";
import { isPlainObject } from "@myelin/core/checks";
import { newHdf5File } from "@myelin/data/hdf5";
import { writeArray, type WriteGroup } from "../write.ts";
import { checkData } from "./check.ts";
import type { NirEvents, NirGraphData, NirNodeData, NirTimeGrid } from "./types.ts";

const WRITER = "encodeNirData";

/**
 * The bytes of an HDF5 file with recordings of a graph's nodes, as `nir.read_data` of Python reads it. Spikes on a grid are
 * bytes of 0 and 1 there: HDF5's booleans are not written.
 *
 * @throws MyelinError for recordings whose shapes do not fit
 */
export async function encodeNirData(data: NirGraphData): Promise<Uint8Array> {
  if (!isPlainObject(data) || data.type !== "NIRGraphData" || !(data.nodes instanceof Map)) {
    throw new MyelinError(`${WRITER}: expected NIRGraphData with nodes, got another value.`);
  }
  checkData(data, { reader: WRITER, file: "data" }, "");
  return newHdf5File((open) => writeData(open, data));
}

function writeData(group: WriteGroup, node: NirGraphData | NirNodeData): void {
  group.create_attribute("__type__", node.type);
  if (node.type === "NIRGraphData") {
    const nodes = group.create_group("nodes");
    node.nodes.forEach((inner, name) => writeData(nodes.create_group(name), inner));
    return;
  }
  const observables = group.create_group("observables");
  node.observables.forEach((one, name) => writeObservable(observables.create_group(name), one));
}

function writeObservable(group: WriteGroup, observable: NirTimeGrid | NirEvents): void {
  group.create_attribute("__type__", observable.type);
  if (observable.type === "TimeGriddedData") {
    writeArray(group, "data", observable.data);
    group.create_attribute("dt", observable.dt, [], "<d");
    return;
  }
  const { idx, time, value, nNeurons, tMax } = observable;
  writeArray(group, "idx", idx);
  writeArray(group, "time", time);
  if (value) writeArray(group, "value", value);
  group.create_attribute("n_neurons", nNeurons, [], "<i");
  group.create_attribute("t_max", tMax, [], "<d");
}
