// All videos with how far the work on them is, and the work in progress.

import {playHref} from './address.js';
import {get, remove, serverStatus} from './api.js';
import {confirmed} from './dialogs.js';
import {byId, el, failure, iconButton, notice, picture, toast} from './dom.js';
import {on} from './events.js';
import {bytes, clock, count, day, length} from './format.js';

const kPage = 50;
const kStates = {waiting: 'Waiting', indexing: 'Indexing', done: 'Done', failed: 'Failed'};

let root, summary, work, filter, rows, tail;
let state = null;   // {videos, total, status}
let open = false;
let latest = null;  // the newest progress event
let refresh = 0;

export function startLibraryView() {
  root = byId('view-library');
  summary = el('p', {class: 'muted'});
  work = el('div', {class: 'work', hidden: true});
  filter = el('input', {type: 'search', id: 'library-filter', placeholder: 'Name or folder', 'aria-label': 'Show only videos whose name or folder has this', autocomplete: 'off'});
  filter.addEventListener('change', load);
  filter.addEventListener('search', load);
  rows = el('ul', {class: 'videos-list', 'aria-label': 'Videos'});
  tail = el('div', {class: 'tail'});
  root.append(el('div', {class: 'view-head'}, el('div', {}, el('h1', {}, 'Library'), summary), filter), work, rows, tail);
  on('progress', (progress) => {
    latest = progress;
    if (!open) return;
    showWork();
    if (state !== null && ['videos', 'waiting', 'indexing', 'done', 'failed'].some((name) => state.status[name] !== progress[name])) {
      clearTimeout(refresh);
      refresh = setTimeout(reload, 300);
    } else {
      showPositions();
    }
  });
}

export async function showLibraryView() {
  document.title = 'Library – gst-blip';
  open = true;
  if (state === null) await load();
  else await reload();
}

export function leaveLibraryView() {
  open = false;
}

const asked = (offset, limit) => {
  const query = new URLSearchParams({offset, limit});
  const text = filter.value.trim();
  if (text !== '') query.set('path', text.includes('*') ? text : `*${text}*`);
  return query;
};

async function load() {
  state = null;
  rows.replaceChildren(...Array.from({length: 4}, () => el('li', {class: 'video skeleton', 'aria-hidden': 'true'}, el('span', {class: 'picture'}), el('b'))));
  tail.replaceChildren();
  await fetchRows(0, kPage, true);
}

// Follows what has changed meanwhile, as far down as rows are shown.
const reload = () => fetchRows(0, Math.max(kPage, state?.videos.length ?? 0), true);

async function fetchRows(offset, limit, anew) {
  try {
    const [status, {total, videos}] = await Promise.all([serverStatus(true), get('/api/v1/videos', asked(offset, limit))]);
    state = {total, status, videos: anew ? videos : [...state.videos, ...videos]};
    const states = [['waiting', status.waiting], ['being indexed', status.indexing], ['failed', status.failed]].filter(([, number]) => number > 0);
    summary.textContent = [count(status.videos, 'video'), length(status.duration), count(status.segments, 'segment'), bytes(status.bytes),
                           ...states.map(([name, number]) => `${number} ${name}`)].join(' · ');
    const focused = focusedPart();
    if (anew) rows.replaceChildren();
    rows.append(...videos.map(row));
    if (focused) rows.querySelector(focused)?.focus({preventScroll: true});
    showWork();
    if (state.videos.length < total)
      tail.replaceChildren(el('button', {type: 'button', class: 'button', onclick: () => fetchRows(state.videos.length, kPage, false)}, `More videos (${total - state.videos.length})`));
    else if (total > 0) tail.replaceChildren();
    else if (filter.value.trim() !== '') tail.replaceChildren(notice('No video has that name', 'Use * for anything: */2019/*'));
    else tail.replaceChildren(notice('Nothing is indexed yet', 'Give it some videos:'), el('pre', {class: 'command'}, 'gst-blip index add VIDEOS…'));
  } catch (error) {
    if (state === null) rows.replaceChildren();
    tail.replaceChildren(error.status === 401 ? notice('Please log in', 'The library needs a token.') : failure(error, load));
    if (state?.videos.length === 0) state = null;
  }
}

// How to find the control that has the focus again, after its row was made anew.
function focusedPart() {
  const node = document.activeElement;
  const id = node.closest?.('.video')?.dataset.video;
  return id ? `[data-video="${CSS.escape(id)}"] .${node.classList.contains('remove') ? 'remove' : 'open'}` : null;
}

function row(video) {
  const badge = el('span', {class: `state ${video.state}`}, kStates[video.state] ?? video.state);
  const folder = video.path.slice(0, video.path.length - video.name.length);
  const facts = [video.duration > 0 ? clock(video.duration) : '', video.width > 0 ? `${video.width} × ${video.height}` : '',
                 video.segments > 0 ? count(video.segments, 'segment') : '', day(video.date)].filter(Boolean).join(' · ');
  const content = [picture(video.thumbnail), el('span', {class: 'text'}, el('span', {class: 'name'}, video.name), el('span', {class: 'folder', title: video.path}, folder),
                                                el('span', {class: 'facts'}, facts))];
  const stages = (video.stages ?? []).map((stage) => `${stage.stage} ${stage.done}`).join(', ');
  const node = el('li', {class: 'video', 'data-video': video.id},
    video.segments > 0 ? el('a', {class: 'open', href: playHref(new URLSearchParams(), video.id, 0)}, content) : el('div', {class: 'open'}, content),
    el('div', {class: 'status', title: stages}, badge, meter(video)),
    iconButton('trash', `Remove ${video.name} from the index`, () => removeVideo(video), {class: 'tool remove'}));
  if (video.error) node.append(el('p', {class: 'error'}, video.error));
  return node;
}

function meter(video) {
  if (video.state !== 'indexing' || !(video.duration > 0)) return null;
  const fill = el('i');
  fill.style.setProperty('--share', Math.min(1, (video.position ?? 0) / video.duration));
  return el('span', {class: 'bar', title: `${clock(video.position ?? 0)} of ${clock(video.duration)}`}, fill);
}

function showPositions() {
  for (const current of latest.current ?? []) {
    const old = rows.querySelector(`[data-video="${CSS.escape(String(current.id))}"] .status .bar`);
    const next = meter({...current, state: 'indexing'});
    if (old && next) old.replaceWith(next);
  }
}

function showWork() {
  const current = latest?.current ?? [];
  work.hidden = !latest || (latest.indexing === 0 && current.length === 0);
  if (work.hidden) return;
  const done = latest.done + latest.failed;
  const fill = el('i');
  fill.style.setProperty('--share', latest.videos > 0 ? done / latest.videos : 0);
  work.replaceChildren(
    el('p', {}, el('strong', {}, `${done} of ${count(latest.videos, 'video')} done`), latest.eta > 0 ? ` · about ${length(latest.eta)} left` : ''),
    el('span', {class: 'bar'}, fill),
    el('ul', {}, current.map((one) => el('li', {}, el('span', {class: 'name'}, one.name), el('span', {}, `${clock(one.position)}${one.duration > 0 ? ` of ${clock(one.duration)}` : ''}`)))));
}

async function removeVideo(video) {
  if (!await confirmed('Remove from the index?', `${video.name}: its segments, captions and pictures go. The file itself stays where it is.`, 'Remove')) return;
  try {
    await remove(`/api/v1/videos/${video.id}`);
    toast(`${video.name} is no longer in the index.`);
    await reload();
  } catch (error) {
    toast(error.message);
  }
}
