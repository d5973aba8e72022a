"""Whether a model's weights are pickled: a pickle is a program that runs when it is read.

Only safetensors are read, wherever a model is loaded. The libraries are told so; in two places (a dense
layer, an adapter) they take what is pickled all the same, so the folder is looked at before they are asked.
"""

import os
from fnmatch import fnmatch
from pathlib import Path


def refusal(place: Path) -> str:
    """Return why the model in a folder is not loaded; "" where its weights are safetensors or none are there.

    Weights that stand there twice are read from the safetensors. An adapter's are not told to be, so its
    pickle is refused wherever it stands.
    """
    for directory, _, files in os.walk(place):
        for name in sorted(files):
            twice = any(fnmatch(other, "model*.safetensors") for other in files)
            if fnmatch(name, "adapter_model*.bin") or (fnmatch(name, "pytorch_model*.bin") and not twice):
                return (
                    f"{Path(directory, name)} is a pickle, which can run programs when it is read. "
                    "Only weights in safetensors are loaded: ask for them where the model came from"
                )
    return ""
