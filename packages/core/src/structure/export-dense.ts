import { densePlaces, sizeOf } from "../engine/index.ts";
import { encodeSafetensors, type TensorData } from "../io/index.ts";
import type { Module } from "../nn/index.ts";
import { SparseLayer } from "./sparse-layer.ts";

/**
 * Parameters and buffers of a network with every sparse weight written out, zeros included, under the
 * names and shapes of the dense network, so that PyTorch and dense networks can read them.
 *
 * @returns safetensors bytes
 */
export async function exportDense(network: Module): Promise<Uint8Array> {
  const contents = new Map<string, TensorData>();
  for (const [name, value] of [...network.namedParameters(), ...network.namedBuffers()]) {
    contents.set(name, { shape: value.shape, data: await value.data() });
  }
  for (const [path, layer] of network.namedModules()) {
    if (!(layer instanceof SparseLayer)) continue;
    const places = densePlaces(layer.pattern);
    for (const [parameter] of layer.connectionParameters()) {
      const name = path === "" ? parameter : `${path}.${parameter}`;
      const values = contents.get(name)?.data as Float32Array;
      const dense = new Float32Array(sizeOf(layer.denseShape));
      places.forEach((place, i) => (dense[place] = values[i] as number));
      contents.set(name, { shape: layer.denseShape, data: dense });
    }
  }
  return encodeSafetensors(contents);
}
