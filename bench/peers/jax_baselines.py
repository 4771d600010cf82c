"""Yardstick: workloads of torch_baselines.py in JAX, as a user of Spyx runs them: lax.scan under jit.

usage: python3 jax_baselines.py [--threads N] [--only NAME,...] [--repeats R]
needs: jax and optax; each step takes the next of --inputs different inputs, kept as uint8 and turned into float inside.
"""

import os

import timing

a = timing.options(["jax"])
# XLA reads both at its first import.
eigen = "true" if a.threads > 1 else "false"
flags = f"--xla_cpu_multi_thread_eigen={eigen} intra_op_parallelism_threads={a.threads}"
os.environ.setdefault("XLA_FLAGS", flags)
if a.threads == 1:
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})


def jax_workloads():
    import jax, jax.numpy as jnp, optax
    from jax import lax

    @jax.custom_vjp
    def fire(h):
        return (h >= 1).astype(h.dtype)

    fire.defvjp(lambda h: (fire(h), h), lambda h, g: (g / (1 + (jnp.pi * (h - 1)) ** 2),))

    def lif(x, keep):
        def f(v, xt):
            h = v * keep + xt
            z = fire(h)
            return h * (1 - lax.stop_gradient(z)), z

        return lax.scan(f, jnp.zeros_like(x[0]), x)[1]

    k = jax.random.PRNGKey(0)

    def w(i, o):
        return jax.random.uniform(
            jax.random.fold_in(k, i * 7919 + o), (i, o), minval=-(i**-0.5), maxval=i**-0.5
        )

    def trained(params, apply, make, loss, lr):
        opt = optax.adam(lr)
        state = opt.init(params)

        @jax.jit
        def update(params, state, x):
            g = jax.grad(lambda q: loss(apply(q, x.astype(jnp.float32))))(params)
            u, state = opt.update(g, state)
            return optax.apply_updates(params, u), state

        cell = [params, state]
        ring = [make(jax.random.fold_in(k, i)).astype(jnp.uint8) for i in range(a.inputs)]
        x = timing.turning(ring)

        def step():
            cell[0], cell[1] = update(*cell, x())
            jax.block_until_ready(cell[0])

        return step, ring[0].shape[1]

    def ce(logits, y, s=0.0):
        c = logits.shape[-1]
        t = jax.nn.one_hot(y, c) * (1 - s) + s / c
        return -(t * jax.nn.log_softmax(logits)).sum(-1).mean()

    def spikes(shape, d):
        return lambda key: jax.random.uniform(key, shape) < d

    def poisson(shape, m):
        return lambda key: jax.random.poisson(key, m, shape)

    def mnist_mlp(T=25, B=128):
        y = jax.random.randint(k, (B,), 0, 10)
        P = [w(784, 128), jnp.zeros(128), w(128, 10), jnp.zeros(10)]
        return trained(
            P,
            lambda q, x: lif(lif(x @ q[0] + q[1], 0.9) @ q[2] + q[3], 0.9),
            spikes((T, B, 784), 0.13),
            lambda s: ce(s.mean(0), y),
            1e-3,
        )

    def shd128(T=256, B=256, H=128):
        y = jax.random.randint(k, (B,), 0, 20)
        P = [w(128, H), w(H, H), w(H, 20)]
        return trained(
            P,
            lambda q, x: lif(lif(x @ q[0], 0.5) @ q[1], 0.5) @ q[2],
            spikes((T, B, 128), 0.03),
            lambda o: ce(o.sum(0), y, 0.3),
            5e-4,
        )

    def dense_mlp(T=10, B=128, H=1000):
        y = jax.random.randint(k, (B,), 0, 10)
        P = [w(784, H), jnp.zeros(H), w(H, H), jnp.zeros(H), w(H, 10), jnp.zeros(10)]
        return trained(
            P,
            lambda q, x: lif(lif(x @ q[0] + q[1], 0.5) @ q[2] + q[3], 0.5) @ q[4] + q[5],
            spikes((T, B, 784), 0.13),
            lambda o: ce(o.mean(0), y),
            1e-3,
        )

    def recurrent_lif(T=100, B=128, I=140, H=256):
        y = jax.random.randint(k, (B,), 0, 20)
        P = [w(I, H), jnp.zeros(H), w(H + 1, H)[:H], w(H, 20), jnp.zeros(20)]

        def apply(q, x):
            def f(c, xt):
                v, z = c
                h = v * 0.9 + xt + z @ q[2]
                z = fire(h)
                return (h * (1 - lax.stop_gradient(z)), z), z

            return lax.scan(f, (jnp.zeros((B, H)), jnp.zeros((B, H))), x @ q[0] + q[1])[1] @ q[3] + q[4]

        return trained(P, apply, spikes((T, B, I), 0.05), lambda o: ce(o.sum(0), y), 1e-3)

    def nmnist_conv(C=32, T=10, B=16):
        y = jax.random.randint(k, (B,), 0, 10)
        one = lambda n: [jnp.ones(n), jnp.zeros(n)]
        P = [
            w(18, C).reshape(3, 3, 2, C),
            *one(C),
            w(9 * C, 2 * C).reshape(3, 3, C, 2 * C),
            *one(2 * C),
            w(128 * C, 10),
            jnp.zeros(10),
        ]

        def conv(x, g, s, b):
            z = lax.conv_general_dilated(
                x.reshape(-1, *x.shape[2:]), g, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
            )
            z = (z - z.mean((0, 1, 2))) * lax.rsqrt(z.var((0, 1, 2)) + 1e-5) * s + b
            z = lif(z.reshape(T, B, *z.shape[1:]), 0.5)
            n = z.shape[2] // 2
            return z[:, :, : 2 * n, : 2 * n].reshape(T, B, n, 2, n, 2, -1).max((3, 5))

        return trained(
            P,
            lambda q, x: lif(conv(conv(x, *q[:3]), *q[3:6]).reshape(T, B, -1) @ q[6] + q[7], 0.5),
            poisson((T, B, 34, 34, 2), 0.12),
            lambda s: ((s.mean(0) - jax.nn.one_hot(y, 10)) ** 2).mean(),
            1e-3,
        )

    def shd_delays(sigma, T=100, B=128, K=25):
        y = jax.random.randint(k, (B,), 0, 20)
        sizes = [(140, 256), (256, 256), (256, 20)]
        P = []
        for i, o in sizes:
            P += [w(i, o) * 6**0.5, (jax.random.uniform(jax.random.fold_in(k, o), (i, o)) - 0.5) * (K - 1)]
        P += [jnp.ones(256), jnp.zeros(256), jnp.ones(256), jnp.zeros(256)]

        def delay(x, wt, p):
            g = jnp.exp(-0.5 * ((jnp.arange(K)[:, None, None] - K // 2 - p) / sigma) ** 2)
            g = wt * g / (g.sum(0) + 1e-7)
            pad = jnp.pad(
                x, ((0, 0), (K - 1, (K - 1) // 2), (0, 0))
            )  # XLA's own 1-D convolution is far slower on a CPU than windows and one product
            return jnp.concatenate([pad[:, t : pad.shape[1] - K + 1 + t] for t in range(K)], 2) @ g.reshape(
                -1, g.shape[2]
            )

        def apply(q, x):
            x = x.transpose(1, 0, 2)
            for l in range(2):
                h = delay(x, q[2 * l], q[2 * l + 1])
                h = (h - h.mean((0, 1))) * lax.rsqrt(h.var((0, 1)) + 1e-5) * q[6 + 2 * l] + q[7 + 2 * l]
                z = lif(h.transpose(1, 0, 2), 0.005).transpose(1, 0, 2)
                x = z * (jax.random.bernoulli(k, 0.6, z.shape) / 0.6)
            o = delay(x, q[4], q[5]).transpose(1, 0, 2)
            v = lax.scan(lambda v, ot: (v * 0.005 + ot,) * 2, jnp.zeros_like(o[0]), o)[1]
            return jax.nn.softmax(v).sum(0)

        return trained(P, apply, poisson((T, B, 140), 0.3), lambda o: ce(o, y), 1e-3)

    return {
        "mnist-mlp-T25": mnist_mlp,
        "shd128-T256": shd128,
        "dense-mlp": dense_mlp,
        "recurrent-lif": recurrent_lif,
        "nmnist-conv-T10": nmnist_conv,
        "shd-delays-sigma12": lambda: shd_delays(12.27),
        "shd-delays-sigma0.5": lambda: shd_delays(0.5),
    }


timing.report(jax_workloads(), a)
