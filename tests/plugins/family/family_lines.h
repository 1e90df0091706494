#pragma once

namespace blip::test {

// What comes behind the source in lines that use all of the family, and its outputs.
inline constexpr const char* kFamilyLines[] = {
    "blipencoder model=fake queries=\"a red car;-a dog\" ! blipfilter model=fake ! blipdecoder model=fake ! fakesink",
    "blipencoder model=fake attach=exact name=e ! blipfilter model=fake attach=exact queries=\"a red car\" name=f ! "
    "blipdecoder model=fake attach=exact name=d ! blipmeta2json embeddings=true ! fakesink e.text ! fakesink f.text ! "
    "fakesink d.text ! application/x-json ! fakesink",
    "blipencoder model=fake fps=0 ! tee name=t ! queue ! blipdecoder model=fake task=vqa question=\"colour?\" frames=4 "
    "window=1000000000 name=d ! fakesink d.text ! srtenc ! fakesink async=false t. ! queue ! blipfilter model=fake "
    "mode=drop "
    "queries=\"a red car\" ! fakesink",
    "blipencoder model=fake ! videoconvert ! video/x-raw,format=NV12 ! blipdecoder model=fake task=vqa-rank "
    "question=\"colour?\" answers=\"red;blue\" cue-mode=coalesce name=d ! fakesink d.text ! webvttenc ! fakesink",
    "blipcaption model=fake name=c ! fakesink c.text ! fakesink"};

}  // namespace blip::test
