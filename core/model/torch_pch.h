#pragma once

// Precompiled for the LibTorch rooms: these headers take seconds each.
#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/types.h>

#include "core/model/torch_compat.h"
