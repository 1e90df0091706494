//! candle-transformers' BLIP as a peer: reads "NAME SECONDS" lines, answers with a line of JSON each.
//! usage: candle-peer FOLDER (of speed_bench prepare). Threads: RAYON_NUM_THREADS.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{bail, Context, Result};
use candle_core::{DType, Device, Module, Tensor, D};
use candle_nn::VarBuilder;
use candle_transformers::models::{blip, blip_text};
use serde_json::{json, Value};

const LENGTH: usize = 20;

/// BLIP-base at 384 px; candle itself has a preset for the large model only.
fn base_config() -> blip::Config {
    blip::Config {
        text_config: blip_text::Config {
            encoder_hidden_size: 768,
            ..blip::Config::image_captioning_large().text_config
        },
        vision_config: blip::VisionConfig {
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            layer_norm_eps: 1e-6,
            ..blip::Config::image_captioning_large().vision_config
        },
        ..blip::Config::image_captioning_large()
    }
}

struct Peer {
    model: blip::BlipForConditionalGeneration,
    pixels: Tensor,
    prompt: Vec<u32>,
    sep: u32,
}

impl Peer {
    fn open(folder: &Path) -> Result<Self> {
        let device = Device::Cpu;
        let inputs: Value = serde_json::from_slice(&std::fs::read(folder.join("inputs.json"))?)?;
        let side = inputs["side"].as_u64().context("inputs.json has no side")? as usize;
        let prompt = inputs["prompt"].as_array().context("inputs.json has no prompt")?;
        let bytes = std::fs::read(folder.join("pixels.f32"))?;
        let frame = &bytes[..3 * side * side * 4];
        let weights = folder.join("captioner/model.safetensors");
        let vb = unsafe { VarBuilder::from_mmaped_safetensors(&[weights], DType::F32, &device)? };
        Ok(Self {
            model: blip::BlipForConditionalGeneration::new(&base_config(), vb)?,
            pixels: Tensor::from_raw_buffer(frame, DType::F32, &[1, 3, side, side], &device)?,
            prompt: prompt.iter().filter_map(|id| id.as_u64().map(|id| id as u32)).collect(),
            sep: inputs["sep"].as_u64().context("inputs.json has no sep")? as u32,
        })
    }

    /// Greedy, as in candle's example, but of a fixed length: [SEP] is never taken.
    fn caption(&mut self) -> Result<Vec<u32>> {
        let image = self.model.vision_model().forward(&self.pixels)?;
        self.model.reset_kv_cache();
        let mut ids = self.prompt.clone();
        let mut context = ids.clone();
        while ids.len() < LENGTH {
            let input = Tensor::new(context.as_slice(), &Device::Cpu)?.unsqueeze(0)?;
            let logits = self.model.text_decoder().forward(&input, &image)?.squeeze(0)?;
            let mut last = logits.get(logits.dim(0)? - 1)?.to_vec1::<f32>()?;
            last[self.sep as usize] = f32::NEG_INFINITY;
            let best = Tensor::new(last, &Device::Cpu)?.argmax(D::Minus1)?.to_scalar::<u32>()?;
            ids.push(best);
            context = vec![best];
        }
        Ok(ids)
    }

    fn run(&mut self, name: &str) -> Result<(f64, Vec<Vec<u32>>)> {
        let begin = Instant::now();
        let ids = match name {
            "vit" => {
                self.model.vision_model().forward(&self.pixels)?;
                vec![]
            }
            "caption_greedy" => vec![self.caption()?],
            _ => bail!("no workload '{name}'"),
        };
        Ok((begin.elapsed().as_secs_f64(), ids))
    }
}

fn answer(object: &Value) -> Result<()> {
    println!("{object}");
    Ok(std::io::stdout().flush()?)
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("usage: candle-peer FOLDER")?;
    let mut peer = Peer::open(Path::new(&folder))?;
    answer(&json!({"workloads": ["vit", "caption_greedy"], "version": "candle-transformers 0.11.1"}))?;
    let mut warm = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (name, seconds) = line.split_once(' ').context("expected: NAME SECONDS")?;
        let wanted: f64 = seconds.trim().parse()?;
        if !warm.contains(&name.to_string()) {
            peer.run(name)?;
            warm.push(name.to_string());
        }
        let (mut times, mut ids) = (Vec::new(), Vec::new());
        while times.is_empty() || times.iter().sum::<f64>() < wanted {
            let (took, found) = peer.run(name)?;
            times.push(took);
            ids = found;
        }
        times.sort_by(f64::total_cmp);
        let median = (times[(times.len() - 1) / 2] + times[times.len() / 2]) / 2.0;
        answer(&json!({"seconds": median, "runs": times.len(), "ids": ids}))?;
    }
    Ok(())
}
