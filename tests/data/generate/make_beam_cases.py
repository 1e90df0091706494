#!/usr/bin/env python3
"""Writes beam_cases.json: what transformers' beam and greedy searches give for a toy language model.

The model: a state starts at 0 and becomes (31 * state + id + 1) mod states with every token; the logits of the next
token are row `state` of a random table (divided by 4096, so they are exact in float32), with a raised [SEP]. Every
token of the prefix counts.

kind "transformers": GenerationMixin.generate of transformers 5.23.0 on torch 2.15.0.
kind "original": BeamSearchScorer and the logits processors of transformers 4.15.0, driven by its loop
(generation_utils.beam_search); the two source files are taken from the unpacked wheel:
  pip download --no-deps transformers==4.15.0 && unzip transformers-4.15.0-py3-none-any.whl
  make_beam_cases.py --old transformers/ beam_cases.json
"""
import argparse
import importlib.util
import json
import pathlib
import random
import sys
import types

import torch
import transformers
from transformers import GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

STATES, VOCABULARY, SEP, PAD, DEC = 97, 24, 1, 0, 2


def make_table(seed):
    rng = random.Random(seed)
    rows = []
    for _ in range(STATES):
        row = rng.sample(range(-12000, 12000), VOCABULARY)  # no two equal: no ties inside a row
        row[SEP] += 7000
        rows.append(row)
    return rows


class Toy:
    def __init__(self, table):
        self.table = torch.tensor(table, dtype=torch.float32) / 4096

    def logits(self, ids):
        state = 0
        for token in ids:
            state = (31 * state + int(token) + 1) % STATES
        return self.table[state]

    def batch(self, input_ids):
        return torch.stack([self.logits(row) for row in input_ids])


class ToyConfig(PretrainedConfig):
    model_type = "toy"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.vocab_size, self.num_hidden_layers, self.hidden_size, self.num_attention_heads = VOCABULARY, 1, 1, 1


class ToyModel(PreTrainedModel, GenerationMixin):
    config_class = ToyConfig

    def __init__(self, toy):
        super().__init__(ToyConfig())
        self.anchor = torch.nn.Parameter(torch.zeros(1))
        self.toy = toy
        self.post_init()

    def prepare_inputs_for_generation(self, input_ids, **kwargs):
        return {"input_ids": input_ids}

    def forward(self, input_ids, **kwargs):
        return CausalLMOutput(logits=self.toy.batch(input_ids)[:, None, :])


def cut(ids, prompt):
    ids = [int(i) for i in ids]
    for i in range(len(prompt), len(ids)):
        if ids[i] == SEP:
            return ids[: i + 1]
    return ids


def run_new(model, case):
    out = model.generate(
        torch.tensor([case["prompt"]]), num_beams=case["num_beams"],
        min_length=case["min_length"], max_length=case["max_length"], length_penalty=case["length_penalty"],
        repetition_penalty=case["repetition_penalty"], num_return_sequences=case["num_return"], do_sample=False,
        early_stopping=case["early_stopping"], use_cache=False,
        eos_token_id=SEP, pad_token_id=PAD, output_scores=True, return_dict_in_generate=True)
    beams = case["num_beams"] > 1
    steps = model.compute_transition_scores(
        out.sequences, out.scores, out.beam_indices if beams else None, normalize_logits=not beams)
    results = []
    for i, sequence in enumerate(out.sequences):
        ids = cut(sequence, case["prompt"])
        logprobs = [float(x) for x in steps[i][: len(ids) - len(case["prompt"])]]
        score = float(out.sequences_scores[i]) if beams else sum(logprobs)
        results.append({"ids": ids, "score": score, "token_logprobs": logprobs})
    return results


def load_old(folder):
    package = types.ModuleType("old_transformers")
    package.__path__ = [str(folder)]
    sys.modules["old_transformers"] = package
    for name in ("file_utils", "utils", "utils.logging"):
        sys.modules["old_transformers." + name] = types.ModuleType("old_transformers." + name)
    sys.modules["old_transformers.file_utils"].add_start_docstrings = lambda *a, **k: lambda f: f
    logging = sys.modules["old_transformers.utils.logging"]
    logging.get_logger = lambda name: None
    sys.modules["old_transformers.utils"].logging = logging
    modules = []
    for name in ("generation_beam_search", "generation_logits_process"):
        spec = importlib.util.spec_from_file_location("old_transformers." + name, folder / (name + ".py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        modules.append(module)
    return modules


def run_old(toy, modules, case):
    search, processors = modules
    beams, prompt = case["num_beams"], case["prompt"]
    scorer = search.BeamSearchScorer(1, beams, torch.device("cpu"), length_penalty=case["length_penalty"],
                                     do_early_stopping=case["early_stopping"], num_beam_hyps_to_keep=case["num_return"])
    chain = processors.LogitsProcessorList()
    if case["repetition_penalty"] != 1.0:
        chain.append(processors.RepetitionPenaltyLogitsProcessor(penalty=case["repetition_penalty"]))
    chain.append(processors.MinLengthLogitsProcessor(case["min_length"], SEP))
    input_ids = torch.tensor([prompt] * beams)
    beam_scores = torch.full((beams,), -1e9)
    beam_scores[0] = 0
    while True:
        scores = chain(input_ids, torch.log_softmax(toy.batch(input_ids), dim=-1)) + beam_scores[:, None]
        scores, tokens = torch.topk(scores.view(1, -1), 2 * beams, dim=1, largest=True, sorted=True)
        indices = tokens // VOCABULARY
        tokens = tokens % VOCABULARY
        outputs = scorer.process(input_ids, scores, tokens, indices, pad_token_id=PAD, eos_token_id=SEP)
        beam_scores = outputs["next_beam_scores"]
        input_ids = torch.cat(
            [input_ids[outputs["next_beam_indices"], :], outputs["next_beam_tokens"].unsqueeze(-1)], dim=-1)
        if scorer.is_done or input_ids.shape[-1] >= case["max_length"]:
            break
    final = scorer.finalize(input_ids, beam_scores, tokens, indices, max_length=case["max_length"], pad_token_id=PAD,
                            eos_token_id=SEP)
    results = []
    for sequence, score in zip(final["sequences"], final["sequence_scores"]):
        ids = cut(sequence, prompt)
        logprobs = []
        for i in range(len(prompt), len(ids)):
            prefix = torch.tensor([ids[:i]])
            logprobs.append(float(chain(prefix, torch.log_softmax(toy.batch(prefix), dim=-1))[0, ids[i]]))
        results.append({"ids": ids, "score": float(score), "token_logprobs": logprobs})
    return results


def make_case(rng, kind):
    prompt = [DEC] + [rng.randrange(3, VOCABULARY) for _ in range(rng.choice([0, 0, 1, 3, 3]))]
    beams = rng.choice([2, 3, 3, 4, 5, 8] if kind == "original" else [1, 1, 2, 3, 3, 4, 5, 8])
    max_length = len(prompt) + rng.choice([1, 2, 4, 8, 12])
    return {
        "kind": kind, "prompt": prompt, "num_beams": beams, "max_length": max_length,
        "min_length": rng.choice([0, 0, min(5, max_length), min(8, max_length)]),
        "length_penalty": rng.choice([1.0, 1.0, 1.0, 0.0, 0.5, 2.0, -1.0]),
        "repetition_penalty": rng.choice([1.0, 1.0, 1.1, 1.5, 0.8]), "num_return": rng.randint(1, beams),
        "early_stopping": beams > 1 and rng.random() < 0.4,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", required=True, type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("output", type=pathlib.Path)
    args = parser.parse_args()
    rng = random.Random(20220128)
    table = make_table(2201)
    toy = Toy(table)
    model, old = ToyModel(toy).eval(), load_old(args.old)
    cases = []
    for kind in ("original", "transformers"):
        for _ in range(args.cases):
            case = make_case(rng, kind)
            with torch.no_grad():
                case["results"] = run_old(toy, old, case) if kind == "original" else run_new(model, case)
            cases.append(case)
    lines = ",\n".join(json.dumps(case) for case in cases)
    rows = ",\n".join(json.dumps(row) for row in table)
    made_with = json.dumps(f"transformers {transformers.__version__} and 4.15.0, torch {torch.__version__}")
    args.output.write_text(
        f'{{"made_with": {made_with}, "states": {STATES}, "vocabulary": {VOCABULARY}, "sep": {SEP}, "scale": 4096,\n'
        f'"table": [\n{rows}],\n"cases": [\n{lines}]}}\n')


if __name__ == "__main__":
    main()
