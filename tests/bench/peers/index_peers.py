#!/usr/bin/env python3
"""What else searches a million embeddings, exactly, on one thread: faiss' flat indexes and sqlite-vec.

    index_peers.py FOLDER faiss-f32|faiss-f16|sqlite-vec

FOLDER is what index_bench prepare wrote. Says {"workloads": […], "version": …}, then answers every line "NAME SECONDS" with
{"seconds": [of each search]}, and "ids 0" with {"ids": [of the 64 best rows of each of 20 queries]}.
"""

import json
import os
import pathlib
import sys
import time

import numpy

HITS = 64
KEEP = os.fdopen(os.dup(1), "w")  # libraries print to stdout; the answers keep it for themselves
os.dup2(2, 1)


def say(answer):
    print(json.dumps(answer), file=KEEP, flush=True)


class Data:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        about = json.loads((self.folder / "about.json").read_text())
        self.rows, self.size, self.segments = about["rows"], about["size"], about["segments_a_video"]
        self.halves = numpy.memmap(self.folder / "rows.f16", numpy.float16, "r", shape=(self.rows, self.size))
        self.queries = numpy.fromfile(self.folder / "queries.f32", numpy.float32).reshape(-1, self.size)
        self.videos = list(range(0, self.rows // self.segments, 100))  # one in a hundred

    def blocks(self, count=50000):
        for first in range(0, self.rows, count):
            yield first, self.halves[first:first + count].astype(numpy.float32)


class Faiss:
    def __init__(self, data, kind):
        import faiss
        faiss.omp_set_num_threads(1)
        faiss.cvar.distance_compute_blas_threshold = 16  # 16 queries together as a matrix product, which is its fastest way
        self.version = f"faiss {faiss.__version__}, {'IndexFlatIP' if kind == 'faiss-f32' else 'IndexScalarQuantizer QT_fp16'}"
        self.data = data
        self.index = (faiss.IndexFlatIP(data.size) if kind == "faiss-f32" else
                      faiss.IndexScalarQuantizer(data.size, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT))
        for _, block in data.blocks():
            self.index.add(block)
        # A bit a row, which is the cheapest of its filters to ask.
        wanted = numpy.zeros(data.rows, bool)
        for video in data.videos:
            wanted[video * data.segments:(video + 1) * data.segments] = True
        self.bits = numpy.packbits(wanted, bitorder="little")
        self.selector = faiss.IDSelectorBitmap(self.bits)
        self.parameters = faiss.SearchParameters(sel=self.selector)

    def all(self, query):
        return self.index.search(query[None], HITS)[1][0]

    def videos(self, query):
        return self.index.search(query[None], HITS, params=self.parameters)[1][0]

    def together(self, _):
        return self.index.search(self.data.queries[:16], HITS)[1]

    workloads = ("all", "videos", "together")


class SqliteVec:
    workloads = ("all", "videos")

    def __init__(self, data, _):
        import apsw  # a Python's own sqlite3 is often built without extensions
        import sqlite_vec
        self.version = f"sqlite-vec {sqlite_vec.__version__}, SQLite {apsw.sqlite_lib_version()}"
        path = data.folder / "sqlite-vec.db"
        new = not path.exists()
        name = path.with_suffix(".part") if new else path
        self.base = apsw.Connection(str(name))
        self.base.enable_load_extension(True)
        self.base.load_extension(sqlite_vec.loadable_path())
        if new:
            self.fill(data)
            self.base.close()
            name.rename(path)
            self.__init__(data, _)
        self.base.execute("PRAGMA cache_size = -2000000")  # it fits into memory
        self.filter = ",".join(map(str, data.videos))

    def fill(self, data):
        self.base.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        self.base.execute(f"CREATE VIRTUAL TABLE rows USING vec0(video integer, embedding float[{data.size}] distance_metric=cosine)")
        with self.base:
            for first, block in data.blocks():
                self.base.executemany("INSERT INTO rows(rowid, video, embedding) VALUES (?, ?, ?)",
                                      ((row, row // data.segments, block[row - first].tobytes()) for row in range(first, first + len(block))))

    def search(self, query, where=""):
        found = self.base.execute(f"SELECT rowid FROM rows WHERE embedding MATCH ? AND k = {HITS}{where} ORDER BY distance", (query.tobytes(),))
        return [row for (row,) in found]

    def all(self, query):
        return self.search(query)

    def videos(self, query):
        return self.search(query, f" AND video IN ({self.filter})")


def main():
    data = Data(sys.argv[1])
    peer = (Faiss if sys.argv[2].startswith("faiss") else SqliteVec)(data, sys.argv[2])
    say({"workloads": list(peer.workloads) + ["ids"], "version": peer.version})
    next_query = 0
    for line in sys.stdin:
        name, wanted = line.split()
        if name == "ids":
            say({"ids": [[int(row) for row in peer.all(query)] for query in data.queries[:20]]})
            continue
        search = getattr(peer, name)
        search(data.queries[0])
        times = []
        while len(times) < 3 or sum(times) < float(wanted):
            query = data.queries[next_query % len(data.queries)]
            next_query += 1
            begin = time.perf_counter()
            search(query)
            times.append(time.perf_counter() - begin)
        say({"seconds": times})


if __name__ == "__main__":
    main()
