"""A yardstick in PyTorch: the N-MNIST network of the NIR paper in Norse, as its own importer makes it, or in snnTorch, whose
importer has no sums of pools and other neurons for IF, so that the layers are made here.

MYELIN_DATA=FOLDER npm run bench -- --only nir-cnn --repeats 1 --peer "python3 bench/peers/nir_cnn.py --framework norse"

FOLDER has nir/paper/02_cnn/cnn_sinabs.nir and nmnist-raw/Test.zip, of which 100 recordings are one batch in steps of a
millisecond. `--accuracy` prints the share of right classes besides. Recorded with Python 3.11.7, torch 2.15.0, norse 1.1.0, snntorch 1.0.0,
nir 1.0.8 and nirtorch 2.6.
"""
import argparse
import json
import os
import pathlib
import time
import warnings
import zipfile

warnings.simplefilter("ignore")

import nir  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

SAMPLES, WARM_STEPS = 100, 20


def frames(recording):
    """Counts [T, 2, 34, 34] of a recording, from its first event on."""
    x, y, first, high, low = np.frombuffer(recording, np.uint8).reshape(-1, 5).astype(np.int64).T
    time_us = ((first & 127) << 16) | (high << 8) | low
    step = (time_us - time_us.min()) // 1000
    counts = np.zeros((step.max() + 1, 2, 34, 34), np.float32)
    np.add.at(counts, (step, first >> 7, y, x), 1)
    return counts


def load(file):
    with zipfile.ZipFile(file) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".bin"))[:SAMPLES]
        recordings = [frames(archive.read(name)) for name in names]
    padded = torch.zeros(max(map(len, recordings)), len(names), 2, 34, 34)
    for i, recording in enumerate(recordings):
        padded[: len(recording), i] = torch.from_numpy(recording)
    return padded, torch.tensor([int(name.split("/")[-2]) for name in names])


def norse_network(graph):
    import norse.torch

    for node in graph.nodes.values():
        if isinstance(node, nir.Flatten):
            node.start_dim = 1  # the importer counts the batch
    return norse.torch.from_nir(graph)


def snntorch_network(graph):
    import snntorch

    def layer(node):
        if isinstance(node, nir.Flatten):
            return nn.Flatten()
        if isinstance(node, nir.SumPool2d):
            return nn.AvgPool2d(tuple(node.kernel_size), tuple(node.stride), tuple(node.padding), divisor_override=1)
        if isinstance(node, nir.IF):
            rule = dict(reset_mechanism="zero", reset_delay=False, init_hidden=True)
            return snntorch.Leaky(beta=1.0, threshold=float(node.v_threshold.flat[0]), **rule)
        outputs, inputs, *kernel = node.weight.shape
        if kernel:
            made = nn.Conv2d(inputs, outputs, kernel, tuple(node.stride), tuple(node.padding))
        else:
            made = nn.Linear(inputs, outputs)
        made.weight.data, made.bias.data = torch.tensor(node.weight), torch.tensor(node.bias)
        return made

    names, edges = ["input"], dict(graph.edges)
    while names[-1] != "output":
        names.append(edges[names[-1]])
    net = nn.Sequential(*(layer(graph.nodes[name]) for name in names[1:-1]))
    return lambda x, state: (net(x), None)


NETWORKS = {"norse": norse_network, "snntorch": snntorch_network}


def run(model, x):
    state, total = None, 0
    for step in x:
        spikes, state = model(step, state)
        total = total + spikes
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--framework", choices=NETWORKS, default="norse")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--accuracy", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    data = pathlib.Path(os.environ["MYELIN_DATA"])
    x, labels = load(data / "nmnist-raw/Test.zip")
    graph, make = data / "nir/paper/02_cnn/cnn_sinabs.nir", NETWORKS[options.framework]
    times = []
    with torch.no_grad():
        run(make(nir.read(graph)), x[:WARM_STEPS])
        for _ in range(options.repeats):
            model = make(nir.read(graph))
            start = time.perf_counter()
            scores = run(model, x)
            times.append(time.perf_counter() - start)
    seconds = sorted(times)[len(times) // 2]
    result = {"workload": options.only, "threads": options.threads, "ms": round(seconds * 1e3, 2),
              "samplesPerSecond": round(SAMPLES / seconds, 2)}
    if options.accuracy:
        result["accuracy"] = (scores.argmax(1) == labels).float().mean().item()
    print(json.dumps(result))


main()
