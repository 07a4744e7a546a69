"""models/capsnet.c in PyTorch: the peer of tests/bench and tests/peers.

The same layers, shapes, losses and parameter names; weights are read from
Capsight's safetensors file. Votes are made by einsum or by bmm. Debian's
PyTorch 1.13 is enough.
"""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

EDGE = 32
PARENTS, POSE, TYPES, CHILD = 10, 16, 16, 8
GAIN, ITERATIONS = 16.0, 3
LEVELS = (5, 6, 5, 5, 5, 5, 5, 4)  # subtlety, calcification ... structure
LOSS_WEIGHTS = {"class": 1.0, "malignancy": 0.5, "attributes": 1.0,
                "mask": 1.0, "reconstruction": 1.0}
PACES = {"capsules.weight": 16, "attributes.head.weight": 4,
         "malignancy.1.weight": 4, "malignancy.2.weight": 4}


def read_safetensors(path):
    """Name to array, and the metadata."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", name
        first, end = (8 + length + o for o in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[first:end], "<f4").reshape(
            entry["shape"]).copy()
    return tensors, metadata


def squash(s, dim):
    square = (s * s).sum(dim, keepdim=True)
    return torch.sqrt(square) / (1 + square) * s


class Convolution(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.conv = nn.Conv3d(inputs, outputs, kernel, stride, kernel // 2,
                              bias=False)
        self.bn = nn.BatchNorm3d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Grow(nn.Module):
    """Eight times the channels, then twice the edge."""

    def __init__(self, inputs, outputs, kernel):
        super().__init__()
        self.conv = nn.Conv3d(inputs, 8 * outputs, kernel, 1, kernel // 2)

    def forward(self, x):
        x = self.conv(x)
        n, c, d, h, w = x.shape
        x = x.reshape(n, c // 8, 2, 2, 2, d, h, w)
        return x.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(
            n, c // 8, 2 * d, 2 * h, 2 * w)


def fold_patch(x):
    """Space to depth."""
    n, c, d, h, w = x.shape
    x = x.view(n, c, d // 2, 2, h // 2, 2, w // 2, 2)
    return x.permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(
        n, 8 * c, d // 2, h // 2, w // 2)


def places(edge):
    """Coordinates of the voxels, -0.5 ... 0.5, in the first dimensions of a
    pose: (voxels, POSE)."""
    axis = (torch.arange(edge) + 0.5) / edge - 0.5
    z, y, x = torch.meshgrid(axis, axis, axis, indexing="ij")
    out = torch.zeros(edge ** 3, POSE)
    out[:, :3] = torch.stack((z, y, x), -1).view(-1, 3)
    return out


class Capsules(nn.Module):
    """Votes and dynamic routing: two parents compete, eight do not."""

    def __init__(self, votes):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(TYPES, PARENTS, POSE, CHILD) *
                                   (2 / CHILD) ** 0.5)
        self.register_buffer("places", places(4), persistent=False)
        self.by_bmm = votes == "bmm"

    def votes(self, u):
        """u (n, types, child, voxels) -> (n, parents, types x voxels, pose)"""
        n, _, _, voxels = u.shape
        if self.by_bmm:
            w = self.weight.view(TYPES, PARENTS * POSE, CHILD)
            v = torch.bmm(w, u.permute(1, 2, 0, 3).reshape(TYPES, CHILD, -1))
            v = v.view(TYPES, PARENTS, POSE, n, voxels).permute(3, 1, 0, 4, 2)
        else:
            v = torch.einsum("tjdk,ntkv->njtvd", self.weight, u)
        return (v + self.places).reshape(n, PARENTS, TYPES * voxels, POSE)

    def sums(self, c, v):
        if self.by_bmm:
            n, j, i, d = v.shape
            return torch.bmm(c.reshape(n * j, 1, i),
                             v.view(n * j, i, d)).view(n, j, d)
        return torch.einsum("nji,njid->njd", c, v)

    def agreements(self, v, poses):
        if self.by_bmm:
            n, j, i, d = v.shape
            return torch.bmm(v.view(n * j, i, d),
                             poses.view(n * j, d, 1)).view(n, j, i)
        return torch.einsum("njid,njd->nji", v, poses)

    def forward(self, u):
        v = self.votes(u)
        n, _, children, _ = v.shape
        logits, poses = None, None
        for iteration in range(ITERATIONS):
            if iteration == 0:
                c = v.new_full((n, PARENTS, children), 0.5)
            else:
                c = torch.cat((torch.softmax(logits[:, :2], 1),
                               torch.sigmoid(logits[:, 2:])), 1)
            poses = squash(self.sums(c, v) * (GAIN / children), -1)
            if iteration + 1 < ITERATIONS:
                agreed = self.agreements(v, poses)
                logits = agreed if logits is None else logits + agreed
        return poses


def mask_features(mask, patch):
    """Size and percentiles of the density inside the mask; no gradient."""
    n = mask.shape[0]
    inside = mask.reshape(n, -1) > 0.5
    middle = torch.zeros(EDGE, EDGE, EDGE, dtype=torch.bool)
    middle[15:17, 15:17, 15:17] = True
    none = ~inside.any(1, keepdim=True)
    inside = inside | (none & middle.view(1, -1))
    bins = torch.floor(patch.reshape(n, -1).clamp(0, 2) * 1000 + 0.5).long()
    at = bins + 2001 * torch.arange(n).view(n, 1)
    counts = torch.bincount(at[inside], minlength=2001 * n).view(n, 2001)
    total = counts.sum(1, keepdim=True)
    fractions = torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95], dtype=torch.double)
    ranks = torch.ceil(fractions * total).clamp(min=1)
    hit = torch.searchsorted(counts.cumsum(1).double(), ranks)
    diameter = (6 * total.double() / np.pi) ** (1 / 3)
    return torch.cat((torch.log(diameter / 8).float(),
                      hit.float() / 1000 - 1), 1)


class Capsnet(nn.Module):
    def __init__(self, votes="einsum"):
        super().__init__()
        shapes = ((1, 16, 5, 2), (16, 32, 3, 1), (32, 64, 3, 2),
                  (64, 64, 3, 1), (64, 128, 3, 2))
        self.stem = nn.ModuleList(Convolution(*s) for s in shapes)
        self.primary = nn.Conv3d(128, TYPES * CHILD, 1)
        self.capsules = Capsules(votes)
        self.up1, self.up2 = Grow(128, 32, 1), Grow(32, 16, 1)
        self.merge1 = Convolution(96, 32, 1, 1)
        self.merge2 = Convolution(56, 16, 1, 1)
        self.smooth = Convolution(16, 16, 3, 1)
        self.logits = Grow(16, 1, 3)
        self.head = nn.Parameter(torch.randn(8, 6, POSE) * 0.3)
        self.head_bias = nn.Parameter(torch.zeros(8, 6))
        self.hidden = nn.Linear(PARENTS * POSE + 6, 32)
        self.malignancy = nn.Linear(32, 5)
        self.decoder = nn.Linear(POSE, 16 * 512)
        self.decoder_up, self.voxels = Grow(16, 8, 3), Grow(8, 1, 3)
        absent = torch.zeros(8, 6)
        for row, levels in enumerate(LEVELS):
            absent[row, levels:] = float("-inf")
        self.register_buffer("absent", absent, persistent=False)

    def primaries(self, x):
        n = x.shape[0]
        x = self.primary(x).reshape(n, TYPES, CHILD, -1)
        return squash(x, 2)

    def forward(self, patch):
        n = patch.shape[0]
        half = self.stem[1](self.stem[0](patch))
        quarter = self.stem[3](self.stem[2](half))
        eighth = self.stem[4](quarter)
        poses = self.capsules(self.primaries(eighth))
        x = self.merge1(torch.cat((self.up1(eighth), quarter), 1))
        x = self.merge2(torch.cat((self.up2(x), half, fold_patch(patch)), 1))
        mask_logits = self.logits(self.smooth(x))
        mask = torch.sigmoid(mask_logits)
        with torch.no_grad():
            features = mask_features(mask, patch)
        attributes = (torch.einsum("ald,nad->nal", self.head, poses[:, 2:]) +
                      self.head_bias + self.absent)
        known = torch.cat((poses.reshape(n, -1), features), 1)
        malignancy = self.malignancy(F.relu(self.hidden(known)))
        x = F.relu(self.decoder(poses[:, 0])).view(n, 8, 8, 8, 16)
        x = F.relu(self.decoder_up(x.permute(0, 4, 1, 2, 3)))
        image = 2 * torch.sigmoid(self.voxels(x))
        return {"poses": poses, "lengths": poses.norm(dim=-1),
                "mask_logits": mask_logits, "mask": mask,
                "attribute_logits": attributes,
                "attributes": torch.softmax(attributes, -1),
                "malignancy_logits": malignancy,
                "malignancy": torch.softmax(malignancy, -1),
                "reconstruction": image}

    def names(self):
        """Our name of each parameter and buffer of Capsight's file."""
        convolutions = {f"stem.{i + 1}": c for i, c in enumerate(self.stem)}
        convolutions.update({"mask.merge1": self.merge1,
                             "mask.merge2": self.merge2,
                             "mask.conv": self.smooth})
        plain = {"primary": self.primary, "mask.up1.wide": self.up1.conv,
                 "mask.up2.wide": self.up2.conv,
                 "mask.logits.wide": self.logits.conv,
                 "malignancy.1": self.hidden, "malignancy.2": self.malignancy,
                 "decoder.linear": self.decoder,
                 "decoder.up.wide": self.decoder_up.conv,
                 "decoder.voxels.wide": self.voxels.conv}
        table = {"capsules.weight": self.capsules.weight,
                 "attributes.head.weight": self.head,
                 "attributes.head.bias": self.head_bias}
        for name, c in convolutions.items():
            table[name + ".weight"] = c.conv.weight
            table[name + ".bn.scale"] = c.bn.weight
            table[name + ".bn.shift"] = c.bn.bias
            table[name + ".bn.mean"] = c.bn.running_mean
            table[name + ".bn.variance"] = c.bn.running_var
        for name, layer in plain.items():
            table[name + ".weight"] = layer.weight
            table[name + ".bias"] = layer.bias
        return table

    def load(self, tensors):
        """Takes what read_safetensors returned; calibration is not ours."""
        table = self.names()
        missing = [k for k in tensors
                   if k not in table and not k.startswith("calibration.")]
        assert not missing and all(k in tensors for k in table), missing
        with torch.no_grad():
            for name, tensor in table.items():
                tensor.copy_(torch.from_numpy(tensors[name]))


def divergence(logits, target, weight):
    """Kullback-Leibler, mean over rows."""
    logs = torch.where(target > 0, torch.log_softmax(logits, -1),
                       torch.zeros_like(target))
    return (weight * (torch.special.xlogy(target, target) -
                      target * logs).sum(-1)).mean(-1)


def losses(out, t):
    """Mean over the batch of each loss, as the graph's losses define them."""
    lengths = out["lengths"][:, :2]
    margin = (t["class"] * F.relu(0.9 - lengths) ** 2 +
              0.5 * (1 - t["class"]) * F.relu(lengths - 0.1) ** 2).sum(1)
    n = len(margin)
    goal, mask = t["mask"].view(n, -1), out["mask"].reshape(n, -1)
    entropy = F.binary_cross_entropy_with_logits(
        out["mask_logits"].reshape(n, -1), goal, reduction="none").mean(1)
    dice = 1 - (2 * (mask * goal).sum(1) + 1) / (mask.sum(1) + goal.sum(1) + 1)
    error = (goal * (out["reconstruction"].reshape(n, -1) -
                     t["patch"].view(n, -1)) ** 2).sum(1)
    rebuilt = 0.5 * error / goal.sum(1).clamp(min=1)
    each = {"class": t["class_weight"][:, 0] * margin,
            "malignancy": divergence(out["malignancy_logits"].unsqueeze(1),
                                     t["malignancy"].unsqueeze(1),
                                     t["malignancy_weight"]),
            "attributes": divergence(out["attribute_logits"], t["attributes"],
                                     t["attributes_weight"]),
            "mask": t["mask_weight"][:, 0] * (entropy + dice),
            "reconstruction": t["mask_weight"][:, 0] * rebuilt}
    return {name: value.mean() for name, value in each.items()}


def total(values):
    return sum(LOSS_WEIGHTS[name] * value for name, value in values.items())


def adam(net, rate=1e-3):
    ours = {id(tensor): name for name, tensor in net.names().items()}
    return torch.optim.Adam(
        [{"params": [p], "lr": rate * PACES.get(ours[id(p)], 1)}
         for p in net.parameters()], lr=rate)
