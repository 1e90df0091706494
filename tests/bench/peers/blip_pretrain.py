"""BLIP's pre-training step in PyTorch as the original code computes it (arXiv 2201.12086, section 3.2), for comparison.

Nothing is computed once that the original computes several times: texts stay padded to 30 tokens, cross-attention
projects the pictures again for the positive pairs, for the negative pairs and for the decoder, attention is written out,
momentum copies and AdamW go parameter by parameter. Names of parameters are the original's, so its checkpoints load.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    """The ViT's self-attention."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        attention = ((q @ k.transpose(-2, -1)) * self.scale).softmax(dim=-1)
        return self.proj((attention @ v).transpose(1, 2).reshape(b, n, c))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads, hidden, eps):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=eps), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width, eps=eps), Mlp(width, hidden)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, patch, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, stride=patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Vit(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, eps = config["hidden_size"], config["layer_norm_eps"]
        tokens = (config["image_size"] // config["patch_size"]) ** 2 + 1
        self.patch_embed = PatchEmbed(config["patch_size"], width)
        self.cls_token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.pos_embed = nn.Parameter(torch.randn(1, tokens, width) * 0.02)
        self.blocks = nn.ModuleList(
            Block(width, config["num_attention_heads"], config["intermediate_size"], eps)
            for _ in range(config["num_hidden_layers"])
        )
        self.norm = nn.LayerNorm(width, eps=eps)

    def forward(self, x):
        x = self.patch_embed(x)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class BertSelfAttention(nn.Module):
    def __init__(self, config, source_width, dropout):
        super().__init__()
        width, self.heads = config["hidden_size"], config["num_attention_heads"]
        self.query = nn.Linear(width, width)
        self.key, self.value = nn.Linear(source_width, width), nn.Linear(source_width, width)
        self.dropout = nn.Dropout(dropout)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).permute(0, 2, 1, 3)

    def forward(self, x, source, mask):
        k, v, q = self.split(self.key(source)), self.split(self.value(source)), self.split(self.query(x))
        scores = torch.matmul(q, k.transpose(-1, -2)) / q.shape[-1] ** 0.5 + mask
        context = torch.matmul(self.dropout(scores.softmax(dim=-1)), v)
        return context.permute(0, 2, 1, 3).contiguous().view(x.shape)


class BertOutput(nn.Module):
    def __init__(self, config, source_width, dropout):
        super().__init__()
        self.dense = nn.Linear(source_width, config["hidden_size"])
        self.LayerNorm = nn.LayerNorm(config["hidden_size"], eps=config["layer_norm_eps"])
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, residual):
        return self.LayerNorm(self.dropout(self.dense(x)) + residual)


class BertAttention(nn.Module):
    def __init__(self, config, source_width, dropout):
        super().__init__()
        self.self = BertSelfAttention(config, source_width, dropout)
        self.output = BertOutput(config, config["hidden_size"], dropout)

    def forward(self, x, source, mask):
        return self.output(self.self(x, source, mask), x)


class BertIntermediate(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(config["hidden_size"], config["intermediate_size"])

    def forward(self, x):
        return F.gelu(self.dense(x))


class BertLayer(nn.Module):
    def __init__(self, config, dropout):
        super().__init__()
        self.attention = BertAttention(config, config["hidden_size"], dropout)
        self.crossattention = BertAttention(config, config["encoder_hidden_size"], dropout)
        self.intermediate = BertIntermediate(config)
        self.output = BertOutput(config, config["intermediate_size"], dropout)

    def forward(self, x, mask, image, image_mask):
        x = self.attention(x, x, mask)
        if image is not None:
            x = self.crossattention(x, image, image_mask)
        return self.output(self.intermediate(x), x)


class BertEmbeddings(nn.Module):
    def __init__(self, config, dropout):
        super().__init__()
        self.word_embeddings = nn.Embedding(config["vocab_size"], config["hidden_size"], padding_idx=0)
        self.position_embeddings = nn.Embedding(config["max_position_embeddings"], config["hidden_size"])
        self.LayerNorm = nn.LayerNorm(config["hidden_size"], eps=config["layer_norm_eps"])
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("position_ids", torch.arange(config["max_position_embeddings"]).expand((1, -1)))

    def forward(self, ids):
        x = self.word_embeddings(ids) + self.position_embeddings(self.position_ids[:, : ids.shape[1]])
        return self.dropout(self.LayerNorm(x))


class BertEncoder(nn.Module):
    def __init__(self, config, dropout):
        super().__init__()
        self.layer = nn.ModuleList(BertLayer(config, dropout) for _ in range(config["num_hidden_layers"]))


class Bert(nn.Module):
    """MED: the text encoder, and the decoder's body with causal=True."""

    def __init__(self, config, dropout):
        super().__init__()
        self.embeddings, self.encoder = BertEmbeddings(config, dropout), BertEncoder(config, dropout)

    def forward(self, ids, attention_mask, image=None, causal=False):
        mask = attention_mask[:, None, None, :].float()
        if causal:
            mask = mask * torch.ones(ids.shape[1], ids.shape[1]).tril()[None, None]
        mask = (1.0 - mask) * -10000.0
        image_mask = None
        if image is not None:
            image_mask = (1.0 - torch.ones(image.shape[:2])[:, None, None, :]) * -10000.0
        x = self.embeddings(ids)
        for layer in self.encoder.layer:
            x = layer(x, mask, image, image_mask)
        return x


class Predictions(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.transform = nn.Module()
        self.transform.dense = nn.Linear(width, width)
        self.transform.LayerNorm = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        self.decoder = nn.Linear(width, config["vocab_size"])
        self.bias = self.decoder.bias

    def forward(self, x):
        return self.decoder(self.transform.LayerNorm(F.gelu(self.transform.dense(x))))


class Decoder(nn.Module):
    def __init__(self, config, dropout):
        super().__init__()
        self.bert = Bert(config, dropout)
        self.cls = nn.Module()
        self.cls.predictions = Predictions(config)
        self.cls.predictions.decoder.weight = self.bert.embeddings.word_embeddings.weight

    def forward(self, ids, mask, image, labels):
        logits = self.cls.predictions(self.bert(ids, mask, image, causal=True))[:, :-1].contiguous()
        return F.cross_entropy(
            logits.view(-1, logits.shape[-1]), labels[:, 1:].contiguous().view(-1), label_smoothing=0.1
        )


def tie(encoder, decoder):
    """Encoder and decoder share all but self-attention."""
    encoder.embeddings = decoder.embeddings
    for mine, theirs in zip(encoder.encoder.layer, decoder.encoder.layer):
        mine.crossattention, mine.intermediate, mine.output = theirs.crossattention, theirs.intermediate, theirs.output


def initialise(module):
    if isinstance(module, (nn.Linear, nn.Embedding)):
        module.weight.data.normal_(0, 0.02)
    if isinstance(module, nn.Linear):
        module.bias.data.zero_()


class BlipPretrain(nn.Module):
    def __init__(self, config, queue_size, momentum=0.995, dropout=0.1):
        super().__init__()
        text, vision, embed = config["text_config"], config["vision_config"], config["image_text_hidden_size"]
        self.bos, self.enc = text["bos_token_id"], text["vocab_size"] - 1
        self.queue_size, self.momentum = queue_size, momentum
        self.visual_encoder = Vit(vision)
        self.text_encoder = Bert(text, dropout)
        self.vision_proj = nn.Linear(vision["hidden_size"], embed)
        self.text_proj = nn.Linear(text["hidden_size"], embed)
        self.itm_head = nn.Linear(text["hidden_size"], 2)
        self.visual_encoder_m = Vit(vision)
        self.text_encoder_m = Bert(text, dropout)
        self.vision_proj_m = nn.Linear(vision["hidden_size"], embed)
        self.text_proj_m = nn.Linear(text["hidden_size"], embed)
        self.text_decoder = Decoder(text, dropout)
        self.apply(initialise)
        tie(self.text_encoder, self.text_decoder.bert)
        self.register_buffer("image_queue", F.normalize(torch.randn(embed, queue_size), dim=0))
        self.register_buffer("text_queue", F.normalize(torch.randn(embed, queue_size), dim=0))
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))
        self.temp = nn.Parameter(0.07 * torch.ones([]))
        self.model_pairs = [
            (self.visual_encoder, self.visual_encoder_m),
            (self.vision_proj, self.vision_proj_m),
            (self.text_encoder, self.text_encoder_m),
            (self.text_proj, self.text_proj_m),
        ]
        for model, copy in self.model_pairs:
            for own, moving in zip(model.parameters(), copy.parameters()):
                moving.data.copy_(own.data)
                moving.requires_grad = False

    @torch.no_grad()
    def momentum_update(self):
        for model, copy in self.model_pairs:
            for own, moving in zip(model.parameters(), copy.parameters()):
                moving.data = moving.data * self.momentum + own.data * (1.0 - self.momentum)

    @torch.no_grad()
    def enqueue(self, image, text):
        begin = int(self.queue_ptr)
        self.image_queue[:, begin : begin + len(image)] = image.T
        self.text_queue[:, begin : begin + len(text)] = text.T
        self.queue_ptr[0] = (begin + len(image)) % self.queue_size

    def forward(self, pictures, ids, mask, alpha, negatives=None):
        """negatives: (picture for each text, text for each picture), recorded; drawn where there are none."""
        with torch.no_grad():
            self.temp.clamp_(0.001, 0.5)
        batch = len(pictures)
        image = self.visual_encoder(pictures)
        image_feat = F.normalize(self.vision_proj(image[:, 0]), dim=-1)
        text_feat = F.normalize(self.text_proj(self.text_encoder(ids, mask)[:, 0]), dim=-1)

        with torch.no_grad():
            self.momentum_update()
            image_m = F.normalize(self.vision_proj_m(self.visual_encoder_m(pictures)[:, 0]), dim=-1)
            text_m = F.normalize(self.text_proj_m(self.text_encoder_m(ids, mask)[:, 0]), dim=-1)
            all_images = torch.cat([image_m.t(), self.image_queue.clone().detach()], dim=1)
            all_texts = torch.cat([text_m.t(), self.text_queue.clone().detach()], dim=1)
            own = torch.zeros(batch, all_texts.shape[1]).fill_diagonal_(1)
            goal_i2t = alpha * F.softmax(image_m @ all_texts / self.temp, dim=1) + (1 - alpha) * own
            goal_t2i = alpha * F.softmax(text_m @ all_images / self.temp, dim=1) + (1 - alpha) * own
        sim_i2t, sim_t2i = image_feat @ all_texts / self.temp, text_feat @ all_images / self.temp
        loss_i2t = -torch.sum(F.log_softmax(sim_i2t, dim=1) * goal_i2t, dim=1).mean()
        loss_t2i = -torch.sum(F.log_softmax(sim_t2i, dim=1) * goal_t2i, dim=1).mean()
        loss_ita = (loss_i2t + loss_t2i) / 2
        self.enqueue(image_m, text_m)

        encoded = ids.clone()
        encoded[:, 0] = self.enc
        positive = self.text_encoder(encoded, mask, image)
        with torch.no_grad():
            weights_t2i = F.softmax(sim_t2i[:, :batch], dim=1) + 1e-4
            weights_i2t = F.softmax(sim_i2t[:, :batch], dim=1) + 1e-4
            weights_t2i.fill_diagonal_(0)
            weights_i2t.fill_diagonal_(0)
        draw = lambda weights, b: torch.multinomial(weights[b], 1).item()
        images_wrong = [negatives[0][b] if negatives else draw(weights_t2i, b) for b in range(batch)]
        texts_wrong = [negatives[1][b] if negatives else draw(weights_i2t, b) for b in range(batch)]
        image_wrong = torch.stack([image[b] for b in images_wrong], dim=0)
        ids_wrong = torch.stack([encoded[b] for b in texts_wrong], dim=0)
        mask_wrong = torch.stack([mask[b] for b in texts_wrong], dim=0)
        negative = self.text_encoder(
            torch.cat([encoded, ids_wrong], dim=0), torch.cat([mask, mask_wrong], dim=0), torch.cat([image_wrong, image], dim=0)
        )
        logits = self.itm_head(torch.cat([positive[:, 0], negative[:, 0]], dim=0))
        labels = torch.cat([torch.ones(batch, dtype=torch.long), torch.zeros(2 * batch, dtype=torch.long)], dim=0)
        loss_itm = F.cross_entropy(logits, labels)

        decoded = ids.clone()
        decoded[:, 0] = self.bos
        loss_lm = self.text_decoder(decoded, mask, image, decoded.masked_fill(mask == 0, -100))
        return loss_ita, loss_itm, loss_lm
