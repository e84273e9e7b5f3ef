"""The span reader in torch: the MiniLM body, a span head, and a head that says whether the passage answers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, LAYERS, HEADS, INNER, VOCABULARY, PLACES = 384, 6, 12, 1536, 30522, 512
BLOCKED = -1e4  # a logit that a softmax ignores, and that float16 and bfloat16 can hold


class Dropout(nn.Module):
    """Drops whole channels of a window, the same at each of its places: as many draws as channels, which is cheap."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.share:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= self.share
        return x * (kept.to(x.dtype) / (1 - self.share))


class Layer(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        n, t, _ = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        # By hand: with 32-wide heads on a CPU, torch 2.13's fused attention took 1.6 times as long, both ways counted.
        scores = (q * (WIDTH // HEADS) ** -0.5) @ k.transpose(-1, -2) + mask
        mixed = scores.softmax(-1, dtype=scores.dtype) @ v
        x = self.norm1(x + self.dropout(self.out(mixed.transpose(1, 2).reshape(n, t, WIDTH))))
        return self.norm2(x + self.dropout(self.down(functional.gelu(self.up(x)))))


class Reader(nn.Module):
    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.kinds = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.span = nn.Linear(WIDTH, 2)
        # It sees [CLS] and what stands at the likely start and end.
        self.judge1 = nn.Linear(3 * WIDTH, WIDTH)
        self.judge2 = nn.Linear(WIDTH, 1)
        for head in (self.span, self.judge1, self.judge2):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def encode(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        at = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.places(at)[None] + self.kinds(kinds))
        shown = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask.bool(), BLOCKED)[:, None, None, :]
        if torch.is_autocast_enabled("cpu"):
            x, shown = x.to(torch.bfloat16), shown.to(torch.bfloat16)
        for layer in self.layers:
            x = layer(x, shown)
        return x

    def heads(self, x: Tensor, spans: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Start logits, end logits (both over `spans` only) and the answerable logit."""
        logits = self.span(x).float().masked_fill(~spans.bool()[..., None], BLOCKED)
        inside = torch.cat([torch.full_like(logits[:, :1], BLOCKED), logits[:, 1:]], dim=1)
        # The weights are not trained through this path: the judge must not bend the spans.
        weights = inside.detach().softmax(dim=1).to(x.dtype)
        found = torch.einsum("ntk,ntw->nkw", weights, x).flatten(1)
        seen = torch.cat([x[:, 0], found], dim=1)
        answerable = self.judge2(functional.gelu(self.judge1(seen)))[:, 0]
        return logits[..., 0], logits[..., 1], answerable

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor, spans: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.heads(self.encode(ids, mask, kinds), spans)

    def load_body(self, weights: dict[str, Tensor]) -> None:
        """Copies the body's weights, named as in the published model."""
        w = {k.removeprefix("bert."): v for k, v in weights.items()}

        def pair(module: nn.Module, name: str) -> None:
            module.weight.data.copy_(w[f"{name}.weight"])
            module.bias.data.copy_(w[f"{name}.bias"])

        self.words.weight.data.copy_(w["embeddings.word_embeddings.weight"])
        self.places.weight.data.copy_(w["embeddings.position_embeddings.weight"])
        self.kinds.weight.data.copy_(w["embeddings.token_type_embeddings.weight"])
        pair(self.norm, "embeddings.LayerNorm")
        for i, layer in enumerate(self.layers):
            at = f"encoder.layer.{i}."
            for part in ("weight", "bias"):
                three = [w[f"{at}attention.self.{x}.{part}"] for x in ("query", "key", "value")]
                getattr(layer.qkv, part).data.copy_(torch.cat(three))
            pair(layer.out, at + "attention.output.dense")
            pair(layer.norm1, at + "attention.output.LayerNorm")
            pair(layer.up, at + "intermediate.dense")
            pair(layer.down, at + "output.dense")
            pair(layer.norm2, at + "output.LayerNorm")
