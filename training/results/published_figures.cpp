#include "training/results/published_figures.h"

#include <array>
#include <cstddef>
#include <vector>

namespace blip {
namespace {

struct RowText {
  std::string_view model, setting;
  std::vector<double> values;  // in the order of the table's keys; 0 where the paper has none
};

struct PublishedTable {
  std::string_view command, layout, source;
  std::vector<std::string_view> keys;
  std::vector<RowText> rows;
};

const std::vector<PublishedTable>& tables() {
  static const std::vector<PublishedTable> kTables = {
      {"retrieval",
       "msrvtt-1ka",
       "BLIP, table 10",
       {"t2v.r1", "t2v.r5", "t2v.r10", "t2v.mdr"},
       {{"ActBERT", "zero-shot", {8.6, 23.4, 33.1, 36}},
        {"SupportSet", "zero-shot", {8.7, 23.0, 31.1, 31}},
        {"MIL-NCE", "zero-shot", {9.9, 24.0, 32.4, 29.5}},
        {"VideoCLIP", "zero-shot", {10.4, 22.2, 30.0, 0}},
        {"FiT", "zero-shot", {18.7, 39.5, 51.6, 10}},
        {"BLIP", "zero-shot", {43.3, 65.6, 74.7, 2}},
        {"ClipBERT", "fine-tuned", {22.0, 46.8, 59.9, 6}},
        {"VideoCLIP", "fine-tuned", {30.9, 55.4, 66.8, 0}}}},
      {"retrieval",
       "coco-retrieval",
       "BLIP, table 5",
       {"i2t.r1", "i2t.r5", "i2t.r10", "t2i.r1", "t2i.r5", "t2i.r10"},
       {{"ALBEF 14M", "fine-tuned", {77.6, 94.3, 97.2, 60.7, 84.3, 90.5}},
        {"ALIGN 1.8B", "fine-tuned", {77.0, 93.5, 96.9, 59.9, 83.3, 89.8}},
        {"BLIP 14M", "fine-tuned", {80.6, 95.2, 97.6, 63.1, 85.3, 91.1}},
        {"BLIP 129M", "fine-tuned", {81.9, 95.4, 97.8, 64.3, 85.7, 91.5}},
        {"BLIP CapFilt-L 129M", "fine-tuned", {81.2, 95.7, 97.9, 64.1, 85.8, 91.6}},
        {"BLIP ViT-L 129M", "fine-tuned", {82.4, 95.4, 97.9, 65.1, 86.3, 91.8}}}},
      {"retrieval",
       "flickr30k-retrieval",
       "BLIP, table 5",
       {"i2t.r1", "i2t.r5", "i2t.r10", "t2i.r1", "t2i.r5", "t2i.r10"},
       {{"ALBEF 14M", "fine-tuned", {95.9, 99.8, 100, 85.6, 97.5, 98.9}},
        {"ALIGN 1.8B", "fine-tuned", {95.3, 99.8, 100, 84.9, 97.4, 98.6}},
        {"BLIP 14M", "fine-tuned", {96.6, 99.8, 100, 87.2, 97.5, 98.8}},
        {"BLIP 129M", "fine-tuned", {97.3, 99.9, 100, 87.3, 97.6, 98.9}},
        {"BLIP CapFilt-L 129M", "fine-tuned", {97.2, 99.9, 100, 87.5, 97.7, 98.9}},
        {"BLIP ViT-L 129M", "fine-tuned", {97.4, 99.8, 99.9, 87.6, 97.7, 99.0}}}},
      {"retrieval",
       "flickr30k-retrieval",
       "BLIP, table 6",
       {"i2t.r1", "i2t.r5", "i2t.r10", "t2i.r1", "t2i.r5", "t2i.r10"},
       {{"CLIP", "zero-shot", {88.0, 98.7, 99.4, 68.7, 90.6, 95.2}},
        {"ALIGN", "zero-shot", {88.6, 98.7, 99.7, 75.7, 93.8, 96.8}},
        {"ALBEF", "zero-shot", {94.1, 99.5, 99.7, 82.8, 96.3, 98.1}},
        {"BLIP 14M", "zero-shot", {94.8, 99.7, 100, 84.9, 96.7, 98.3}},
        {"BLIP 129M", "zero-shot", {96.0, 99.9, 100, 85.0, 96.8, 98.6}},
        {"BLIP CapFilt-L 129M", "zero-shot", {96.0, 99.9, 100, 85.5, 96.8, 98.7}},
        {"BLIP ViT-L 129M", "zero-shot", {96.7, 100, 100, 86.7, 97.3, 98.7}}}},
      {"retrieval",
       "flickr30k-retrieval",
       "BLIP-2, table 5",
       {"i2t.r1", "i2t.r5", "i2t.r10", "t2i.r1", "t2i.r5", "t2i.r10"},
       {{"BLIP-2 ViT-L", "zero-shot", {96.9, 100, 100, 88.6, 97.6, 98.9}},
        {"BLIP-2 ViT-g", "zero-shot", {97.6, 100, 100, 89.7, 98.1, 98.9}}}},
      {"retrieval",
       "coco-retrieval",
       "BLIP-2, table 5",
       {"i2t.r1", "i2t.r5", "i2t.r10", "t2i.r1", "t2i.r5", "t2i.r10"},
       {{"BLIP-2 ViT-L", "fine-tuned", {83.5, 96.0, 98.0, 66.3, 86.5, 91.8}},
        {"BLIP-2 ViT-g", "fine-tuned", {85.4, 97.0, 98.5, 68.3, 87.7, 92.6}}}},
      {"videoqa",
       "msrvtt-qa",
       "BLIP, table 11",
       {"accuracy"},
       {{"VQA-T", "zero-shot", {2.9}},
        {"BLIP", "zero-shot", {19.2}},
        {"HME", "fine-tuned", {33.0}},
        {"HCRN", "fine-tuned", {35.6}},
        {"VQA-T", "fine-tuned", {41.5}}}},
      {"videoqa",
       "msvd-qa",
       "BLIP, table 11",
       {"accuracy"},
       {{"VQA-T", "zero-shot", {7.5}},
        {"BLIP", "zero-shot", {35.2}},
        {"HME", "fine-tuned", {33.7}},
        {"HCRN", "fine-tuned", {36.1}},
        {"VQA-T", "fine-tuned", {46.3}}}},
      {"caption",
       "coco-caption",
       "BLIP, table 7",
       {"bleu4", "cider"},
       {{"VinVL", "fine-tuned", {38.2, 129.3}},
        {"LEMON-base 200M", "fine-tuned", {40.3, 133.3}},
        {"SimVLM-huge 1.8B", "fine-tuned", {40.6, 143.3}},
        {"BLIP 14M", "fine-tuned", {38.6, 129.7}},
        {"BLIP 129M", "fine-tuned", {39.4, 131.4}},
        {"BLIP CapFilt-L 129M", "fine-tuned", {39.7, 133.3}},
        {"BLIP ViT-L 129M", "fine-tuned", {40.4, 136.7}}}},
      {"caption",
       "nocaps",
       "BLIP, table 7",
       {"cider", "spice", "cider.in-domain", "spice.in-domain", "cider.near-domain", "spice.near-domain",
        "cider.out-domain", "spice.out-domain"},
       {{"VinVL", "zero-shot", {95.5, 13.5}},
        {"LEMON-base 200M", "zero-shot", {106.8, 14.1}},
        {"SimVLM-huge 1.8B", "zero-shot", {112.2}},
        {"BLIP 14M", "zero-shot", {105.1, 14.4, 111.3, 15.1, 104.5, 14.4, 102.4, 13.7}},
        {"BLIP 129M", "zero-shot", {106.3, 14.3, 109.1, 14.8, 105.8, 14.4, 105.7, 13.7}},
        {"BLIP CapFilt-L 129M", "zero-shot", {109.6, 14.7, 111.8, 14.9, 108.6, 14.8, 111.5, 14.2}},
        {"BLIP ViT-L 129M", "zero-shot", {113.2, 14.8, 114.9, 15.2, 112.1, 14.9, 115.3, 14.4}}}},
      {"caption",
       "nocaps",
       "BLIP-2, table 3",
       {"cider.in-domain", "spice.in-domain", "cider.near-domain", "spice.near-domain", "cider.out-domain",
        "spice.out-domain", "cider", "spice"},
       {{"BLIP-2 ViT-g OPT 2.7B", "zero-shot", {123.0, 15.8, 117.8, 15.4, 123.4, 15.1, 119.7, 15.4}},
        {"BLIP-2 ViT-g OPT 6.7B", "zero-shot", {123.7, 15.8, 119.2, 15.3, 124.4, 14.8, 121.0, 15.3}},
        {"BLIP-2 ViT-g FlanT5 XL", "zero-shot", {123.7, 16.3, 120.2, 15.9, 124.8, 15.1, 121.6, 15.8}}}},
      {"caption",
       "coco-caption",
       "BLIP-2, table 3",
       {"bleu4", "cider"},
       {{"BLIP-2 ViT-g OPT 2.7B", "fine-tuned", {43.7, 145.8}},
        {"BLIP-2 ViT-g OPT 6.7B", "fine-tuned", {43.5, 145.2}},
        {"BLIP-2 ViT-g FlanT5 XL", "fine-tuned", {42.4, 144.5}}}},
      {"vqa",
       "vqav2",
       "BLIP-2, table 2 (val)",
       {"accuracy"},
       {{"BLIP-2 ViT-L OPT 2.7B", "zero-shot", {50.1}},
        {"BLIP-2 ViT-g OPT 2.7B", "zero-shot", {53.5}},
        {"BLIP-2 ViT-g OPT 6.7B", "zero-shot", {54.3}},
        {"BLIP-2 ViT-L FlanT5 XL", "zero-shot", {62.6}},
        {"BLIP-2 ViT-g FlanT5 XL", "zero-shot", {63.1}},
        {"BLIP-2 ViT-g FlanT5 XXL", "zero-shot", {65.2}}}},
      {"vqa",
       "okvqa",
       "BLIP-2, table 2",
       {"accuracy"},
       {{"Flamingo 80B", "zero-shot", {50.6}},
        {"BLIP-2 ViT-L OPT 2.7B", "zero-shot", {30.2}},
        {"BLIP-2 ViT-g OPT 2.7B", "zero-shot", {31.7}},
        {"BLIP-2 ViT-g OPT 6.7B", "zero-shot", {36.4}},
        {"BLIP-2 ViT-L FlanT5 XL", "zero-shot", {39.4}},
        {"BLIP-2 ViT-g FlanT5 XL", "zero-shot", {40.7}},
        {"BLIP-2 ViT-g FlanT5 XXL", "zero-shot", {45.9}}}},
      {"vqa",
       "gqa",
       "BLIP-2, table 2",
       {"accuracy"},
       {{"BLIP-2 ViT-L OPT 2.7B", "zero-shot", {33.9}},
        {"BLIP-2 ViT-g OPT 2.7B", "zero-shot", {34.6}},
        {"BLIP-2 ViT-g OPT 6.7B", "zero-shot", {36.4}},
        {"BLIP-2 ViT-L FlanT5 XL", "zero-shot", {44.4}},
        {"BLIP-2 ViT-g FlanT5 XL", "zero-shot", {44.2}},
        {"BLIP-2 ViT-g FlanT5 XXL", "zero-shot", {44.7}}}},
      {"nlvr2",
       "nlvr2",
       "BLIP, table 8 (dev)",
       {"accuracy"},
       {{"ALBEF", "fine-tuned", {82.55}},
        {"SimVLM-base 1.8B", "fine-tuned", {81.72}},
        {"BLIP 14M", "fine-tuned", {82.67}},
        {"BLIP 129M", "fine-tuned", {82.48}},
        {"BLIP CapFilt-L 129M", "fine-tuned", {82.15}}}},
      {"vqa",
       "vqav2",
       "BLIP, table 8 (test-dev)",
       {"accuracy"},
       {{"ALBEF", "fine-tuned", {75.84}},
        {"SimVLM-base 1.8B", "fine-tuned", {77.87}},
        {"BLIP 14M", "fine-tuned", {77.54}},
        {"BLIP 129M", "fine-tuned", {78.24}},
        {"BLIP CapFilt-L 129M", "fine-tuned", {78.25}}}},
      {"visdial",
       "visdial",
       "BLIP, table 9",
       {"mrr", "r1", "r5", "r10", "mean_rank"},
       {{"VD-BERT", "fine-tuned", {67.44, 54.02, 83.96, 92.33, 3.53}},
        {"VD-ViLBERT", "fine-tuned", {69.10, 55.88, 85.50, 93.29, 3.25}},
        {"BLIP", "fine-tuned", {69.41, 56.44, 85.90, 93.30, 3.20}}}},
  };
  return kTables;
}

struct Rows {
  std::vector<std::vector<PublishedFigure>> figures;
  std::vector<PublishedRow> rows;
};

Rows make_rows() {
  Rows made;
  std::size_t count = 0;
  for (const PublishedTable& table : tables()) count += table.rows.size();
  made.figures.reserve(count);  // rows keep views of its elements
  for (const PublishedTable& table : tables())
    for (const RowText& row : table.rows) {
      auto& figures = made.figures.emplace_back();
      for (std::size_t i = 0; i < row.values.size(); ++i)
        if (row.values[i] != 0) figures.push_back({table.keys.at(i), row.values[i]});
      made.rows.push_back({table.command, table.layout, row.model, row.setting, table.source, figures});
    }
  return made;
}

}  // namespace

std::span<const PublishedRow> published_rows() {
  static const Rows kRows = make_rows();
  return kRows.rows;
}

}  // namespace blip
