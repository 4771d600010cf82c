import { encodeSafetensors, type TensorData } from "../io/index.ts";
import { checkModule, type Module } from "../nn/index.ts";
import { sparseLayers } from "./sparse-layer.ts";

/**
 * Parameters and buffers of a network with every sparse weight written out, zeros included, under the
 * names and shapes of the dense network, so that PyTorch and dense networks can read them.
 *
 * @returns safetensors bytes
 */
export async function exportDense(network: Module): Promise<Uint8Array> {
  checkModule("exportDense", network);
  const contents = new Map<string, TensorData>();
  for (const [name, value] of [...network.namedParameters(), ...network.namedBuffers()]) {
    contents.set(name, { shape: value.shape, data: await value.data() });
  }
  for (const [path, { connections }] of sparseLayers(network)) {
    for (const parameter of Object.keys(connections.parameters)) {
      const name = `${path}.${parameter}`;
      const values = contents.get(name)?.data as Float32Array;
      contents.set(name, { shape: connections.denseShape, data: connections.expand(values) });
    }
  }
  return encodeSafetensors(contents);
}
