// The whole video on one strip: pictures along the time, borders of segments, hits, and where the player is. Borders are
// drawn on one canvas and there are as many pictures as fit, so its cost does not depend on the number of segments.

import {el, picture} from './dom.js';
import {clock} from './format.js';
import {segmentAt} from './segment_list.js';

const kTile = 92;  // pixels a picture takes along the strip

export class Timeline {
  // `onSeek(seconds)`.
  constructor({onSeek}) {
    this.onSeek = onSeek;
    this.duration = 0;
    this.segments = [];
    this.time = 0;
    this.film = el('div', {class: 'film', 'aria-hidden': 'true'});
    this.canvas = el('canvas', {class: 'borders', 'aria-hidden': 'true'});
    this.marks = el('div', {class: 'marks', 'aria-hidden': 'true'});
    this.head = el('div', {class: 'head', 'aria-hidden': 'true'});
    this.tip = el('div', {class: 'tip', 'aria-hidden': 'true', hidden: true});
    this.root = el('div', {class: 'timeline', role: 'slider', tabindex: '0', 'aria-label': 'Position in the video', 'aria-valuemin': '0'},
                   this.film, this.canvas, this.marks, this.head, this.tip);
    this.root.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.root.setPointerCapture(event.pointerId);
      this.dragging = true;
      this.onSeek(this.timeAt(event));
    });
    this.root.addEventListener('pointermove', (event) => {
      if (this.dragging) this.onSeek(this.timeAt(event));
      this.hover(event);
    });
    for (const name of ['pointerup', 'pointercancel']) this.root.addEventListener(name, () => { this.dragging = false; });
    this.root.addEventListener('pointerleave', () => { this.tip.hidden = true; });
    this.root.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  show(segments, duration) {
    this.segments = segments;
    this.duration = Math.max(duration, segments.length > 0 ? segments[segments.length - 1].end : 0);
    this.root.setAttribute('aria-valuemax', this.duration.toFixed(1));
    this.marks.replaceChildren();
    this.width = 0;
    this.draw();
    this.setTime(0);
  }

  // `spans`: [{start, end}], in seconds.
  setHits(spans) {
    const least = this.duration / 2000;
    const joined = [];
    for (const {start, end} of [...spans].sort((a, b) => a.start - b.start)) {
      const before = joined[joined.length - 1];
      if (before && start <= before.end + least) before.end = Math.max(before.end, end);
      else joined.push({start, end});
    }
    this.marks.replaceChildren(...joined.map(({start, end}) => {
      const mark = el('i');
      mark.style.left = `${100 * start / this.duration}%`;
      mark.style.width = `${100 * (end - start) / this.duration}%`;
      return mark;
    }));
  }

  setTime(time) {
    this.time = time;
    if (this.duration <= 0) return;
    this.moveHead(time);
    const segment = this.segments[segmentAt(this.segments, time)];
    this.root.setAttribute('aria-valuenow', time.toFixed(1));
    this.root.setAttribute('aria-valuetext', `${clock(time)} of ${clock(this.duration)}${segment?.caption ? `, ${segment.caption}` : ''}`);
  }

  moveHead(time) {
    this.head.style.left = `${100 * Math.min(1, time / this.duration)}%`;
  }

  timeAt(event) {
    const box = this.root.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.duration;
  }

  draw() {
    const width = this.root.clientWidth, height = this.root.clientHeight;
    if (width === 0 || this.duration <= 0 || width === this.width) return;
    this.width = width;
    const tiles = Math.max(1, Math.round(width / kTile));
    this.film.replaceChildren(...(this.segments.length === 0 ? [] : Array.from({length: tiles}, (unused, i) =>
      picture(this.segments[segmentAt(this.segments, (i + 0.5) / tiles * this.duration)].thumbnail))));
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const context = this.canvas.getContext('2d');
    context.fillStyle = getComputedStyle(this.canvas).color;
    let drawn = -10;
    for (const {start} of this.segments) {
      const x = Math.round(start / this.duration * this.canvas.width);
      if (x - drawn < 4 * scale || x === 0) continue;
      context.fillRect(x, this.canvas.height - 8 * scale, scale, 8 * scale);
      drawn = x;
    }
  }

  hover(event) {
    if (this.segments.length === 0 || event.pointerType === 'touch') return;
    const time = this.timeAt(event);
    const segment = this.segments[segmentAt(this.segments, time)];
    if (this.tipped !== segment.id || this.tip.hidden) {
      this.tip.replaceChildren(picture(segment.thumbnail), el('b'), el('span', {}, segment.caption || ''));
      this.tipped = segment.id;
    }
    this.tip.querySelector('b').textContent = clock(time);
    this.tip.hidden = false;
    const half = this.tip.offsetWidth / 2;
    const x = event.clientX - this.root.getBoundingClientRect().left;
    this.tip.style.left = `${Math.max(half, Math.min(this.root.clientWidth - half, x))}px`;
  }

  key(event) {
    const page = Math.max(5, this.duration / 20);
    const target = {ArrowRight: this.time + 1, ArrowLeft: this.time - 1, ArrowUp: this.time + 1, ArrowDown: this.time - 1,
                    PageUp: this.time + page, PageDown: this.time - page, Home: 0, End: this.duration}[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.onSeek(Math.max(0, Math.min(this.duration, target)));
  }
}
