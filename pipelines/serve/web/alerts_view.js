// Standing queries, and the alerts they have raised since the page was opened.

import {get, post, remove} from './api.js';
import {byId, el, failure, iconButton, notice, picture, toast} from './dom.js';
import {on, pastAlerts} from './events.js';
import {count, percent, span} from './format.js';

let root, list, past, tail;
let open = false, unseen = 0;

export function startAlertsView() {
  root = byId('view-alerts');
  const text = el('input', {type: 'text', id: 'query-text', required: true, maxlength: '300', autocomplete: 'off', 'aria-label': 'What to look for',
                            placeholder: 'Tell me when this is seen: a person at the gate'});
  const least = el('input', {type: 'number', id: 'query-threshold', min: '1', max: '100', step: '1', value: '80', 'aria-label': 'Least match in percent'});
  const webhook = el('input', {type: 'url', id: 'query-webhook', autocomplete: 'off', 'aria-label': 'Webhook', placeholder: 'Webhook (optional)'});
  const form = el('form', {class: 'adding wide'}, text, el('label', {class: 'least'}, 'from', least, '%'), webhook, el('button', {type: 'submit', class: 'button'}, 'Add'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await post('/api/v1/queries', {text: text.value.trim(), threshold: Number(least.value) / 100, ...(webhook.value.trim() === '' ? {} : {webhook: webhook.value.trim()})});
      text.value = webhook.value = '';
      await load();
    } catch (error) {
      toast(error.message);
    }
  });
  list = el('ul', {class: 'queries', 'aria-label': 'Standing queries'});
  tail = el('div', {class: 'tail'});
  past = el('ul', {class: 'alerts', 'aria-label': 'Alerts', role: 'log'});
  root.append(el('div', {class: 'view-head'}, el('div', {}, el('h1', {}, 'Alerts'),
                el('p', {class: 'muted'}, 'Standing queries are held against live streams and new videos.'))), form, list, tail, el('h2', {}, 'Since this page was opened'), past);
  on('alert', (alert) => {
    if (alert.event === 'end') {
      if (open) showAlerts();
      return;
    }
    toast(el('span', {}, el('strong', {}, alert.text), ` ${percent(alert.probability)} · ${shortName(alert.source)}`), {href: '/?view=alerts'});
    if (open) showAlerts();
    else badge(unseen + 1);
  });
}

const shortName = (source) => (source ?? '').split('/').filter(Boolean).pop() ?? '';

function badge(number) {
  unseen = number;
  byId('alert-count').hidden = number === 0;
  byId('alert-count').textContent = number;
}

export async function showAlertsView() {
  document.title = 'Alerts – gst-blip';
  open = true;
  badge(0);
  showAlerts();
  await load();
}

export function leaveAlertsView() {
  open = false;
}

async function load() {
  try {
    const {queries} = await get('/api/v1/queries');
    list.replaceChildren(...queries.map((query) => el('li', {'data-query': query.id},
      el('span', {class: 'text'}, query.text), el('span', {class: 'muted'}, `from ${percent(query.threshold)}`),
      query.webhook ? el('span', {class: 'muted hook', title: query.webhook}, query.webhook) : null,
      iconButton('trash', `Remove ${query.text}`, () => removeQuery(query), {class: 'tool remove'}))));
    tail.replaceChildren(queries.length === 0 ? notice('No standing query yet', 'Say above what should raise an alert, like a caption.') : '');
  } catch (error) {
    tail.replaceChildren(error.status === 401 ? notice('Please log in', 'Standing queries need a token.') : failure(error, load));
  }
}

async function removeQuery(query) {
  try {
    await remove(`/api/v1/queries/${query.id}`);
    await load();
  } catch (error) {
    toast(error.message);
  }
}

function showAlerts() {
  const alerts = pastAlerts();
  past.replaceChildren(...(alerts.length === 0 ? [el('li', {class: 'muted'}, 'None so far.')] : alerts.map((alert) => el('li', {class: 'alert'},
    picture(alert.thumbnail),
    el('span', {class: 'text'}, el('strong', {}, alert.text),
       el('span', {class: 'muted'}, `${percent(alert.probability)} · ${shortName(alert.source)} · ${span(alert.start, alert.end)} · ${new Date(alert.arrived).toLocaleTimeString('en', {hour12: false})}`)),
    alert.clip && /^(https?:)?\//.test(alert.clip) ? el('a', {class: 'button quiet', href: alert.clip, target: '_blank', rel: 'noopener'}, 'Clip') : null))));
  root.querySelector('h2').textContent = alerts.length === 0 ? 'Since this page was opened' : `${count(alerts.length, 'alert')} since this page was opened`;
}
