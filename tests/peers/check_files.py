"""What SimpleITK, nibabel (where it is installed) and NumPy make of the files of
`detect --masks nii --poses`: argument 1 is the folder. Prints TAP."""

import json
import os
import struct
import sys

import numpy as np
import SimpleITK as sitk

folder = sys.argv[1]
n = failed = 0


def ok(condition, text):
    global n, failed
    n += 1
    failed |= not condition
    print(("ok" if condition else "not ok"), n, "-", text)


mha = sitk.ReadImage(os.path.join(folder, "masks.mha"))
nii = sitk.ReadImage(os.path.join(folder, "masks.nii.gz"))
a, b = sitk.GetArrayFromImage(mha), sitk.GetArrayFromImage(nii)
ok(a.max() > 0, "there are masks to compare")
ok(np.array_equal(a, b), "masks.nii.gz has the labels of masks.mha")
ok(np.allclose(mha.GetOrigin(), nii.GetOrigin(), atol=1e-3), "at the same place")
ok(np.allclose(mha.GetSpacing(), nii.GetSpacing(), atol=1e-5), "in the same size")
ok(np.allclose(mha.GetDirection(), nii.GetDirection(), atol=1e-5), "turned alike")

try:
    import nibabel
except ImportError:
    print("# SKIP nibabel: not installed")
else:
    image = nibabel.load(os.path.join(folder, "masks.nii.gz"))
    index = np.argwhere(np.asanyarray(image.dataobj) > 0)[0]
    ras = image.affine @ [*index, 1]
    lps = mha.TransformIndexToPhysicalPoint([int(i) for i in index])
    ok(np.allclose(ras[:3] * [-1, -1, 1], lps, atol=1e-2), "nibabel: RAS is LPS turned")
    ok(np.allclose(image.get_qform(), image.get_sform(), atol=1e-3),
       "nibabel: qform and sform agree")

findings = json.load(open(os.path.join(folder, "findings.json")))["findings"]
raw = open(os.path.join(folder, "poses.safetensors"), "rb").read()
(length,) = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8:8 + length])
metadata = header.pop("__metadata__")


def tensor(name):
    entry = header[name]
    start, end = entry["data_offsets"]
    data = raw[8 + length + start:8 + length + end]
    return np.frombuffer(data, "<f4").reshape(entry["shape"])


names = metadata["capsules"].split(",")
ok(metadata["findings"] == ",".join(str(f["id"]) for f in findings),
   "poses: a row for each finding")
ok(names == [c["name"] for c in findings[0]["capsules"]], "poses: the capsules' names")
for key, field in [("poses", "pose"), ("lengths", "length"), ("routing", "routing")]:
    wanted = np.array([[np.ravel(c[field]) for c in f["capsules"]] for f in findings])
    got = tensor(key).reshape(wanted.shape)
    ok(np.allclose(got, wanted, atol=1e-3), f"poses: {key} are those of findings.json")
ok(np.allclose(tensor("centers_mm"), [f["center_mm"] for f in findings], atol=1e-3),
   "poses: centres are those of findings.json")
try:
    from safetensors.numpy import load_file
except ImportError:
    print("# SKIP safetensors: not installed")
else:
    theirs = load_file(os.path.join(folder, "poses.safetensors"))
    ok(all(np.array_equal(theirs[k], tensor(k)) for k in header),
       "the safetensors package reads the same")
print(f"1..{n}")
sys.exit(failed)
