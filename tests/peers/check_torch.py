"""PyTorch as an oracle of the network:

    check_torch.py RUN_NETWORK WEIGHTS UNTRAINED TMP

The same weights and patches go through Capsight's engine and through
tests/bench/torch_capsnet.py. Outputs have to agree to 2e-5 of their range, the
losses of a training step to 2e-5 of themselves, and the gradient of every
parameter to 0.1 % of its length (float32 sums of another order, through three
routing iterations). The peer knows dynamic routing and the density of a mask;
weights that want more are replaced by UNTRAINED, which is said. Prints TAP.
"""
import os
import subprocess
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench"))
try:
    import torch
    import torch_capsnet as peer
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

N = 6
count = failed = 0


def check(good, what):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}")


def engine(run, mode, weights, values, tmp):
    """Name to array of what run-network says about VALUES."""
    values.astype("<f4").tofile(tmp + "/in")
    listing = subprocess.run([run, mode, weights, tmp + "/in", tmp + "/out"],
                             check=True, capture_output=True, text=True).stdout
    all_values, out, at = np.fromfile(tmp + "/out", "<f4"), {}, 0
    for line in listing.splitlines():
        name, size = line.split()
        out[name] = all_values[at:at + int(size)]
        at += int(size)
    return out


def patches(random):
    """Balls and rods of soft tissue in lung, with noise; one patch is empty."""
    axis = np.arange(32) - 15.5
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    out = np.empty((N, 1, 32, 32, 32), np.float32)
    for i in range(N):
        distance = np.sqrt(x ** 2 + y ** 2 + (z ** 2 if i % 2 else 0))
        inside = distance < (3 + 2 * i if i else 0)
        out[i, 0] = np.where(inside, 1.05, 0.15)
        out[i, 0] += 0.05 * random.standard_normal(out[i, 0].shape)
    return out.clip(0, 2)


def inference(run, weights, tensors, tmp):
    x = patches(np.random.default_rng(1))
    ours = engine(run, "infer", weights, x, tmp)
    for votes in ("einsum", "bmm"):
        net = peer.Capsnet(votes)
        net.load(tensors)
        net.eval()
        with torch.no_grad():
            theirs = net(torch.from_numpy(x))
        for name, mine in ours.items():
            other = theirs[name].numpy().ravel()
            apart = np.abs(mine - other).max() / max(np.abs(other).max(), 1e-9)
            check(apart < 2e-5, f"{name}, votes by {votes}: {apart:.1e} apart")


def targets(random, x):
    """In the order of run-network."""
    def shares(*shape):
        values = random.random(shape).astype(np.float32) + 0.01
        return values / values.sum(-1, keepdims=True)
    attributes = np.zeros((N, 8, 6), np.float32)
    for row, levels in enumerate(peer.LEVELS):
        attributes[:, row, :levels] = shares(N, levels)
    nodule = np.arange(N) % 2
    return {"patch": x,
            "class": np.stack((nodule, 1 - nodule), 1).astype(np.float32),
            "class_weight": random.random((N, 1)).astype(np.float32),
            "malignancy": shares(N, 5),
            "malignancy_weight": random.random((N, 1)).astype(np.float32),
            "attributes": attributes,
            "attributes_weight": random.random((N, 8)).astype(np.float32),
            "mask": (x > 0.6).astype(np.float32),
            "mask_weight": random.random((N, 1)).astype(np.float32)}


def training(run, weights, tensors, tmp):
    random = np.random.default_rng(2)
    t = targets(random, patches(random))
    ours = engine(run, "train", weights,
                  np.concatenate([v.ravel() for v in t.values()]), tmp)
    net = peer.Capsnet()
    net.load(tensors)
    net.train()
    t = {name: torch.from_numpy(value) for name, value in t.items()}
    each = peer.losses(net(t["patch"]), t)
    peer.total(each).backward()
    for name, value in each.items():
        apart = abs(ours[name][0] / value.item() - 1)
        check(apart < 2e-5, f"loss {name}: {apart:.1e} apart")
    for name, tensor in net.names().items():
        if tensor.grad is None:
            continue
        mine, other = ours[name], tensor.grad.numpy().ravel()
        apart = np.linalg.norm(mine - other) / max(np.linalg.norm(other), 1e-7)
        check(apart < 1e-3, f"gradient of {name}: {apart:.1e} apart")


def main():
    run, weights, untrained, tmp = sys.argv[1:]
    tensors, metadata = peer.read_safetensors(weights)
    kind = (metadata.get("routing", "dynamic"),
            metadata.get("mask_features", "density"))
    if kind != ("dynamic", "density"):
        print(f"# SKIP these weights: {' and '.join(kind)}; untrained ones")
        weights = untrained
        tensors, metadata = peer.read_safetensors(weights)
    peer.ITERATIONS = int(metadata.get("routing_iterations", 3))
    inference(run, weights, tensors, tmp)
    training(run, weights, tensors, tmp)
    print(f"1..{count}")
    sys.exit(failed > 0)


main()
