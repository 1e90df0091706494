// The panel that says where a result's score came from.

import {byId, el, iconButton} from './dom.js';
import {clock, percent, span} from './format.js';

const signed = (number) => (number < 0 ? `−${Math.abs(number).toFixed(2)}` : number.toFixed(2));

function bar(share) {
  const fill = el('i');
  fill.style.setProperty('--share', Math.max(0, Math.min(1, share)));
  return el('span', {class: 'bar'}, fill);
}

const step = (title, value, share, text) =>
  el('li', {}, el('div', {class: 'step-head'}, el('strong', {}, title), el('span', {}, value)), share === null ? null : bar(share), el('p', {}, text));

// A list of pairs, of {text, similarity} or an object.
function termsOf(parts) {
  const terms = parts.terms ?? [];
  if (!Array.isArray(terms)) return Object.entries(terms);
  return terms.map((term) => (Array.isArray(term) ? term : [term.text, term.similarity]));
}

export function explain(hit, result) {
  const parts = hit.parts ?? {};
  const steps = [];
  if (parts.similarity !== null && parts.similarity !== undefined)
    steps.push(step('Looks', signed(parts.similarity), parts.similarity,
      `Likeness of the picture and the query (cosine of their embeddings). ` +
      (parts.similarity_rank > 0 ? `Place ${parts.similarity_rank} of ${(result.looked_at ?? 0).toLocaleString('en')} pictures that were compared.`
                                 : 'Not among the first of those compared.')));
  if (parts.words !== null && parts.words !== undefined)
    steps.push(step('Words', signed(parts.words), null, `The caption or subtitle holds words of the query. Place ${parts.words_rank} among those.`));
  else steps.push(step('Words', '–', null, 'Caption and subtitle gave no word of the query.'));
  if (parts.match !== null && parts.match !== undefined)
    steps.push(step('Match', percent(parts.match), parts.match,
      `How probable it is that the text is true of the picture: image-text matching${parts.match_logit === null || parts.match_logit === undefined ? '' : ` (logit ${signed(parts.match_logit)})`}, ` +
      `calibrated. The cut-off of this search is ${percent(result.cutoff ?? 0)}.`));
  else steps.push(step('Match', '–', null, 'The picture was not judged by image-text matching.'));
  const terms = termsOf(parts);
  const times = Object.entries(result.times ?? {}).filter(([name]) => name !== 'total');
  byId('explain').replaceChildren(...[
    el('header', {}, el('h2', {id: 'explain-title'}, 'Where the score came from'),
       iconButton('close', 'Close', () => byId('explain').close())),
    el('p', {class: 'muted'}, `${hit.name} · ${span(hit.start, hit.end)} · picture at ${clock(hit.frame_time)}`),
    hit.caption ? el('p', {class: 'caption'}, hit.caption) : null,
    el('ol', {class: 'steps'}, steps),
    terms.length > 1 || (terms.length === 1 && result.many) ? el('section', {}, el('h3', {}, 'Parts of the query'),
      el('ul', {class: 'terms'}, terms.map(([text, similarity]) => el('li', {}, el('span', {}, text), bar(similarity), el('span', {}, signed(similarity)))))) : null,
    times.length > 0 ? el('p', {class: 'muted small'}, `This search took ${Math.round(result.times.total ?? 0)} ms: ` +
      times.map(([name, value]) => `${name} ${value < 10 ? value.toFixed(1) : Math.round(value)}`).join(', ') + '.') : null].filter(Boolean));
  byId('explain').showModal();
}
