import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { fiveLayer, threeLayer } from "./asa.ts";
import { delayNet } from "./delay-net.ts";
import { mlp } from "./mlp.ts";
import { plifNet } from "./plif-net.ts";
import { resnet19 } from "./resnet19.ts";
import { vggsnn } from "./vggsnn.ts";

/** The layers of a network as a list, whatever short form the recipe uses. */
export function expandNetwork(network: NetworkRecipe, classes: number): readonly LayerRecipe[] {
  switch (network.type) {
    case "sequential":
      return network.layers;
    case "mlp":
      return mlp(network, classes);
    case "plif-net":
      return plifNet(network, classes);
    case "delay-net":
      return delayNet(network, classes);
    case "asa-three-layer":
      return threeLayer(network, classes);
    case "asa-five-layer":
      return fiveLayer(network, classes);
    case "vggsnn":
      return vggsnn(network, classes);
    case "resnet19":
      return resnet19(network, classes);
  }
}
