#!/usr/bin/python3
"""Capsight beside PyTorch, alternately in one run:

    bench_torch.py CAPSIGHT [--batches 1,32,256] [--threads 1,2] [--rounds 2]
                   [--seconds 2] [--json FILE]

Inference, routing alone, a training step, and the peak memory of a training
step, for every batch and number of threads. In each round both programs run one
after the other; a ratio is the median over rounds of theirs / ours, so a machine
that others use as well blurs it, but favours neither. Of PyTorch the fastest of
its variants counts. Prints Markdown; prints a reason and ends well where there
is no PyTorch.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
MODES = ("inference", "routing", "training")
TARGETS = {"inference": 2.0, "routing": 4.0, "training": 1.3}


def capability():
    """The best that this processor has, as PyTorch calls it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = file.read()
    return "avx512" if " avx512f" in flags else "avx2"


def run(command, threads):
    env = dict(os.environ, OMP_NUM_THREADS=str(threads),
               ATEN_CPU_CAPABILITY=capability(), OMP_WAIT_POLICY="passive",
               PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stderr}")
    return json.loads(done.stdout)


def ours(capsight, mode, batch, threads, repeats, precision="float32"):
    command = [capsight, "bench", "--batch", str(batch), "--threads",
               str(threads), "--repeat", str(repeats), "--precision", precision]
    if mode == "training":
        command.append("--train")
    if mode == "routing":
        command.append("--profile")
    out = run(command, threads)
    if mode == "routing":
        layers = {layer["name"]: layer for layer in out["layers"]}
        out["batch_ms"] = layers["capsules"]["forward_ms"]
    return out


def theirs(mode, batch, threads, seconds, variant=None):
    command = [PYTHON, os.path.join(HERE, "torch_bench.py"), mode, str(batch),
               str(threads), str(seconds)] + ([variant] if variant else [])
    return run(command, threads)


def compare(args, mode, batch, threads):
    """One row of the table."""
    fastest = theirs(mode, min(batch, 8), threads, args.seconds / 8)["fastest"]
    once = ours(args.capsight, mode, batch, threads, 1)["batch_ms"]
    repeats = min(max(int(1e3 * args.seconds / max(once, 0.01)), 3), 400)
    mine, other, ratios, peaks = [], [], [], []
    for _ in range(args.rounds):
        a = ours(args.capsight, mode, batch, threads, repeats)
        b = theirs(mode, batch, threads, args.seconds, fastest)
        mine.append(a["batch_ms"])
        other.append(b["ms"])
        ratios.append(b["ms"] / a["batch_ms"])
        peaks.append((a["peak_rss_mib"], b["peak_rss_mib"]))
    row = {"mode": mode, "batch": batch, "threads": threads,
           "capsight_ms": statistics.median(mine),
           "torch_ms": statistics.median(other),
           "torch_variant": fastest,
           "ratio": statistics.median(ratios),
           "ratios": ratios, "target": TARGETS[mode]}
    if mode == "training":
        row["capsight_peak_mib"] = min(p[0] for p in peaks)
        row["torch_peak_mib"] = min(p[1] for p in peaks)
        row["memory_ratio"] = row["capsight_peak_mib"] / row["torch_peak_mib"]
    return row


def print_row(row):
    memory = ""
    if "memory_ratio" in row:
        memory = (f"{row['capsight_peak_mib']:.0f} / "
                  f"{row['torch_peak_mib']:.0f} MiB = "
                  f"{row['memory_ratio']:.2f}")
    print(f"| {row['mode']} | {row['batch']} | {row['threads']} "
          f"| {row['capsight_ms']:.2f} | {row['torch_ms']:.2f} "
          f"({row['torch_variant']}) | {row['ratio']:.2f} "
          f"({min(row['ratios']):.2f} to {max(row['ratios']):.2f}) "
          f"| {row['target']} | {memory} |", flush=True)


def bfloat16(args, mode, batch, threads):
    """Our bfloat16 beside our float32, where the processor has it."""
    out = run([args.capsight, "bench", "--batch", "1", "--repeat", "1",
               "--profile", "--precision", "bfloat16"], threads)
    names = {p["implementation"] for layer in out["layers"]
             for p in layer["passes"] if p["precision"] == "bfloat16"}
    if all("rounded" in name for name in names):
        return None
    ratios = []
    for _ in range(args.rounds):
        full = ours(args.capsight, mode, batch, threads, 9)["batch_ms"]
        half = ours(args.capsight, mode, batch, threads, 9, "auto")["batch_ms"]
        ratios.append(full / half)
    return {"mode": mode, "batch": batch, "threads": threads,
            "float32_over_auto": statistics.median(ratios)}


def numbers(text):
    return [int(n) for n in text.split(",")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("capsight")
    parser.add_argument("--batches", type=numbers, default=[1, 32, 256])
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--modes", type=lambda t: t.split(","), default=MODES)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--json")
    args = parser.parse_args()
    if subprocess.run([PYTHON, "-c", "import torch"],
                      capture_output=True).returncode:
        print("# SKIP: /usr/bin/python3 has no torch (apt install "
              "python3-torch)")
        return
    print(f"Capsight and PyTorch alternately, {args.rounds} rounds; PyTorch "
          f"with ATEN_CPU_CAPABILITY={capability()}; milliseconds a batch.\n")
    print("| | batch | threads | Capsight | PyTorch | times as fast "
          "| target | peak memory, ours / theirs |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for mode in args.modes:
        for batch in args.batches:
            for threads in args.threads:
                rows.append(compare(args, mode, batch, threads))
                print_row(rows[-1])
    halves = [bfloat16(args, mode, 32, threads) for threads in args.threads
              for mode in ("inference", "training")]
    if None in halves:
        print("\nThis processor multiplies no bfloat16; nothing to compare.")
    for half in filter(None, halves):
        print(f"\nbfloat16 where it pays (auto), {half['mode']}, "
              f"{half['threads']} threads: {half['float32_over_auto']:.2f} "
              "times float32.")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump({"rows": rows, "bfloat16": [h for h in halves if h]},
                      file, indent=1)


main()
