"""Yardstick: workloads of torch_baselines.py as users of the frameworks above PyTorch write them, on a CPU.

usage: python3 torch_frameworks.py --framework spikingjelly|snntorch|norse|torch-compile [--threads N] [--only NAME,...] [--repeats R]
needs: torch 2.x and the framework; each step takes the next of --inputs different inputs, kept as uint8 and turned into float inside.
Same sizes, input density, loss and optimiser as torch_baselines.py; neurons as each framework offers them (its fastest documented way).
"""

import timing

a = timing.options(["spikingjelly", "snntorch", "norse", "torch-compile"])


def torch_workloads():
    import torch, torch.nn as nn, torch.nn.functional as F

    torch.set_num_threads(a.threads)
    torch.manual_seed(0)

    def over_time(m, x):
        T, B = x.shape[:2]
        return m(x.flatten(0, 1)).unflatten(0, (T, B))

    if a.framework == "spikingjelly":
        from spikingjelly.activation_based import neuron, surrogate, functional

        class Spiking(nn.Module):
            def __init__(s, keep):
                super().__init__()
                s.n = neuron.LIFNode(
                    tau=1 / (1 - keep),
                    decay_input=False,
                    detach_reset=True,
                    surrogate_function=surrogate.ATan(),
                    step_mode="m",
                )

            def forward(s, x):
                s.n.reset()
                return s.n(x)

    elif a.framework == "snntorch":
        import snntorch as snn
        from snntorch import surrogate

        class Spiking(nn.Module):
            def __init__(s, keep):
                super().__init__()
                s.n = snn.Leaky(beta=keep, spike_grad=surrogate.atan(alpha=2.0), reset_mechanism="zero")

            def forward(s, x):
                mem = s.n.init_leaky()
                out = []
                for t in range(x.shape[0]):
                    spk, mem = s.n(x[t], mem)
                    out.append(spk)
                return torch.stack(out)

    elif a.framework == "norse":
        import norse.torch as norse

        class Spiking(nn.Module):
            def __init__(s, keep):
                super().__init__()
                s.n = norse.LIFBoxCell(
                    norse.LIFBoxParameters(
                        tau_mem_inv=torch.tensor((1 - keep) * 1000.0),
                        method="super",
                        alpha=torch.tensor(10.0),
                    )
                )

            def forward(s, x):
                state = None
                out = []
                for t in range(x.shape[0]):
                    z, state = s.n(x[t], state)
                    out.append(z)
                return torch.stack(out)

    else:  # torch-compile: the plain loop, compiled by Inductor

        class Fire(torch.autograd.Function):
            @staticmethod
            def forward(ctx, h):
                ctx.save_for_backward(h)
                return (h >= 1).to(h.dtype)

            @staticmethod
            def backward(ctx, g):
                (h,) = ctx.saved_tensors
                return g / (1 + (3.141592653589793 * (h - 1)) ** 2)

        class Spiking(nn.Module):
            def __init__(s, keep):
                super().__init__()
                s.keep = keep

            def forward(s, x):
                v = torch.zeros_like(x[0])
                out = []
                for t in range(x.shape[0]):
                    h = v * s.keep + x[t]
                    z = Fire.apply(h)
                    v = h * (1 - z.detach())
                    out.append(z)
                return torch.stack(out)

    class Timed(nn.Module):
        def __init__(s, m):
            super().__init__()
            s.m = m

        def forward(s, x):
            return over_time(s.m, x)

    def trained(net, make, loss, lr):
        if a.framework == "torch-compile":
            net = torch.compile(net)
        ring = [make().to(torch.uint8) for _ in range(a.inputs)]
        x = timing.turning(ring)
        opt = torch.optim.Adam(net.parameters(), lr)
        B = ring[0].shape[1]

        def step():
            l = loss(net(x().float()))
            opt.zero_grad()
            l.backward()
            opt.step()

        return step, B

    def mnist_mlp(T=25, B=128):
        y = torch.randint(0, 10, (B,))
        return trained(
            nn.Sequential(Timed(nn.Linear(784, 128)), Spiking(0.9), Timed(nn.Linear(128, 10)), Spiking(0.9)),
            lambda: torch.rand(T, B, 784) < 0.13,
            lambda s: F.cross_entropy(s.mean(0), y),
            1e-3,
        )

    def shd128(T=256, B=256, H=128):
        y = torch.randint(0, 20, (B,))
        lin = lambda i, o: Timed(nn.Linear(i, o, bias=False))
        return trained(
            nn.Sequential(lin(128, H), Spiking(0.5), lin(H, H), Spiking(0.5), lin(H, 20)),
            lambda: torch.rand(T, B, 128) < 0.03,
            lambda o: F.cross_entropy(o.sum(0), y, label_smoothing=0.3),
            5e-4,
        )

    def nmnist_conv(C=32, T=10, B=16):
        y = torch.randint(0, 10, (B,))
        conv = lambda i, o: Timed(nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o)))
        return trained(
            nn.Sequential(
                conv(2, C),
                Spiking(0.5),
                Timed(nn.MaxPool2d(2)),
                conv(C, 2 * C),
                Spiking(0.5),
                Timed(nn.MaxPool2d(2)),
                Timed(nn.Flatten()),
                Timed(nn.Linear(2 * C * 64, 10)),
                Spiking(0.5),
            ),
            lambda: torch.poisson(torch.full((T, B, 2, 34, 34), 0.12)),
            lambda s: F.mse_loss(s.mean(0), F.one_hot(y, 10).float()),
            1e-3,
        )

    def dense_mlp(T=10, B=128, H=1000):
        y = torch.randint(0, 10, (B,))
        return trained(
            nn.Sequential(
                Timed(nn.Linear(784, H)),
                Spiking(0.5),
                Timed(nn.Linear(H, H)),
                Spiking(0.5),
                Timed(nn.Linear(H, 10)),
            ),
            lambda: torch.rand(T, B, 784) < 0.13,
            lambda o: F.cross_entropy(o.mean(0), y),
            1e-3,
        )

    def recurrent_lif(T=100, B=128, I=140, H=256):
        y = torch.randint(0, 20, (B,))
        if a.framework == "spikingjelly":
            from spikingjelly.activation_based import layer

            class Recurrent(nn.Module):
                def __init__(s):
                    super().__init__()
                    s.w = nn.Linear(I, H)
                    s.n = neuron.LIFNode(
                        tau=10.0, decay_input=False, detach_reset=True, surrogate_function=surrogate.ATan()
                    )
                    s.v = nn.Linear(H, H, bias=False)

                def forward(s, x):
                    functional.reset_net(s.n)
                    c = over_time(s.w, x)
                    z = torch.zeros(B, H)
                    out = []
                    for t in range(T):
                        z = s.n(c[t] + s.v(z))
                        out.append(z)
                    return torch.stack(out)

        elif a.framework == "snntorch":

            class Recurrent(nn.Module):
                def __init__(s):
                    super().__init__()
                    s.w = nn.Linear(I, H)
                    s.n = snn.RLeaky(
                        beta=0.9,
                        linear_features=H,
                        spike_grad=surrogate.atan(alpha=2.0),
                        reset_mechanism="zero",
                    )

                def forward(s, x):
                    c = over_time(s.w, x)
                    z, mem = s.n.init_rleaky()
                    out = []
                    for t in range(T):
                        z, mem = s.n(c[t], z, mem)
                        out.append(z)
                    return torch.stack(out)

        elif a.framework == "norse":

            class Recurrent(nn.Module):
                def __init__(s):
                    super().__init__()
                    s.w = nn.Linear(I, H)
                    s.n = Spiking(0.9).n
                    s.v = nn.Linear(H, H, bias=False)

                def forward(s, x):
                    c = over_time(s.w, x)
                    z, state, out = torch.zeros(B, H), None, []
                    for t in range(T):
                        z, state = s.n(c[t] + s.v(z), state)
                        out.append(z)
                    return torch.stack(out)

        else:

            class Recurrent(nn.Module):
                def __init__(s):
                    super().__init__()
                    s.w = nn.Linear(I, H)
                    s.v = nn.Linear(H, H, bias=False)

                def forward(s, x):
                    c = over_time(s.w, x)
                    u, z, out = torch.zeros(B, H), torch.zeros(B, H), []
                    for t in range(T):
                        h = u * 0.9 + c[t] + s.v(z)
                        z = Fire.apply(h)
                        u = h * (1 - z.detach())
                        out.append(z)
                    return torch.stack(out)

        return trained(
            nn.Sequential(Recurrent(), Timed(nn.Linear(H, 20))),
            lambda: torch.rand(T, B, I) < 0.05,
            lambda o: F.cross_entropy(o.sum(0), y),
            1e-3,
        )

    return {
        "mnist-mlp-T25": mnist_mlp,
        "shd128-T256": shd128,
        "nmnist-conv-T10": nmnist_conv,
        "dense-mlp": dense_mlp,
        "recurrent-lif": recurrent_lif,
    }


timing.report(torch_workloads(), a)
