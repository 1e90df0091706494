// Brings views, keys and events together.

import {leaveAlertsView, showAlertsView, startAlertsView} from './alerts_view.js';
import {go, onNavigate, read} from './address.js';
import {post, serverStatus} from './api.js';
import {showHelp, showLogin, startDialogs} from './dialogs.js';
import {byId, toast} from './dom.js';
import {connect, on} from './events.js';
import {count, length} from './format.js';
import {leaveLibraryView, showLibraryView, startLibraryView} from './library_view.js';
import {leaveLiveView, showLiveView, startLiveView} from './live_view.js';
import {remember} from './memory.js';
import {leave, leavePlayerView, playerKey, showPlayerView, startPlayerView} from './player_view.js';
import {showQuery, startSearchForm, toggleFilters} from './search_form.js';
import {focusFirstResult, leaveSearchView, showSearchView, startSearchView} from './search_view.js';

const kViews = {
  search: {show: (address) => showSearchView(address.query), leave: leaveSearchView},
  player: {show: showPlayerView, leave: leavePlayerView},
  library: {show: showLibraryView, leave: leaveLibraryView},
  live: {show: showLiveView, leave: leaveLiveView},
  alerts: {show: showAlertsView, leave: leaveAlertsView},
};

const kPatience = 3000;  // milliseconds without the server before that is said

let view = null;

function show() {
  const address = read();
  for (const dialog of document.querySelectorAll('dialog[open]')) if (dialog.id !== 'login') dialog.close();
  const changed = view !== address.view;
  if (changed && view !== null) kViews[view].leave();
  if (changed) {
    for (const name of Object.keys(kViews)) byId(`view-${name}`).hidden = name !== address.view;
    for (const link of document.querySelectorAll('.views a')) {
      const here = link.dataset.view === (address.view === 'player' ? 'search' : address.view);
      if (here) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (view !== null) {
      if (address.view !== 'search') window.scrollTo({top: 0});
      byId('main').focus({preventScroll: true});
    }
    document.body.dataset.view = address.view;
    view = address.view;
  }
  if (view !== 'search') showQuery(address.query);
  kViews[view].show(address);
}

function toggleTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark' ||
               (document.documentElement.dataset.theme === undefined && window.matchMedia('(prefers-color-scheme: dark)').matches);
  const next = dark ? 'light' : 'dark';
  const system = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  if (next === system) {
    delete document.documentElement.dataset.theme;
    remember('theme', null);
  } else {
    document.documentElement.dataset.theme = next;
    remember('theme', next);
  }
}

const kTextInputs = ['text', 'search', 'password', 'number', 'url', 'date'];
const takesText = (node) => node.tagName === 'TEXTAREA' || (node.tagName === 'INPUT' && kTextInputs.includes(node.type));

function escape(target) {
  if (takesText(target)) target.blur();
  else if (!byId('filters').hidden && byId('filters').contains(target)) toggleFilters(false);
  else if (view === 'player') leave();
  else if (view !== 'search') go('');
  else if (!byId('filters').hidden) toggleFilters(false);
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const target = event.target;
  if (event.key === 'Escape') {
    escape(target);
    return;
  }
  if (target === byId('q') && event.key === 'ArrowDown' && view === 'search') {
    if (focusFirstResult()) event.preventDefault();
    return;
  }
  if (takesText(target) || target.tagName === 'SELECT') return;
  const keys = {
    '/': () => { byId('q').focus(); byId('q').select(); }, '?': showHelp,
    1: () => go(''), 2: () => go('view=library'), 3: () => go('view=live'), 4: () => go('view=alerts')};
  if (event.key in keys) {
    keys[event.key]();
    event.preventDefault();
  } else if (view === 'player') {
    if (playerKey(event)) event.preventDefault();
  } else if (view === 'search' && event.key.startsWith('Arrow') && (target === document.body || target.id === 'main')) {
    if (focusFirstResult()) event.preventDefault();
  }
}

function showProgress(progress) {
  const busy = progress.indexing > 0 || (progress.current ?? []).length > 0;
  const line = byId('progress-line');
  line.hidden = byId('work-share').hidden = !busy;
  if (!busy) return;
  const done = progress.done + progress.failed;
  const within = (progress.current ?? []).reduce((sum, one) => sum + (one.duration > 0 ? Math.min(1, one.position / one.duration) : 0), 0);
  const share = progress.videos > 0 ? Math.min(1, (done + within) / progress.videos) : 0;
  line.style.setProperty('--share', share);
  const text = `Indexing: ${done} of ${count(progress.videos, 'video')}${progress.eta > 0 ? `, about ${length(progress.eta)} left` : ''}`;
  line.title = text;
  byId('work-share').textContent = `${Math.floor(100 * share)} %`;
  byId('work-share').title = text;
}

let silence = 0;  // a timer, while the server does not answer
function showConnection(connected) {
  if (connected) {
    clearTimeout(silence);
    silence = 0;
    byId('offline').hidden = true;
  } else if (silence === 0) {
    silence = setTimeout(() => { byId('offline').hidden = false; }, kPatience);
  }
}

// Hides what this reader may not do.
function showRole(status) {
  document.body.dataset.role = status.role ?? 'admin';
  byId('logout-button').hidden = status.login !== true;
}

function askForLogin() {
  showLogin(() => location.reload());
}

async function logout() {
  try {
    await post('/logout', {});
    location.assign('/');
  } catch (error) {
    toast(error.message);
  }
}

startDialogs();
startSearchForm();
startSearchView();
startPlayerView();
startLibraryView();
startLiveView();
startAlertsView();
byId('theme-button').addEventListener('click', toggleTheme);
byId('help-button').addEventListener('click', showHelp);
byId('logout-button').addEventListener('click', logout);
document.addEventListener('keydown', key);
window.addEventListener('login-needed', askForLogin);
on('progress', showProgress);
on('connection', showConnection);
onNavigate(show);
show();
serverStatus().then((status) => {
  showRole(status);
  connect();
}).catch(() => {});
