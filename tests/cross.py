"""Writes a minimal real CrossEncoder with random weights into a folder; nothing is downloaded."""

from pathlib import Path


def cross_encoder(folder: Path, labels: dict[int, str]) -> str:
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]))
    BertTokenizer(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=7,
        id2label=labels,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)
