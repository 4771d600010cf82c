import { LAYERS } from "./layers.ts";
import { NEURONS } from "./neurons.ts";

const PIECES = { ...LAYERS, ...NEURONS };

const HEAD = `import math
import pathlib
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F`;

/** The classes in Python that a program needs, by their names, each after those that it uses. */
export function prelude(names: Iterable<string>): string {
  const parts = new Map<string, string>();
  const add = (name: string): void => {
    const piece = PIECES[name];
    if (!piece || parts.has(name)) return;
    piece.needs?.forEach(add);
    parts.set(name, piece.python);
  };
  for (const name of names) add(name);
  return [HEAD, ...parts.values()].join("\n\n\n");
}
