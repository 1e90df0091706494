"""Results on frames, read as a Python application does: by GStreamer's introspection, without a header of ours.

Run by CTest with the fake engine; exits with 77 (skipped) where Python's GStreamer bindings are not installed.
"""
import struct
import sys
import unittest

try:
    import gi

    gi.require_version("Gst", "1.0")
    from gi.repository import GLib, Gst

    Gst.ValueArray  # python3-gst-1.0
except (ImportError, ValueError, AttributeError) as missing:
    print(f"Python's GStreamer bindings are not installed: {missing}")
    sys.exit(77)

Gst.init(None)
VIDEO = "videotestsrc pattern=red num-buffers=40 ! video/x-raw,format=I420,width=64,height=48,framerate=10/1 ! "
PATIENCE = 30 * Gst.SECOND


def copied(value):
    """What get_value() gives belongs to the frame: it is to be copied before the probe ends."""
    if isinstance(value, Gst.Structure):
        return fields_of(value)
    if isinstance(value, GLib.Bytes):
        return value.get_data()
    if isinstance(value, Gst.ValueArray):
        return [copied(element) for element in value]
    return value


def fields_of(structure):
    names = [structure.nth_field_name(i) for i in range(structure.n_fields())]
    return {name: copied(structure.get_value(name)) for name in names}


def results(elements, name):
    """The fields of each custom meta of that name that a probe behind the elements sees, with the frames' PTS."""
    seen = []

    def on_buffer(_pad, info):
        buffer = info.get_buffer()
        meta = buffer.get_custom_meta(name)
        if meta is not None:
            seen.append((buffer.pts, fields_of(meta.get_structure())))
        return Gst.PadProbeReturn.OK

    pipeline = Gst.parse_launch(VIDEO + elements + " ! fakesink name=end")
    pipeline.get_by_name("end").get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, on_buffer)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(PATIENCE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message is None or message.type != Gst.MessageType.EOS:
        raise AssertionError(f"{elements}: {message.parse_error() if message else 'no end'}")
    return seen


class ResultsOnFrames(unittest.TestCase):
    def check_times(self, pts, fields):
        self.assertEqual(fields["timestamp"], pts)
        self.assertEqual(fields["stream-time"], pts)
        self.assertEqual(fields["running-time"], pts)
        self.assertEqual(fields["duration"], Gst.SECOND)
        self.assertEqual(fields["source"], "cam")

    def test_text(self):
        seen = results(
            "blipencoder model=fake attach=exact ! blipdecoder model=fake attach=exact source-label=cam "
            "prompt=\"a photo of \"", "blip-text")
        self.assertEqual([pts for pts, _ in seen], [second * Gst.SECOND for second in range(4)])
        for pts, fields in seen:
            self.check_times(pts, fields)
            self.assertEqual(fields["text"], "a red picture")
            self.assertEqual(fields["task"], "caption")
            self.assertEqual(fields["prompt"], "a photo of ")
            self.assertEqual(fields["model"], "fake")
            self.assertIsInstance(fields["score"], float)
            self.assertTrue(0 <= fields["confidence"] <= 1)

    def test_answer(self):
        seen = results(
            "blipencoder model=fake attach=exact ! blipdecoder model=fake attach=exact task=vqa question=colour?",
            "blip-text")
        self.assertEqual(len(seen), 4)
        for _, fields in seen:
            self.assertEqual(fields["text"], "red")
            self.assertEqual(fields["task"], "vqa")
            self.assertEqual(fields["question"], "colour?")

    def test_behind_stock_elements(self):
        seen = results(
            "blipencoder model=fake attach=exact ! blipdecoder model=fake attach=exact ! tee ! queue ! videoconvert ! "
            "video/x-raw,format=RGB ! videoscale ! video/x-raw,width=32,height=24 ! videocrop left=4", "blip-text")
        self.assertEqual([fields["text"] for _, fields in seen], ["a red picture"] * 4)

    def test_matches(self):
        seen = results(
            'blipencoder model=fake attach=exact ! blipfilter model=fake attach=exact source-label=cam '
            'queries="a red car;a blue car" k=0 itc-threshold=-0.99', "blip-itm")
        self.assertEqual(len(seen), 4)
        for pts, fields in seen:
            self.check_times(pts, fields)
            scores = {score["query"]: score for score in fields["scores"]}
            self.assertEqual(set(scores), {"a red car", "a blue car"})
            self.assertTrue(scores["a red car"]["matched"])
            self.assertFalse(scores["a blue car"]["matched"])
            self.assertGreater(scores["a red car"]["probability"], scores["a blue car"]["probability"])
            for score in scores.values():
                self.assertIsInstance(score["logit"], float)
                self.assertIsInstance(score["itc"], float)

    def test_embeddings(self):
        seen = results(
            'blipencoder model=fake attach=exact source-label=cam queries="a red car;-a blue car"', "blip-itc")
        self.assertEqual(len(seen), 4)
        for pts, fields in seen:
            self.check_times(pts, fields)
            data = fields["embedding"]
            embedding = struct.unpack(f"{len(data) // 4}f", data)
            self.assertAlmostEqual(sum(value * value for value in embedding), 1, places=5)
            scores = [(score["query"], score["negative"]) for score in fields["scores"]]
            self.assertEqual(scores, [("a red car", False), ("a blue car", True)])


if __name__ == "__main__":
    unittest.main()
