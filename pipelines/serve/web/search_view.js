// Results as a grid of pictures; a start page when nothing is searched for.

import {changed, filterQuery, go, href, isSearch, playHref, searchQuery} from './address.js';
import {get, postImage, serverStatus} from './api.js';
import {announce, byId, el, failure, icon, iconButton, notice, picture, scrolling} from './dom.js';
import {explain} from './explain.js';
import {clock, count, day, length, percent, span} from './format.js';
import {kept, preview} from './images.js';
import {showQuery} from './search_form.js';

const kPage = 24;
const kMostForExamples = 2000;  // segments of a video that is read for them
const kLongestExample = 56;  // letters

let root, heading, chips, grid, tail;
let shown = null;  // the query whose results are on the page
let running = null;
let state = {hits: [], more: false, result: null, query: null, loading: false};
let scrollPosition = 0;
let visited = false;  // whether a result has had the focus

const observer = new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting) && state.more && !state.loading) loadMore();
}, {rootMargin: '400px'});

export function startSearchView() {
  root = byId('view-search');
  heading = el('div', {class: 'results-head'});
  chips = el('div', {class: 'chips', role: 'list', 'aria-label': 'What is searched for'});
  grid = el('ul', {class: 'grid', 'aria-label': 'Results'});
  tail = el('div', {class: 'tail'});
  root.append(chips, heading, grid, tail);
  grid.addEventListener('keydown', moveInGrid);
  grid.addEventListener('focusin', (event) => {
    visited = true;
    for (const card of grid.querySelectorAll('.card > a')) card.tabIndex = card === event.target.closest('.card')?.firstChild ? 0 : -1;
  });
  observer.observe(tail);
}

export function leaveSearchView() {
  scrollPosition = window.scrollY;
}

export async function showSearchView(query) {
  document.title = query.get('q') ? `${query.get('q')} – gst-blip` : 'gst-blip';
  const wanted = searchQuery(query);
  showQuery(query, state.result?.calibrated ?? null);
  if (shown !== null && shown === String(wanted)) {
    window.scrollTo({top: scrollPosition});
    const last = grid.querySelector('.card > a[tabindex="0"]');
    if (last && visited) last.focus({preventScroll: true});
    return;
  }
  shown = String(wanted);
  visited = false;
  running?.abort();
  state = {hits: [], more: false, result: null, query: wanted, loading: false};
  window.scrollTo({top: 0});
  showChips(wanted);
  tail.replaceChildren();
  if (!isSearch(wanted)) {
    await showStart(wanted);
    return;
  }
  heading.replaceChildren(el('p', {class: 'muted'}, 'Searching…'));
  grid.className = 'grid';
  grid.replaceChildren(...Array.from({length: 8}, () => el('li', {class: 'card skeleton', 'aria-hidden': 'true'}, el('span', {class: 'picture'}), el('b'), el('b'))));
  await loadMore();
}

async function ask(query, offset) {
  const asked = new URLSearchParams(query);
  asked.delete('image');
  asked.set('explain', '1');
  asked.set('offset', offset);
  asked.set('limit', kPage);
  running = new AbortController();
  if (!query.get('image')) return get('/api/v1/search', asked, running.signal);
  const blob = kept(query.get('image'));
  if (blob === null) throw new Error('The picture of this search is no longer here. Drop or paste it again.');
  return postImage('/api/v1/search/image', asked, blob, running.signal);
}

async function loadMore() {
  const mine = state;
  mine.loading = true;
  const first = mine.hits.length === 0;
  if (!first) tail.replaceChildren(el('p', {class: 'muted', role: 'status'}, 'Loading more…'));
  try {
    const result = await ask(mine.query, mine.hits.length);
    if (mine !== state) return;
    result.many = mine.query.getAll('q').length + mine.query.getAll('not').length > 1;
    if (!mine.query.has('cutoff')) result.calibrated = result.cutoff;
    mine.result = {...mine.result, ...result};
    mine.more = result.more && result.hits.length > 0;
    const position = mine.hits.length;
    mine.hits.push(...result.hits);
    if (first) grid.replaceChildren();
    grid.append(...result.hits.map((hit, i) => card(hit, position + i)));
    if (first) {
      const one = grid.querySelector('.card > a');
      if (one) one.tabIndex = 0;
      showQuery(mine.query, result.calibrated ?? null);
    }
    showHeading(first);
    showTail();
  } catch (error) {
    if (error.name === 'AbortError' || mine !== state) return;
    const again = () => { shown = null; showSearchView(mine.query); };
    if (first) {
      heading.replaceChildren();
      grid.replaceChildren();
      shown = null;
    }
    if (error.status !== 401) tail.replaceChildren(failure(error, first ? again : loadMore));
    else tail.replaceChildren(notice('Please log in', 'This search needs a token.'));
  } finally {
    mine.loading = false;
  }
}

function showHeading(first) {
  const {result, hits, more, query} = state;
  const words = query.get('mode') === 'words';
  const all = more ? `${hits.length}+ results` : count(hits.length, 'result');
  const parts = [el('strong', {}, all)];
  if (hits.length > 0 && !words && result.cutoff > 0) parts.push(`at least ${percent(result.cutoff)} match`);
  if (result.judged > 0) parts.push(`${result.judged.toLocaleString('en')} of ${result.looked_at.toLocaleString('en')} looked at closely`);
  if (result.times?.total !== undefined) parts.push(result.times.total < 1 ? 'under 1 ms' : `${Math.round(result.times.total)} ms`);
  heading.replaceChildren(el('p', {}, parts.flatMap((part, i) => (i === 0 ? [part] : [' · ', part]))));
  for (const warning of result.warnings ?? []) heading.append(el('p', {class: 'warning'}, warning));
  if (first) announce(hits.length === 0 ? 'Nothing was found.' : `${all}.`);
}

function showTail() {
  const {result, hits, more, query} = state;
  if (more) {
    tail.replaceChildren(el('button', {type: 'button', class: 'button', onclick: loadMore}, 'More results'));
    return;
  }
  const weaker = result.below_cutoff > 0 && result.cutoff > 0
    ? el('a', {class: 'button', id: 'weaker', href: href(changed(query, {cutoff: '0'}))}, `Show ${count(result.below_cutoff, 'weaker one')}`) : null;
  if (hits.length > 0) {
    tail.replaceChildren(el('p', {class: 'muted'}, weaker ? `That is all above the cut-off of ${percent(result.cutoff)}.` : 'That is all.'), weaker ?? '');
    return;
  }
  const filtered = [...filterQuery(query).keys()].some((name) => !['not', 'mode', 'order', 'cutoff'].includes(name));
  const unfiltered = changed(query, Object.fromEntries([...filterQuery(query).keys()].map((name) => [name, null])));
  tail.replaceChildren(notice('Nothing matches well enough',
    'Say it like a caption: name the things, their colours, how many, where they are. “A brown dog runs on a beach” finds more than “dog beach”.',
    ...[weaker, filtered && el('a', {class: 'button', href: href(unfiltered)}, 'Search without filters')].filter(Boolean)));
}

function card(hit, position) {
  const query = state.query;
  const start = Math.max(hit.start, hit.frame_time - 2);
  const judged = !hit.by_words && hit.match !== null && hit.match !== undefined;
  const meter = el('span', {class: 'match', title: judged ? 'Match probability' : 'Likeness'});
  if (judged) {
    const fill = el('i');
    fill.style.setProperty('--share', hit.match);
    meter.append(el('span', {class: 'bar', 'aria-hidden': 'true'}, fill), percent(hit.match));
  } else if (hit.by_words) {
    meter.title = 'The caption or subtitle holds all the words; the picture itself was not found to match';
    meter.append('by its words');
  } else if (hit.similarity !== null && hit.similarity !== undefined) {
    meter.append(`${hit.similarity.toFixed(2)} alike`);
  }
  const spoken = `${hit.caption || hit.name}, ${hit.name}, ${clock(hit.start)}${judged ? `, ${percent(hit.match)} match` : ''}`;
  const link = el('a', {href: playHref(query, hit.video, start), 'aria-label': spoken, tabindex: '-1'},
    el('span', {class: 'shot'}, picture(hit.thumbnail), el('span', {class: 'time'}, span(hit.start, hit.end)), el('span', {class: 'over'}, icon('play'))),
    el('span', {class: 'text'},
       el('span', {class: 'caption'}, hit.caption || 'No caption'),
       hit.subtitle ? el('q', {class: 'subtitle'}, hit.subtitle) : null));
  return el('li', {class: 'card', 'data-segment': hit.segment, 'data-position': position},
    link,
    el('div', {class: 'meta'}, el('span', {class: 'name', title: hit.path}, hit.name), meter,
       el('span', {class: 'acts'},
          iconButton('like', 'More like this (m)', () => moreLike(hit.segment), {tabindex: '-1', class: 'tool like'}),
          iconButton('why', 'Where the score came from (e)', () => explain(hit, state.result), {tabindex: '-1', class: 'tool why'}))));
}

export function moreLike(segment) {
  go(changed(filterQuery(new URLSearchParams(location.search)), {like: segment, not: null, video: null, words: null, cutoff: null, mode: null, from: null, to: null}));
}

// Arrow keys go to the neighbour on the screen, m and e act on the result that has the focus.
function moveInGrid(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const here = event.target.closest('.card');
  if (!here) return;
  const cards = [...grid.children];
  const index = cards.indexOf(here);
  const columns = Math.max(1, cards.filter((one) => one.offsetTop === cards[0].offsetTop).length);
  const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns};
  let target = null;
  if (event.key in steps) target = index + steps[event.key];
  else if (event.key === 'Home') target = 0;
  else if (event.key === 'End') target = cards.length - 1;
  else if (event.key === 'm') here.querySelector('.like').click();
  else if (event.key === 'e') here.querySelector('.why').click();
  else return;
  event.preventDefault();
  event.stopPropagation();
  if (target === null) return;
  if (target < 0) {
    byId('q').focus();
    return;
  }
  const next = cards[Math.min(target, cards.length - 1)];
  next.querySelector('a').focus({preventScroll: true});
  next.scrollIntoView({block: 'nearest', behavior: scrolling()});
}

export function focusFirstResult() {
  const first = grid.querySelector('.card > a[tabindex="0"]') ?? grid.querySelector('.card > a');
  first?.focus();
  return Boolean(first);
}

const kFilterNames = {
  words: (value) => `words: ${value}`, path: (value) => `video: ${value}`, video: (value) => `video no. ${value}`,
  from: (value) => `after ${clock(Number(value))}`, to: (value) => `before ${clock(Number(value))}`,
  since: (value) => `since ${day(value) || value}`, until: (value) => `until ${day(value) || value}`,
  min_duration: (value) => `longer than ${clock(Number(value))}`, max_duration: (value) => `shorter than ${clock(Number(value))}`,
  min_score: (value) => `likeness from ${value}`, cutoff: (value) => (Number(value) === 0 ? 'weak ones too' : `match from ${percent(Number(value))}`),
  mode: (value) => ({embedding: 'by looks only', words: 'by words of captions'})[value] ?? value,
  order: (value) => ({date: 'newest first', time: 'by time'})[value] ?? value, by_video: () => 'one a video'};

function chip(content, without, label, extra = '') {
  return el('span', {class: `chip ${extra}`, role: 'listitem'}, content,
            el('a', {href: href(without), 'aria-label': `Remove ${label}`, title: 'Remove'}, icon('close')));
}

function showChips(query) {
  const list = [];
  if (query.get('like')) {
    const like = query.get('like');
    list.push(chip([picture(`/api/v1/segments/${encodeURIComponent(like)}/thumbnail.jpg`), 'More like this'], changed(query, {like: null}), 'this picture', 'pictured'));
  }
  if (query.get('image')) {
    const blob = kept(query.get('image'));
    list.push(chip([blob ? preview(blob) : null, 'Like your picture'], changed(query, {image: null}), 'your picture', 'pictured'));
  }
  query.getAll('q').slice(1).forEach((text, i) => list.push(chip(`and ${text}`, changed(query, {q: query.getAll('q').filter((one, at) => at !== i + 1)}), text)));
  for (const name of ['w', 'not', ...Object.keys(kFilterNames)]) {
    for (const value of query.getAll(name)) {
      const text = name === 'w' ? value : name === 'not' ? `without ${value}` : kFilterNames[name](value);
      list.push(chip(text, changed(query, {[name]: query.getAll(name).filter((one) => one !== value)}), text, name === 'not' ? 'negative' : ''));
    }
  }
  chips.replaceChildren(...list);
  chips.hidden = list.length === 0;
}

// What there is to search, and captions to begin with.
async function showStart(query) {
  heading.replaceChildren();
  grid.className = 'grid';
  grid.replaceChildren();
  const mine = state;
  try {
    const [status, {videos}] = await Promise.all([serverStatus(true), get('/api/v1/videos', 'limit=8')]);
    if (mine !== state) return;
    if (status.videos === 0) {
      tail.replaceChildren(notice('Nothing is indexed yet', 'Give it some videos, then come back to this page:'),
                           el('pre', {class: 'command'}, 'gst-blip index add VIDEOS…'));
      return;
    }
    heading.replaceChildren(el('div', {class: 'hello'},
      el('h1', {}, 'Find the moment.'),
      el('p', {}, 'Say what can be seen, like a caption. ',
         el('span', {class: 'muted'}, `${count(status.videos, 'video')}, ${length(status.duration)}, ${count(status.segments, 'picture')}.`)),
      el('p', {class: 'try', id: 'examples'})));
    grid.classList.add('videos');
    grid.replaceChildren(...videos.filter((video) => video.thumbnail && video.segments > 0).map((video) => el('li', {class: 'card'},
      el('a', {href: playHref(query, video.id, 0), tabindex: '-1', 'aria-label': `${video.name}, ${length(video.duration)}`},
         el('span', {class: 'shot'}, picture(video.thumbnail), el('span', {class: 'time'}, clock(video.duration)), el('span', {class: 'over'}, icon('play'))),
         el('span', {class: 'text'}, el('span', {class: 'caption name'}, video.name))),
      el('div', {class: 'meta'}, el('span', {class: 'name'}, count(video.segments, 'picture'))))));
    const one = grid.querySelector('.card > a');
    if (one) one.tabIndex = 0;
    tail.replaceChildren(videos.length >= 8 ? el('a', {class: 'button', href: '/?view=library'}, 'All videos') : '');
    const source = videos.filter((video) => video.segments > 0 && video.segments < kMostForExamples).sort((a, b) => b.segments - a.segments)[0];
    if (source) await offerExamples(source.id, query);
  } catch (error) {
    if (mine !== state) return;
    shown = null;
    tail.replaceChildren(error.status === 401 ? notice('Please log in', 'This server needs a token.') : failure(error, () => showSearchView(query)));
  }
}

async function offerExamples(video, query) {
  const {segments} = await get(`/api/v1/videos/${video}/segments`);
  const all = [...new Set(segments.map((segment) => segment.caption).filter(Boolean))];
  const short = all.filter((caption) => caption.length <= kLongestExample);
  const captions = short.length > 0 ? short : all;
  const some = captions.filter((caption, i) => i % Math.max(1, Math.floor(captions.length / 3)) === 0).slice(0, 3);
  byId('examples')?.append(...some.map((caption) => el('a', {class: 'chip', href: href(changed(query, {q: [caption]}))}, caption)));
}
