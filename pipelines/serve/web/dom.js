// Builds elements. Data only ever becomes text or an attribute, never markup.

import {remember} from './memory.js';

const kSvg = 'http://www.w3.org/2000/svg';

// el('a', {class: 'card', href: …, onclick: …}, child, 'text', …); null and false attributes and children are left out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value') node.value = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(kSvg, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(kSvg, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

// A button that shows an icon and says `label`.
export function iconButton(name, label, onclick, attributes = {}) {
  return el('button', {type: 'button', class: 'tool', title: label, 'aria-label': label, onclick, ...attributes}, icon(name));
}

export const byId = (id) => document.getElementById(id);

// Says something to those who listen to the page.
export function announce(text) {
  const place = byId('announcer');
  place.textContent = '';
  requestAnimationFrame(() => { place.textContent = text; });
}

export function toast(content, {seconds = 6, href = null} = {}) {
  const node = href ? el('a', {class: 'toast', href}, content) : el('div', {class: 'toast'}, content);
  byId('toasts').append(node);
  while (byId('toasts').children.length > 3) byId('toasts').firstChild.remove();
  setTimeout(() => node.remove(), seconds * 1000);
}

// Frames of pictures take the shape of the first one that arrives; those of another shape are shown whole in it.
let shaped = false;
function fit(image) {
  if (shaped || image.naturalHeight === 0 || image.closest('.chip')) return;
  shaped = true;
  const ratio = String(Math.max(1.2, Math.min(1.9, image.naturalWidth / image.naturalHeight)));
  document.documentElement.style.setProperty('--ratio', ratio);
  remember('ratio', ratio);
}

// A picture that is fetched when it comes near the screen.
export function picture(source, text = '') {
  const frame = el('span', {class: 'picture'});
  if (!source) return frame;
  const image = el('img', {src: source, alt: text, loading: 'lazy', decoding: 'async', draggable: 'false'});
  image.addEventListener('error', () => image.remove());
  image.addEventListener('load', () => fit(image), {once: true});
  frame.append(image);
  return frame;
}

// A notice in place of content: a headline, a line in plain words, and what can be done.
export function notice(title, text, ...actions) {
  return el('div', {class: 'notice'}, el('h2', {}, title), text && el('p', {}, text),
            actions.length > 0 && el('p', {class: 'actions'}, actions));
}

export function failure(error, retry) {
  return notice('That did not work', error.message, retry && el('button', {type: 'button', class: 'button', onclick: retry}, 'Try again'));
}

const motion = window.matchMedia('(prefers-reduced-motion: reduce)');
export const scrolling = () => (motion.matches ? 'auto' : 'smooth');
