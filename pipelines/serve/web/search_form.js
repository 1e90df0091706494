// The search box, the picture that can be dropped or pasted, and the filters under it.

import {changed, filterQuery, go, read, searchQuery} from './address.js';
import {get} from './api.js';
import {byId, el, toast} from './dom.js';
import {clock, parseClock} from './format.js';
import {keep} from './images.js';

// What people type: -word and -"some words" say what must not be seen.
export function parseBox(text) {
  const not = [];
  const rest = text.replace(/(^|\s)-(?:"([^"]+)"|(\S+))/g, (whole, space, phrase, word) => {
    not.push((phrase ?? word).trim());
    return space;
  });
  return {text: rest.replace(/\s+/g, ' ').trim(), not: not.filter((one) => one !== '')};
}

function search(changes) {
  go(changed(searchQuery(read().query), changes));
}

export async function searchByImage(file) {
  try {
    const key = await keep(file);
    go(changed(filterQuery(read().query), {image: key, not: null}));
  } catch (error) {
    toast(error.message);
  }
}

function submit(event) {
  event.preventDefault();
  const query = read().query;
  const {text, not} = parseBox(byId('q').value);
  const nots = [...new Set([...query.getAll('not'), ...not])];
  if (text === '' && nots.length === 0) {
    go('');
    return;
  }
  search({q: [text, ...query.getAll('q').slice(1)], not: nots, like: null, image: null});
  byId('q').blur();
}

const field = (label, ...inputs) =>
  el('div', {class: 'field', role: 'group', 'aria-label': label}, el('span', {class: 'label'}, label), el('div', {class: 'inputs'}, ...inputs));

function input(name, label, attributes) {
  return el('input', {name, 'aria-label': label, type: 'text', autocomplete: 'off', ...attributes});
}

const kModes = [['hybrid', 'Best of both'], ['embedding', 'Looks like it'], ['words', 'Words of captions']];
const kOrders = [['relevance', 'Best first'], ['date', 'Newest first'], ['time', 'By time in video']];

function choices(name, label, options) {
  return el('div', {class: 'choices', role: 'radiogroup', 'aria-label': label},
            options.map(([value, text]) => el('label', {}, el('input', {type: 'radio', name, value}), el('span', {}, text))));
}

function buildFilters() {
  const least = input('cutoff', 'Least match', {type: 'range', min: '0', max: '1', step: '0.01'});
  byId('filters').append(el('form', {class: 'fields', id: 'filter-form', autocomplete: 'off'},
    field('Search by', choices('mode', 'Search by', kModes)),
    field('Sort', choices('order', 'Sort', kOrders)),
    field('Without', input('not', 'Without', {placeholder: 'what must not be seen'})),
    field('With the words', input('words', 'With the words', {placeholder: 'in caption or subtitle'})),
    field('Video', input('path', 'Video', {placeholder: 'name or folder', list: 'paths'}), el('datalist', {id: 'paths'})),
    field('Date', input('since', 'Date from', {type: 'date'}), el('i', {}, 'to'), input('until', 'Date to', {type: 'date'})),
    field('Time in video', input('from', 'Time from', {class: 'short', placeholder: '0:00', inputmode: 'numeric'}), el('i', {}, 'to'),
          input('to', 'Time to', {class: 'short', placeholder: '1:30:00', inputmode: 'numeric'})),
    field('Length of video', input('min_duration', 'Shortest', {class: 'short', placeholder: '0:30', inputmode: 'numeric'}), el('i', {}, 'to'),
          input('max_duration', 'Longest', {class: 'short', placeholder: '2:00:00', inputmode: 'numeric'})),
    field('Least match', least, el('output', {id: 'least'})),
    field('Results', el('label', {class: 'check'}, el('input', {type: 'checkbox', name: 'by_video', value: '1'}), 'One a video')),
    el('div', {class: 'field end'}, el('button', {type: 'reset', class: 'button quiet', id: 'clear-filters'}, 'Clear filters'))));
  const form = byId('filter-form');
  least.addEventListener('input', () => { byId('least').textContent = `${Math.round(least.value * 100)} %`; });
  form.addEventListener('change', () => applyFilters(form));
  form.addEventListener('submit', (event) => { event.preventDefault(); applyFilters(form); });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    const none = {};
    for (const name of filterQuery(read().query).keys()) none[name] = null;
    search(none);
  });
}

const kUsual = {mode: 'hybrid', order: 'relevance'};
const kClocks = ['from', 'to', 'min_duration', 'max_duration'];
let shownCutoff = null;

function applyFilters(form) {
  const query = read().query;
  const changes = {};
  for (const [name, usual] of Object.entries(kUsual)) changes[name] = form.elements[name].value === usual ? null : form.elements[name].value;
  for (const name of ['words', 'path', 'since', 'until']) changes[name] = form.elements[name].value.trim();
  for (const name of kClocks) {
    const text = form.elements[name].value;
    const seconds = text.trim() === '' ? '' : parseClock(text);
    form.elements[name].setAttribute('aria-invalid', String(seconds === null));
    if (seconds === null) {
      toast(`"${text}" is no time. Write 90, 1:30 or 1:02:05.`);
      return;
    }
    changes[name] = String(seconds);
  }
  changes.by_video = form.elements.by_video.checked ? '1' : null;
  if (form.elements.cutoff.value !== shownCutoff) changes.cutoff = form.elements.cutoff.value;
  const not = form.elements.not.value.trim();
  if (not !== '') {
    changes.not = [...new Set([...query.getAll('not'), not])];
    form.elements.not.value = '';
  }
  search(changes);
}

// Brings the box and the filters in step with the address.
export function showQuery(query, cutoff = null) {
  const box = byId('q');
  if (document.activeElement !== box || box.value === '') box.value = query.get('q') ?? '';
  const form = byId('filter-form');
  for (const [name, usual] of Object.entries(kUsual)) form.elements[name].value = query.get(name) ?? usual;
  for (const name of ['words', 'since', 'until']) form.elements[name].value = query.get(name) ?? '';
  form.elements.path.value = query.get('path') ?? '';
  for (const name of kClocks) form.elements[name].value = query.has(name) ? clock(Number(query.get(name))) : '';
  form.elements.by_video.checked = query.get('by_video') === '1';
  const least = query.get('cutoff') ?? cutoff;
  form.elements.cutoff.value = least ?? 0.5;
  shownCutoff = form.elements.cutoff.value;
  byId('least').textContent = least === null ? 'as calibrated' : `${Math.round(least * 100)} %`;
  const active = [...new Set(filterQuery(query).keys())].length;
  byId('filter-count').hidden = active === 0;
  byId('filter-count').textContent = active;
  byId('filter-button').classList.toggle('active', active > 0);
}

let pathsAsked = false;
function offerPaths() {
  if (pathsAsked) return;
  pathsAsked = true;
  get('/api/v1/videos', 'limit=200').then(({videos}) => {
    byId('paths').append(...videos.map((video) => el('option', {value: video.name})));
  }).catch(() => { pathsAsked = false; });
}

export function toggleFilters(open = byId('filters').hidden) {
  byId('filters').hidden = !open;
  byId('filter-button').setAttribute('aria-expanded', String(open));
  if (open) offerPaths();
}

const imageOf = (files) => [...(files ?? [])].find((file) => file.type.startsWith('image/'));

export function startSearchForm() {
  buildFilters();
  byId('search-form').addEventListener('submit', submit);
  byId('filter-button').addEventListener('click', () => toggleFilters());
  byId('q').addEventListener('search', () => { if (byId('q').value === '' && read().query.get('q')) search({q: null, like: null}); });
  const file = byId('image-file');
  file.addEventListener('change', () => {
    if (file.files.length > 0) searchByImage(file.files[0]);
    file.value = '';
  });
  document.addEventListener('paste', (event) => {
    const image = imageOf(event.clipboardData?.files);
    if (!image) return;
    event.preventDefault();
    searchByImage(image);
  });
  let inside = 0;
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  document.addEventListener('dragenter', (event) => { if (holdsFiles(event)) byId('drop').hidden = ++inside === 0; });
  document.addEventListener('dragleave', (event) => { if (holdsFiles(event)) byId('drop').hidden = --inside <= 0; });
  document.addEventListener('dragover', (event) => { if (holdsFiles(event)) event.preventDefault(); });
  document.addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    inside = 0;
    byId('drop').hidden = true;
    const image = imageOf(event.dataTransfer.files);
    if (image) searchByImage(image);
    else toast('Only a picture can be searched by. Videos come in with gst-blip index add.');
  });
}
