// Help, login, and questions that want a yes.

import {post} from './api.js';
import {byId, el, iconButton} from './dom.js';

const kKeys = [
  ['Everywhere', [['/', 'Search box'], ['?', 'This help'], ['Esc', 'Back, or close'], ['1 – 4', 'Search, library, live, alerts']]],
  ['Results', [['← ↑ ↓ →', 'Move among results'], ['Enter', 'Play from there'], ['m', 'More like this'], ['e', 'Where the score came from']]],
  ['Player', [['k or space', 'Play or pause'], ['j, l', 'Back or on by 5 s'], ['←, →', 'Back or on by 1 s'], [', and .', 'Segment before or after'], ['p, n', 'Hit before or after'],
              ['m', 'More like this moment'], ['a', 'Ask a question'], ['s', 'Go to the list of segments'], ['c', 'Captions on or off'], ['f', 'Full screen']]]];

const head = (id, title, dialog) => el('header', {}, el('h2', {id}, title), iconButton('close', 'Close', () => dialog.close()));

export function startDialogs() {
  for (const dialog of document.querySelectorAll('dialog'))
    dialog.addEventListener('click', (event) => { if (event.target === dialog && dialog.id !== 'login') dialog.close(); });
}

export function showHelp() {
  const dialog = byId('help');
  dialog.replaceChildren(head('help-title', 'Help', dialog),
    el('h3', {}, 'Searching'),
    el('p', {}, 'Say it like a caption: “two small purple triangles on a gray background”. Name things, colours, how many, where they are.'),
    el('ul', {class: 'hints'},
       el('li', {}, el('code', {}, 'a red car -people'), ' leaves out what looks like people.'),
       el('li', {}, 'Drop, paste or choose a picture to search by it.'),
       el('li', {}, 'Results end where a match is no longer probable. “Show weaker ones” goes on.')),
    el('div', {class: 'keys'}, kKeys.map(([name, keys]) => el('section', {}, el('h3', {}, name),
      el('dl', {}, keys.map(([key, text]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, text))))))));
  dialog.showModal();
}

// Resolves to whether the answer was yes.
export function confirmed(title, text, yes) {
  const dialog = byId('confirm');
  return new Promise((resolve) => {
    const button = el('button', {type: 'button', class: 'button danger', onclick: () => dialog.close('yes')}, yes);
    dialog.returnValue = '';
    dialog.replaceChildren(el('h2', {id: 'confirm-title'}, title), el('p', {}, text),
      el('p', {class: 'actions'}, el('button', {type: 'button', class: 'button', onclick: () => dialog.close()}, 'Cancel'), button));
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true});
    dialog.showModal();
  });
}

// Asks for a token until one fits; then calls `done`.
export function showLogin(done) {
  const dialog = byId('login');
  if (dialog.open) return;
  const token = el('input', {type: 'password', id: 'token', autocomplete: 'current-password', required: true, 'aria-describedby': 'login-error'});
  const error = el('p', {class: 'error', id: 'login-error', role: 'alert'});
  const form = el('form', {method: 'dialog'},
    el('label', {for: 'token'}, 'Token'), token, error,
    el('p', {class: 'actions'}, el('button', {type: 'submit', class: 'button primary'}, 'Log in')));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    error.textContent = '';
    try {
      await post('/login', {token: token.value.trim()});
      dialog.close();
      done();
    } catch (failed) {
      error.textContent = failed.status === 401 ? 'This token is not the server\'s.' : failed.message;
      token.select();
    }
  });
  dialog.replaceChildren(el('h2', {id: 'login-title'}, 'Log in'), el('p', {class: 'muted'}, 'This server asks for a token. Whoever started it has it.'), form);
  dialog.oncancel = (event) => event.preventDefault();
  dialog.showModal();
  token.focus();
}
