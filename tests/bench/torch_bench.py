"""One measurement of the PyTorch peer, in a process of its own:

    torch_bench.py inference|routing|training BATCH THREADS SECONDS [VARIANT]

Runs every variant (votes by einsum or bmm, volumes plain or channels last; or
the one named) for about SECONDS and prints JSON: the median and shortest
milliseconds of each, which is fastest, and the process's peak memory (which
only means something with one variant).
"""
import json
import resource
import sys
import time

import torch

import torch_capsnet as peer

VARIANTS = ("einsum", "bmm", "einsum-last", "bmm-last")


def targets(n):
    return {"class": torch.eye(2)[torch.arange(n) % 2],
            "class_weight": torch.ones(n, 1),
            "malignancy": torch.full((n, 5), 0.2),
            "malignancy_weight": torch.ones(n, 1),
            "attributes": torch.softmax(
                torch.zeros(n, 8, 6) +
                peer.Capsnet("einsum").absent, -1),
            "attributes_weight": torch.ones(n, 8),
            "mask": (torch.rand(n, 1, 32, 32, 32) < 0.05).float(),
            "mask_weight": torch.ones(n, 1)}


def prepare(mode, batch, variant):
    """A function that does it once."""
    votes, _, last = variant.partition("-")
    net = peer.Capsnet(votes)
    layout = torch.channels_last_3d if last else torch.contiguous_format
    for module in net.modules():
        if isinstance(module, torch.nn.Conv3d):
            module.to(memory_format=layout)
    patch = (2 * torch.rand(batch, 1, 32, 32, 32)).to(memory_format=layout)
    if mode == "training":
        net.train()
        goals = dict(targets(batch), patch=patch.contiguous())
        optimiser = peer.adam(net)

        def step():
            optimiser.zero_grad(set_to_none=True)
            peer.total(peer.losses(net(patch), goals)).backward()
            optimiser.step()
        return step
    net.eval()
    children = peer.squash(torch.randn(batch, peer.TYPES, peer.CHILD, 64), 2)
    what, given = ((net.capsules, children) if mode == "routing"
                   else (net, patch))

    def run():
        with torch.inference_mode():
            what(given)
    return run


def measure(run, seconds):
    """Median and shortest, ms."""
    run()
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - start))
    times.sort()
    return times[len(times) // 2], times[0]


def main():
    mode, batch, threads, seconds = sys.argv[1:5]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    rows = {}
    for variant in sys.argv[5:] or VARIANTS:
        median, best = measure(prepare(mode, int(batch), variant),
                               float(seconds))
        rows[variant] = {"ms": median, "best_ms": best}
    fastest = min(rows, key=lambda v: rows[v]["ms"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"torch": torch.__version__, "variants": rows,
                      "fastest": fastest, "ms": rows[fastest]["ms"],
                      "best_ms": rows[fastest]["best_ms"],
                      "peak_rss_mib": peak}))


main()
