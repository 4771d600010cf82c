"""A yardstick in PyTorch: the N-MNIST network of the NIR paper in Norse, as its own importer makes it.

python3 bench/peers/nir_cnn.py cnn_sinabs.nir N-MNIST/Test

The folder has one folder per digit with N-MNIST's .bin files; events are counted in steps of a millisecond. Recorded with
Python 3.11.7, torch 2.15.0, norse 1.1.0, nir 1.0.8 and nirtorch 2.6. The twin here:

npx myelin nir run cnn_sinabs.nir --data nmnist-raw
"""
import argparse
import json
import pathlib
import time

import nir
import norse.torch
import numpy as np
import torch

WARM_STEPS = 20


def frames(file):
    """Counts [T, 2, 34, 34] of a recording."""
    x, y, first, high, low = np.frombuffer(file.read_bytes(), np.uint8).reshape(-1, 5).astype(np.int64).T
    step = (((first & 127) << 16) | (high << 8) | low) // 1000
    counts = np.zeros((step.max() + 1, 2, 34, 34), np.float32)
    np.add.at(counts, (step, first >> 7, y, x), 1)
    return counts


def load(folder, limit):
    files = sorted(folder.glob("*/*.bin"))
    files = [files[i * len(files) // limit] for i in range(limit)] if limit else files
    recordings = [frames(file) for file in files]
    padded = torch.zeros(max(map(len, recordings)), len(files), 2, 34, 34)
    for i, recording in enumerate(recordings):
        padded[: len(recording), i] = torch.from_numpy(recording)
    return padded, torch.tensor([int(file.parent.name) for file in files])


def network(file):
    graph = nir.read(file)
    for node in graph.nodes.values():
        if isinstance(node, nir.Flatten):
            node.start_dim = 1  # the importer counts the batch
    return norse.torch.from_nir(graph)


def run(model, x):
    state, total = None, 0
    for step in x:
        spikes, state = model(step, state)
        total = total + spikes
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("graph")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    x, labels = load(args.folder, args.limit)
    correct, seconds, cpu = 0, 0.0, 0.0
    with torch.no_grad():
        run(network(args.graph), x[:WARM_STEPS, : args.batch])
        for at in range(0, len(labels), args.batch):
            model = network(args.graph)
            start, began = time.perf_counter(), time.process_time()
            scores = run(model, x[:, at : at + args.batch])
            seconds += time.perf_counter() - start
            cpu += time.process_time() - began
            correct += (scores.argmax(1) == labels[at : at + args.batch]).sum().item()
    result = dict(accuracy=correct / len(labels), samples=len(labels), steps=len(x))
    print(json.dumps(dict(result, samplesPerSecond=len(labels) / seconds, samplesPerCpuSecond=len(labels) / cpu)))


main()
