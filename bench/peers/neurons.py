"""A yardstick for layers of neurons alone: ALIF, CUBA-LIF and AdEx as their users write them, forward and backward.

npm run bench -- --only neuron-alif,neuron-cuba-lif,neuron-adex --peer "python3 bench/peers/neurons.py --framework torch"

`torch` is a loop over time under autograd, `jax` is lax.scan under jit. The gradient is that of the number of spikes
by the input; inputs, sizes and constants are those of bench/src/neurons.ts. Needs torch 2, or jax.
"""
import argparse
import json
import math
import os
import time

T, B, N = 100, 64, 256
MEANS = {"neuron-alif": 2, "neuron-cuba-lif": 0.4, "neuron-adex": 1.2}

parser = argparse.ArgumentParser()
parser.add_argument("--framework", choices=["torch", "jax"], required=True)
parser.add_argument("--only", choices=list(MEANS), required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=10)
options = parser.parse_args()


def alif(state, x, spike, detach, exp):
    v, a = state
    h = v + (x - v) / 2
    s = spike(h - (1 + 1.8 * a))
    rho = math.exp(-1 / 200)
    return (h * (1 - s), rho * a + (1 - rho) * s), s


def cuba_lif(state, x, spike, detach, exp):
    i, v, s = state
    i = 0.8 * i + x
    v = 0.9 * v * (1 - detach(s)) + 0.1 * i
    s = spike(v - 1)
    return (i, v, s), s


def adex(state, x, spike, detach, exp, minimum):
    v, w = state
    g = exp((minimum(v, 1.2) - 0.9) / 0.2)
    h = v + (-v + 0.2 * g - w + x) / 3
    s = spike(h - 1)
    return (h * (1 - s), w + (0.05 * h - w) / 12 + 0.2 * s), s


NEURONS = {"neuron-alif": (alif, 2), "neuron-cuba-lif": (cuba_lif, 3), "neuron-adex": (adex, 2)}


def torch_step():
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)

    class Fire(torch.autograd.Function):
        @staticmethod
        def forward(ctx, u):
            ctx.save_for_backward(u)
            return (u >= 0).to(u.dtype)

        @staticmethod
        def backward(ctx, g):
            (u,) = ctx.saved_tensors
            return g / (1 + (math.pi * u) ** 2)

    neuron, states = NEURONS[options.only]
    tools = [Fire.apply, torch.Tensor.detach, torch.exp]
    if neuron is adex:
        tools.append(lambda a, most: a.clamp(max=most))
    x = torch.rand(T, B, N) * 2 * MEANS[options.only]
    x.requires_grad_()

    def step():
        state = tuple(torch.zeros(B, N) for _ in range(states))
        spikes = []
        for t in range(T):
            state, s = neuron(state, x[t], *tools)
            spikes.append(s)
        torch.stack(spikes).sum().backward()
        x.grad = None

    return step


def jax_step():
    if options.threads == 1:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import jax
    import jax.numpy as jnp
    from jax import lax

    @jax.custom_vjp
    def fire(u):
        return (u >= 0).astype(u.dtype)

    fire.defvjp(lambda u: (fire(u), u), lambda u, g: (g / (1 + (jnp.pi * u) ** 2),))
    neuron, states = NEURONS[options.only]
    tools = [fire, lax.stop_gradient, jnp.exp] + ([jnp.minimum] if neuron is adex else [])
    x = jax.random.uniform(jax.random.PRNGKey(0), (T, B, N)) * 2 * MEANS[options.only]

    @jax.jit
    def gradient(x):
        begin = tuple(jnp.zeros((B, N)) for _ in range(states))
        return jax.grad(lambda x: lax.scan(lambda state, xt: neuron(state, xt, *tools), begin, x)[1].sum())(x)

    return lambda: jax.block_until_ready(gradient(x))


def main():
    step = torch_step() if options.framework == "torch" else jax_step()
    times = []
    for _ in range(3):
        step()
    for _ in range(options.repeats):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    seconds = sorted(times)[len(times) // 2]
    row = {"workload": options.only, "threads": options.threads, "ms": round(seconds * 1e3, 3)}
    print(json.dumps({**row, "samplesPerSecond": round(B / seconds, 1)}))


main()
