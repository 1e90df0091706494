// A video at a moment: the picture, its timeline, its segments, and questions about it.

import {cameFromHere, changed, href, isSearch, note, searchQuery} from './address.js';
import {get, postImage} from './api.js';
import {AskBox} from './ask_box.js';
import {byId, el, failure, icon, iconButton, notice, toast} from './dom.js';
import {clock, count, day} from './format.js';
import {kept} from './images.js';
import {remember, remembered} from './memory.js';
import {moreLike} from './search_view.js';
import {SegmentList, segmentAt} from './segment_list.js';
import {Timeline} from './timeline.js';

const kMostHits = 200;
const kWithoutCutoff = 3;

let root, media, title, details, caption, trouble, list, timeline, asking, jump, find, back;
let shown = null;  // {id, video, segments, duration, hits, query}
let wanted = 0;    // seconds, until the video can be sought in

export function startPlayerView() {
  root = byId('view-player');
  list = new SegmentList({onSeek: (segment) => seek(segment.start), onLike: (segment) => moreLike(segment.id)});
  timeline = new Timeline({onSeek: (time) => seek(time)});
  asking = new AskBox({scope: () => ({id: shown?.id, segment: currentSegment()}), onSeek: seek});
  media = el('video', {controls: true, playsinline: true, preload: 'metadata', id: 'video'});
  media.addEventListener('loadedmetadata', () => {
    if (shown && !(shown.duration > 0) && Number.isFinite(media.duration)) timeline.show(shown.segments, shown.duration = media.duration);
    media.currentTime = wanted;
    showTime();
  });
  media.addEventListener('timeupdate', showTime);
  media.addEventListener('play', () => requestAnimationFrame(follow));
  media.addEventListener('seeked', () => { showTime(); rememberTime(); });
  media.addEventListener('pause', rememberTime);
  media.addEventListener('error', () => showTrouble());
  title = el('h1', {class: 'name'});
  details = el('p', {class: 'muted details'});
  caption = el('p', {class: 'now', 'aria-live': 'off'});
  trouble = el('div', {class: 'trouble', hidden: true});
  jump = el('div', {class: 'jump', hidden: true});
  back = el('a', {class: 'button quiet back', href: '/'}, icon('back'), el('span', {}, 'Results'));
  find = el('input', {type: 'search', placeholder: 'Find in captions', 'aria-label': 'Find in captions', autocomplete: 'off', id: 'find'});
  const found = el('span', {class: 'muted', role: 'status'});
  find.addEventListener('input', () => {
    const left = list.filter(find.value);
    found.textContent = find.value.trim() === '' ? '' : count(left, 'segment');
    if (find.value.trim() === '') list.reveal(Math.max(0, list.current));
  });
  root.append(
    el('div', {class: 'player-head'}, back, el('div', {}, title, details)),
    el('div', {class: 'player'},
      el('div', {class: 'stage'},
        el('div', {class: 'screen'}, media, trouble),
        timeline.root,
        el('div', {class: 'under'}, caption, jump),
        asking.root),
      el('aside', {class: 'side-list', 'aria-label': 'Segments of the video'}, el('div', {class: 'find'}, find, found), list.root)));
}

const currentSegment = () => (shown && shown.segments.length > 0 ? shown.segments[segmentAt(shown.segments, time())] : null);
const time = () => (media.readyState > 0 ? media.currentTime : wanted);

export async function showPlayerView({query, play, time: start}) {
  const searched = searchQuery(query);
  back.href = href(searched);
  back.lastChild.textContent = isSearch(searched) ? 'Results' : 'Start';
  if (shown?.id === play && shown.segments) {
    if (Math.abs(time() - start) > 0.05) seek(start);
    media.play().catch(() => {});
    if (String(shown.query) !== String(searched)) await markHits(searched);
    return;
  }
  const mine = shown = {id: play, segments: [], duration: 0, hits: [], query: null};
  wanted = start;
  root.classList.add('loading');
  title.textContent = 'Loading…';
  details.textContent = caption.textContent = '';
  jump.hidden = trouble.hidden = true;
  find.value = '';
  list.show([], new Map());
  timeline.show([], 0);
  asking.reset();
  try {
    const [video, {segments}] = await Promise.all([get(`/api/v1/videos/${encodeURIComponent(play)}`), get(`/api/v1/videos/${encodeURIComponent(play)}/segments`)]);
    if (mine !== shown) return;
    Object.assign(mine, {video, segments, duration: video.duration});
    document.title = `${video.name} – gst-blip`;
    title.textContent = video.name;
    title.title = video.path;
    details.textContent = [clock(video.duration), video.width > 0 ? `${video.width} × ${video.height}` : '', count(segments.length, 'segment'),
                           day(video.date), video.state === 'done' ? '' : `${video.state}, ${clock(video.position ?? 0)} done`].filter(Boolean).join(' · ');
    const track = el('track', {kind: 'captions', srclang: 'en', label: 'Captions', src: `/api/v1/videos/${encodeURIComponent(play)}/captions.vtt`,
                               default: remembered('captions') === 'on'});
    media.replaceChildren(track);
    media.poster = currentSegment()?.thumbnail ?? video.thumbnail ?? '';
    media.src = `${video.media ?? `/media/${encodeURIComponent(play)}`}#t=${start}`;
    list.show(segments, new Map());
    timeline.show(segments, video.duration);
    showTime();
    root.classList.remove('loading');
    media.play().catch(() => {});
    await markHits(searched);
  } catch (error) {
    if (mine !== shown) return;
    shown = null;
    root.classList.remove('loading');
    title.textContent = error.status === 404 ? 'This video is not in the index' : 'The video cannot be shown';
    trouble.hidden = false;
    trouble.replaceChildren(error.status === 401 ? notice('Please log in', 'This video needs a token.') : failure(error, () => showPlayerView({query, play, time: start})));
  }
}

export function leavePlayerView() {
  media.pause();
}

// Marks what the search found in this video.
async function markHits(query) {
  const mine = shown;
  mine.query = query;
  mine.hits = [];
  jump.hidden = true;
  list.setHits(new Map());
  timeline.setHits([]);
  if (!isSearch(query)) return;
  const asked = changed(query, {video: mine.id, path: null, by_video: null, order: null, limit: kMostHits, offset: 0, image: null});
  try {
    const blob = query.get('image') ? kept(query.get('image')) : null;
    if (query.get('image') && blob === null) return;
    const result = blob ? await postImage('/api/v1/search/image', asked, blob) : await get('/api/v1/search', asked);
    if (mine !== shown) return;
    // Without a cut-off everything is a hit, more or less: then the best will do.
    mine.hits = (result.cutoff > 0 ? result.hits : result.hits.slice(0, kWithoutCutoff)).sort((a, b) => a.start - b.start);
    const marked = new Map();
    for (const hit of mine.hits)
      for (const id of hit.segments) marked.set(id, id === hit.segment ? hit.match : null);
    const spans = mine.segments.filter((segment) => marked.has(segment.id));
    list.setHits(marked);
    timeline.setHits(spans);
    jump.hidden = mine.hits.length === 0;
    jump.replaceChildren(
      iconButton('prev', 'Hit before (p)', () => nextHit(-1)),
      el('span', {}, count(mine.hits.length, 'hit'), result.more && result.cutoff > 0 ? '+' : ''),
      iconButton('next', 'Next hit (n)', () => nextHit(1)));
  } catch (error) {
    if (mine === shown && error.status !== 401) toast(`Hits cannot be marked: ${error.message}`);
  }
}

function seek(target) {
  wanted = Math.max(0, Math.ceil(target * 1000) / 1000);
  if (media.readyState > 0) media.currentTime = wanted;
  showTime();
}

function showTime() {
  if (!shown || !shown.segments) return;
  const now = media.seeking ? wanted : time();
  timeline.setTime(now);
  if (shown.segments.length === 0) return;
  const index = segmentAt(shown.segments, now);
  list.setCurrent(index);
  const segment = shown.segments[index];
  const text = now < segment.end + 0.5 ? segment.caption || '' : '';
  if (caption.dataset.segment !== String(segment.id) || caption.dataset.text !== text) {
    caption.dataset.segment = segment.id;
    caption.dataset.text = text;
    caption.replaceChildren(text, ' ', segment.subtitle ? el('q', {class: 'subtitle'}, segment.subtitle) : '');
  }
}

// Between the events of the player, so that the head moves smoothly.
function follow() {
  if (media.paused || media.ended) return;
  timeline.moveHead(time());
  requestAnimationFrame(follow);
}

function rememberTime() {
  const view = new URLSearchParams(location.search);
  if (shown && view.get('play') === String(shown.id)) note({t: String(Math.round(time() * 1000) / 1000)});
}

function showTrouble() {
  if (!shown?.video || !media.error) return;
  const why = media.error.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED
    ? 'This browser cannot play the file, or the file is no longer there. Pictures, captions and questions still work.'
    : 'The video stopped: it cannot be read any further.';
  trouble.hidden = false;
  trouble.replaceChildren(notice('No playback', why, el('a', {class: 'button', href: shown.video.media, download: shown.video.name}, 'Get the file')));
}

function nextHit(step) {
  const now = time();
  const hits = shown?.hits ?? [];
  const target = step > 0 ? hits.find((hit) => hit.start > now + 0.05) ?? hits[0]
                          : [...hits].reverse().find((hit) => hit.start < now - 0.5) ?? hits[hits.length - 1];
  if (target) seek(target.start);
}

function nextSegment(step) {
  const index = segmentAt(shown.segments, time()) + step;
  if (index >= 0 && index < shown.segments.length) seek(shown.segments[index].start);
}

function toggleCaptions() {
  const track = media.textTracks[0];
  if (!track) return;
  track.mode = track.mode === 'showing' ? 'hidden' : 'showing';
  remember('captions', track.mode === 'showing' ? 'on' : 'off');
}

const toggle = () => (media.paused ? media.play().catch(() => {}) : media.pause());

// Keys of the player, when nothing that takes text has the focus. Returns whether the key was one of them.
export function playerKey(event) {
  if (!shown?.video) return false;
  const onControl = event.target.closest?.('button, a, input, select, video, [role=slider]');
  const keys = {
    k: toggle, j: () => seek(time() - 5), l: () => seek(time() + 5), n: () => nextHit(1), p: () => nextHit(-1), c: toggleCaptions,
    ',': () => nextSegment(-1), '.': () => nextSegment(1), a: () => asking.question.focus(), s: () => list.focusCurrent(),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : media.requestFullscreen?.().catch(() => {})),
    m: () => { const segment = currentSegment(); if (segment) moreLike(segment.id); },
  };
  if (!onControl) Object.assign(keys, {' ': toggle, ArrowLeft: () => seek(time() - 1), ArrowRight: () => seek(time() + 1)});
  if (!(event.key in keys)) return false;
  keys[event.key]();
  return true;
}

// Back to where the reader came from.
export function leave() {
  if (cameFromHere()) history.back();
  else back.click();
}
