"""Detects pickled model weights: unpickling can run arbitrary code.

Only safetensors files are loaded. The libraries are configured that way, but load pickles all the same in two
places (dense layers and adapters), so the folder is checked first.
"""

import os
from fnmatch import fnmatch
from pathlib import Path


def pickle_problem(place: Path) -> str:
    """Return the reason not to load the model in a folder, or "" if it is safe.

    If weights exist in both formats, the safetensors file is loaded. For adapters that cannot be enforced, so
    a pickled adapter is always refused.
    """
    for directory, _, files in os.walk(place):
        for name in sorted(files):
            twice = any(fnmatch(other, "model*.safetensors") for other in files)
            if fnmatch(name, "adapter_model*.bin") or (fnmatch(name, "pytorch_model*.bin") and not twice):
                return (
                    f"{Path(directory, name)} is a pickle, which can run programs when it is loaded. "
                    "Only safetensors weights are loaded: look for them where the model came from"
                )
    return ""
