#!/usr/bin/env python3
"""Writes lavis_beam_cases.json: what beam search gives for the toy model of beam_cases.json on transformers 4.33, which
LAVIS asks for, when the prompt goes in as embeddings: the scorer then sees one placeholder in its place.

The scorer's source file is taken from the unpacked wheel:
  pip download --no-deps transformers==4.33.2 && unzip transformers-4.33.2-py3-none-any.whl
  make_lavis_beam_cases.py --old transformers/generation/beam_search.py beam_cases.json lavis_beam_cases.json

"max_length" and "min_length" of a case are those given to generate(), the placeholder counted; "prompt" is what the
model reads, "said_before" what the repetition penalty sees of it.
"""
import argparse
import importlib.util
import json
import pathlib
import random
import sys
import types

import torch

PAD, PLACEHOLDER = 0, 2


def load_scorer(path):
    for name in ("old", "old.utils", "old.generation", "old.generation.beam_constraints"):
        module = types.ModuleType(name)
        module.__path__ = []
        sys.modules[name] = module
    sys.modules["old.utils"].add_start_docstrings = lambda *a, **k: lambda f: f
    sys.modules["old.generation.beam_constraints"].Constraint = object
    sys.modules["old.generation.beam_constraints"].ConstraintListState = object
    spec = importlib.util.spec_from_file_location("old.generation.beam_search", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.BeamSearchScorer


class Toy:
    def __init__(self, data, prompt):
        self.table = torch.tensor(data["table"], dtype=torch.float32) / data["scale"]
        self.prompt, self.sep = prompt, data["sep"]

    def log_probs(self, ids, case):
        state = 0
        for token in self.prompt + ids[1:]:
            state = (31 * state + int(token) + 1) % len(self.table)
        row = torch.log_softmax(self.table[state], dim=-1)
        for token in set(ids):
            row[token] = row[token] * case["repetition_penalty"] if row[token] < 0 else row[token] / case["repetition_penalty"]
        if len(ids) < case["min_length"]:
            row[self.sep] = -float("inf")
        return row


def run(scorer_class, data, case):
    toy, beams = Toy(data, case["prompt"]), case["num_beams"]
    scorer = scorer_class(1, beams, torch.device("cpu"), length_penalty=case["length_penalty"],
                          do_early_stopping=case["early_stopping"], num_beam_hyps_to_keep=case["num_return"])
    input_ids = torch.tensor([[PLACEHOLDER]] * beams)
    beam_scores = torch.full((beams,), -1e9)
    beam_scores[0] = 0
    while True:
        scores = torch.stack([toy.log_probs(row.tolist(), case) for row in input_ids]) + beam_scores[:, None]
        width = scores.shape[1]
        scores, tokens = torch.topk(scores.view(1, -1), 2 * beams, dim=1, largest=True, sorted=True)
        indices, tokens = tokens // width, tokens % width
        out = scorer.process(input_ids, scores, tokens, indices, pad_token_id=PAD, eos_token_id=toy.sep)
        beam_scores = out["next_beam_scores"]
        input_ids = torch.cat([input_ids[out["next_beam_indices"], :], out["next_beam_tokens"].unsqueeze(-1)], dim=-1)
        if scorer.is_done or input_ids.shape[-1] >= case["max_length"]:
            break
    final = scorer.finalize(input_ids, beam_scores, tokens, indices, max_length=case["max_length"], pad_token_id=PAD,
                            eos_token_id=toy.sep)
    results = []
    for sequence, score in zip(final["sequences"].tolist(), final["sequence_scores"]):
        if toy.sep in sequence:
            sequence = sequence[: sequence.index(toy.sep) + 1]
        logprobs = [float(toy.log_probs(sequence[:i], case)[sequence[i]]) for i in range(1, len(sequence))]
        results.append({"ids": case["prompt"] + sequence[1:], "score": float(score), "token_logprobs": logprobs})
    return results


def make_case(rng, vocabulary):
    beams = rng.choice([2, 3, 4, 5, 5, 8])
    max_length = 1 + rng.choice([1, 2, 4, 8, 12, 29])
    return {
        "prompt": [2] + [rng.randrange(3, vocabulary) for _ in range(rng.choice([0, 1, 3, 7]))],
        "said_before": [PLACEHOLDER], "num_beams": beams, "max_length": max_length,
        "min_length": rng.choice([0, 1, 1, min(5, max_length), min(8, max_length)]),
        "length_penalty": rng.choice([1.0, 1.0, 0.0, -1.0, -1.0, 2.0]),
        "repetition_penalty": rng.choice([1.0, 1.0, 1.5]), "num_return": rng.randint(1, beams),
        "early_stopping": rng.random() < 0.2,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", required=True, type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=80)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    args = parser.parse_args()
    data = json.loads(args.model.read_text())
    rng, scorer = random.Random(20230127), load_scorer(args.old)
    cases = []
    for _ in range(args.cases):
        case = make_case(rng, data["vocabulary"])
        case["results"] = run(scorer, data, case)
        cases.append(case)
    lines = ",\n".join(json.dumps(case) for case in cases)
    args.output.write_text(f'{{"made_with": "transformers 4.33.2, torch {torch.__version__}", "cases": [\n{lines}]}}\n')


if __name__ == "__main__":
    main()
