// Live streams: the newest picture, captions as they come, alerts.

import {get, post, remove} from './api.js';
import {confirmed} from './dialogs.js';
import {byId, el, failure, icon, notice, toast} from './dom.js';
import {captionsOf, on} from './events.js';
import {clock, count, percent} from './format.js';

const kPictureEvery = 1000;  // milliseconds
const kListEvery = 4000;
const kShown = 40;           // captions a stream

let root, cards, tail, form;
let open = false, timer = 0;
const streams = new Map();  // id -> {data, node, …}

export function startLiveView() {
  root = byId('view-live');
  const source = el('input', {type: 'text', id: 'source', required: true, autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Address of a stream',
                              placeholder: 'rtsp://camera/stream or https://host/live.m3u8'});
  form = el('form', {class: 'adding'}, source, el('button', {type: 'submit', class: 'button'}, 'Start'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await post('/api/v1/streams', {source: source.value.trim()});
      source.value = '';
      await refresh();
    } catch (error) {
      toast(error.message);
    }
  });
  cards = el('div', {class: 'streams'});
  tail = el('div', {class: 'tail'});
  root.append(el('div', {class: 'view-head'}, el('h1', {}, 'Live'), form), cards, tail);
  on('caption', (caption) => {
    if (!open) return;
    const stream = streams.get(String(caption.stream));
    if (stream) addCaption(stream, caption);
    else refresh();
  });
  on('alert', (alert) => { if (open) addAlert(alert); });
}

// A line among the captions of its stream, until newer ones push it out.
function addAlert(alert) {
  const stream = streams.get(String(alert.stream));
  if (!stream || alert.event === 'end') return;
  stream.lines.prepend(el('li', {class: 'alert-line'}, el('time', {}, clock(alert.start)), el('span', {}, icon('bell'), `${alert.text} ${percent(alert.probability)}`)));
}

export async function showLiveView() {
  document.title = 'Live – gst-blip';
  open = true;
  streams.forEach(catchUp);
  await refresh();
}

export function leaveLiveView() {
  open = false;
  clearTimeout(timer);
  streams.forEach((stream) => clearTimeout(stream.timer));
}

async function refresh() {
  clearTimeout(timer);
  try {
    const {streams: list} = await get('/api/v1/streams');
    if (!open) return;
    const ids = new Set(list.map((data) => String(data.id)));
    for (const [id, stream] of streams) {
      if (ids.has(id)) continue;
      clearTimeout(stream.timer);
      stream.node.remove();
      streams.delete(id);
    }
    for (const data of list) {
      const id = String(data.id);
      if (!streams.has(id)) {
        streams.set(id, card(data));
        cards.append(streams.get(id).node);
      }
      update(streams.get(id), data);
    }
    tail.replaceChildren(list.length === 0 ? notice('No stream is running', 'Give the address of a camera above. Captions appear here as they are made.') : '');
  } catch (error) {
    if (!open) return;
    tail.replaceChildren(error.status === 401 ? notice('Please log in', 'Live streams need a token.') : failure(error, refresh));
  }
  timer = setTimeout(refresh, kListEvery);
}

function card(data) {
  const image = el('img', {alt: `Newest picture of ${data.source}`, hidden: true});
  const lines = el('ol', {class: 'cues', 'aria-label': `Captions of ${data.source}`, role: 'log'});
  const now = el('p', {class: 'now'}, '');
  const facts = el('span', {class: 'muted'});
  const badge = el('span', {class: 'state'});
  const problem = el('p', {class: 'error', hidden: true});
  const node = el('article', {class: 'stream', 'data-stream': data.id, 'aria-label': data.source},
    el('div', {class: 'screen'}, image, el('span', {class: 'waiting'}, 'No picture yet'), now),
    el('div', {class: 'stream-head'}, el('span', {class: 'name', title: data.source}, data.source), badge, facts,
       el('button', {type: 'button', class: 'button quiet stop', 'aria-label': `Stop ${data.source}`, onclick: () => stop(data)}, icon('stop'), 'Stop')),
    problem, lines);
  const stream = {data, node, image, lines, now, facts, badge, problem, cues: new Map(), timer: 0};
  image.addEventListener('load', () => { image.hidden = false; next(stream); });
  image.addEventListener('error', () => next(stream));
  catchUp(stream);
  return stream;
}

// Captions that came while another view was open.
function catchUp(stream) {
  captionsOf(stream.data.id).slice(-kShown).forEach((caption) => addCaption(stream, caption));
}

function update(stream, data) {
  stream.data = data;
  stream.badge.textContent = data.state;
  stream.badge.className = `state ${data.state}`;
  if (stream.cues.size === 0) stream.now.textContent = data.caption ?? '';
  stream.problem.hidden = !data.error;
  stream.problem.textContent = data.error ?? '';
  stream.facts.textContent = [data.latency > 0 ? `${data.latency.toFixed(1)} s behind` : '', count(data.captions ?? 0, 'caption'),
                              data.alerts > 0 ? count(data.alerts, 'alert') : ''].filter(Boolean).join(' · ');
  if (!stream.timer) show(stream);
}

function show(stream) {
  stream.timer = 0;
  if (!open || !stream.node.isConnected) return;
  if (document.hidden || stream.data.state !== 'running') next(stream);
  else stream.image.src = `/api/v1/streams/${encodeURIComponent(stream.data.id)}/frame.jpg?at=${Date.now()}`;
}

function next(stream) {
  clearTimeout(stream.timer);
  if (open) stream.timer = setTimeout(() => show(stream), kPictureEvery);
}

// A cue that is known changes in place, a new one comes on top.
function addCaption(stream, caption) {
  const id = String(caption.cue ?? caption.start);
  stream.now.textContent = caption.text;
  let line = stream.cues.get(id);
  if (!line) {
    line = el('li', {'data-cue': id}, el('time', {}), el('span'));
    stream.cues.set(id, line);
    stream.lines.prepend(line);
    while (stream.lines.children.length > kShown) {
      stream.cues.delete(stream.lines.lastChild.dataset.cue ?? '');
      stream.lines.lastChild.remove();
    }
  }
  line.firstChild.textContent = clock(caption.start);
  line.lastChild.textContent = caption.text;
}

async function stop(data) {
  if (!await confirmed('Stop this stream?', `${data.source}: what was indexed of it stays.`, 'Stop')) return;
  try {
    await remove(`/api/v1/streams/${data.id}`);
    await refresh();
  } catch (error) {
    toast(error.message);
  }
}
