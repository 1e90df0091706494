// The segments of a video as a list of pictures and captions. Only the rows on the screen exist, so ten thousand are no
// more work than ten.

import {el, iconButton, picture, scrolling} from './dom.js';
import {clock, percent} from './format.js';

const kRow = 76;   // pixels; style.css says the same
const kBeyond = 6; // rows that are kept above and below the screen

// The last segment that begins at or before `time`; 0 when there is none.
export function segmentAt(segments, time) {
  let low = 0, high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].start <= time + 0.001) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

export class SegmentList {
  // `onSeek(segment)`, `onLike(segment)`.
  constructor({onSeek, onLike}) {
    this.onSeek = onSeek;
    this.onLike = onLike;
    this.segments = [];
    this.visible = [];  // indices into segments that the filter lets through
    this.hits = new Map();
    this.current = -1;
    this.rows = new Map();
    this.touched = -Infinity;  // when the reader last scrolled by hand
    this.list = el('ol', {class: 'rows', 'aria-label': 'Segments'});
    this.root = el('div', {class: 'segments', tabindex: '-1'}, this.list);
    this.root.addEventListener('scroll', () => this.render(), {passive: true});
    for (const name of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
      this.root.addEventListener(name, () => { this.touched = performance.now(); }, {passive: true});
    this.root.addEventListener('keydown', (event) => this.move(event));
    new ResizeObserver(() => this.render()).observe(this.root);
  }

  // `hits`: segment id -> match probability or null.
  show(segments, hits) {
    this.segments = segments;
    this.hits = hits;
    this.current = -1;
    this.filter('');
  }

  setHits(hits) {
    this.hits = hits;
    this.redraw();
  }

  // Returns how many segments hold the words.
  filter(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.visible = [];
    this.segments.forEach((segment, i) => {
      const text = `${segment.caption ?? ''} ${segment.subtitle ?? ''}`.toLowerCase();
      if (wanted.every((word) => text.includes(word))) this.visible.push(i);
    });
    this.root.scrollTop = 0;
    this.redraw();
    return this.visible.length;
  }

  redraw() {
    this.rows.forEach((row) => row.remove());
    this.rows.clear();
    this.list.style.height = `${this.visible.length * kRow}px`;
    this.render();
  }

  render() {
    const first = Math.max(0, Math.floor(this.root.scrollTop / kRow) - kBeyond);
    const last = Math.min(this.visible.length, Math.ceil((this.root.scrollTop + this.root.clientHeight) / kRow) + kBeyond);
    for (const [at, row] of this.rows) {
      if ((at >= first && at < last) || row.contains(document.activeElement)) continue;
      row.remove();
      this.rows.delete(at);
    }
    for (let at = first; at < last; ++at) {
      if (this.rows.has(at)) continue;
      const row = this.row(at);
      this.rows.set(at, row);
      const next = [...this.rows.entries()].filter(([other]) => other > at).sort((a, b) => a[0] - b[0])[0];
      this.list.insertBefore(row, next ? next[1] : null);
    }
  }

  row(at) {
    const index = this.visible[at];
    const segment = this.segments[index];
    const hit = this.hits.has(segment.id);
    const match = this.hits.get(segment.id);
    const row = el('li', {class: `row${hit ? ' hit' : ''}${index === this.current ? ' current' : ''}`, 'data-segment': segment.id,
                          'aria-setsize': this.visible.length, 'aria-posinset': at + 1},
      el('button', {type: 'button', class: 'seek', 'aria-current': index === this.current ? 'true' : null, onclick: () => this.onSeek(segment)},
         picture(segment.thumbnail),
         el('span', {class: 'text'},
            el('span', {class: 'when'}, clock(segment.start), hit ? el('b', {}, typeof match === 'number' ? `match ${percent(match)}` : 'match') : null),
            el('span', {class: 'caption'}, segment.caption || 'No caption'),
            segment.subtitle ? el('q', {class: 'subtitle'}, segment.subtitle) : null)),
      iconButton('like', 'More like this (m)', () => this.onLike(segment), {class: 'tool like'}));
    row.style.top = `${at * kRow}px`;
    return row;
  }

  // Marks the segment that is shown, and brings it into view unless the reader is looking elsewhere.
  setCurrent(index) {
    if (index === this.current) return;
    for (const row of this.rows.values()) {
      row.classList.remove('current');
      row.querySelector('.seek').removeAttribute('aria-current');
    }
    this.current = index;
    const at = this.visible.indexOf(index);
    if (at < 0) return;
    const row = this.rows.get(at);
    row?.classList.add('current');
    row?.querySelector('.seek').setAttribute('aria-current', 'true');
    if (performance.now() - this.touched > 4000) this.reveal(at);
  }

  reveal(at) {
    const top = at * kRow;
    const {scrollTop, clientHeight} = this.root;
    if (top >= scrollTop && top + kRow <= scrollTop + clientHeight) return;
    const far = Math.abs(top - scrollTop) > 2 * clientHeight;
    this.root.scrollTo({top: Math.max(0, top - clientHeight / 3), behavior: far ? 'auto' : scrolling()});
  }

  focusCurrent() {
    const at = Math.max(0, this.visible.indexOf(this.current));
    this.focusRow(at);
  }

  focusRow(at) {
    if (this.visible.length === 0) return;
    at = Math.max(0, Math.min(this.visible.length - 1, at));
    const top = at * kRow;
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + kRow > this.root.scrollTop + this.root.clientHeight) this.root.scrollTop = top + kRow - this.root.clientHeight;
    this.render();
    this.rows.get(at)?.querySelector('.seek').focus({preventScroll: true});
  }

  move(event) {
    const row = event.target.closest?.('.row');
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(row.getAttribute('aria-posinset')) - 1;
    const page = Math.max(1, Math.floor(this.root.clientHeight / kRow) - 1);
    const target = {ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.visible.length - 1}[event.key];
    if (event.key === 'm') this.onLike(this.segments[this.visible[at]]);
    else if (target !== undefined) this.focusRow(target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
